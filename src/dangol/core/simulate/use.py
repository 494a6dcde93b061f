"""Who uses the product when? Sessions in busy time, which thin out before people leave of their own will."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dangol.core.simulate.block import Block
from dangol.core.simulate.business import DECLINING, LEAD_DAYS, TRIAL_DAYS, USE_DROP
from dangol.core.simulate.lives import Lives
from dangol.core.simulate.purchases import Purchases
from dangol.core.simulate.season import OFFICE_WEEK, Codes, Floats, Ints, season

MAX_SESSIONS = 4_000
"""Nobody has more sessions than this in one span, however heavy the tail."""


@dataclass(frozen=True)
class Spans:
    """Stretches of use in busy time, one element a stretch; `full` and `lead` are lengths in busy time."""

    person: Ints
    """Position in the block."""
    start: Floats
    end: Floats
    """First day without use; at most the end of the data."""
    cause: Codes
    """Why it ends, where use declines before; -1 where it does not."""
    begins: Floats
    full: Floats
    lead: Floats

    @property
    def weight(self) -> Floats:
        """Busy time, with the last `lead` of it counted at its lower use."""
        return self.full - USE_DROP * self.lead


def spans_of(block: Block, lives: Lives, purchases: Purchases) -> Spans:
    """When each customer of a block is there to use the product; sorted by person and time."""
    people, business = block.people, block.business
    busy = season(business.start, business.days, OFFICE_WEEK)
    joined = people.joined
    is_shopper = ~people.is_subscriber
    first_end = np.where(is_shopper, purchases.last, lives.ended)
    none = np.full(block.count, -1, dtype=np.int8)
    who = np.concatenate([np.arange(block.count)] * 2)
    start = np.concatenate([joined, lives.back])
    leaves = np.concatenate([first_end, lives.ended_again])
    cause = np.concatenate([np.where(is_shopper, none, lives.cause), lives.cause_again])
    keep = np.flatnonzero(start < business.days)
    keep = keep[np.lexsort((start[keep], who[keep]))]
    return _measured(busy.at, who[keep], start[keep], leaves[keep], cause[keep], business.days)


def _measured(
    at: Callable[[Floats], Floats], who: Ints, start: Floats, leaves: Floats, cause: Codes, days: int
) -> Spans:
    """Spans with their lengths. The decline begins LEAD_DAYS before the end, in long enough lives."""
    end = np.minimum(leaves, days)
    declines = np.isin(cause, DECLINING) & (leaves - start >= 2 * LEAD_DAYS)
    falls = np.where(declines, np.maximum(leaves - LEAD_DAYS, start), np.inf)
    begins, full = at(start), at(end) - at(start)
    lead = np.where(falls < end, at(end) - at(np.minimum(falls, end)), 0.0)
    return Spans(who, start, end, np.where(declines, cause, -1).astype(np.int8), begins, full, lead)


@dataclass(frozen=True)
class Sessions:
    """Visits, by person and time: when each begins (day number with fraction) and how many events it has."""

    span: Ints
    day: Floats
    count: Ints


def expected_sessions(block: Block, spans: Spans, a_day: float) -> Floats:
    """Mean sessions of each span; `a_day` is the median customer's number on a mean day."""
    return np.minimum(a_day * block.people.use_factor[spans.person] * spans.weight, MAX_SESSIONS)


def sessions_of(block: Block, spans: Spans, a_day: float) -> Sessions:
    """Draw the sessions of a block: a Poisson number a span, spread over its busy time."""
    business, rng = block.business, block.rng("sessions")
    counts = rng.poisson(expected_sessions(block, spans, a_day))
    span = np.repeat(np.arange(len(counts)), counts)
    # Sorting position + fraction sorts the times of every span at once.
    key = np.sort(span + rng.random(len(span)))
    share = np.minimum(key - span, 1 - 1e-9)
    busy = season(business.start, business.days, OFFICE_WEEK)
    day = busy.day_of(spans.begins[span] + _stretched(share * spans.weight[span], spans, span))
    day = np.clip(day, spans.start[span], np.nextafter(spans.end[span], 0))
    size = np.minimum(rng.geometric(1 / business.session_events, len(span)), 60)
    return Sessions(span, day, size)


def _stretched(used: Floats, spans: Spans, span: Ints) -> Floats:
    """Busy time since the start of the span by which so much use has happened."""
    lead = spans.lead[span]
    whole = spans.full[span] - lead
    return np.where(used < whole, used, whole + (used - whole) / (1 - USE_DROP)) if lead.any() else used


def use_until(spans: Spans, elapsed: Floats) -> Floats:
    """Share of each span's use that has happened by a moment of busy time."""
    passed = np.clip(elapsed - spans.begins, 0, spans.full)
    whole = spans.full - spans.lead
    used = np.minimum(passed, whole) + (1 - USE_DROP) * np.maximum(passed - whole, 0)
    return used / np.maximum(spans.weight, 1e-12)


def sessions_a_day(block: Block) -> float:
    """The median customer's sessions on a mean day, when `events_per_month` events are the mean."""
    business = block.business
    mean = np.exp(business.use_spread**2 / 2)
    return float(business.events_per_month / TRIAL_DAYS / business.session_events / mean)

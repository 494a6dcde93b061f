"""What is recorded of the use? Events by month, person and time: sessions spelled out, and single happenings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from dangol.core.engine.writer import Coded, Column, Numbered
from dangol.core.simulate.block import Block
from dangol.core.simulate.business import COMPETITOR, MISSING_FEATURE, PAST_DUE_DAYS, PAYMENT_FAILURE, PRICE
from dangol.core.simulate.lives import Lives
from dangol.core.simulate.purchases import Purchases
from dangol.core.simulate.season import DAY, MILLISECOND, Codes, Floats, Ints, moment, month_starts, origin
from dangol.core.simulate.use import Sessions, Spans

USE = (
    "Signed In", "Dashboard Viewed", "Report Viewed", "Report Created", "Search Performed", "File Uploaded",
    "File Exported", "Comment Added", "Team Invited", "Alert Configured", "Integration Connected",
    "Settings Updated", "Help Viewed", "Pricing Viewed",
)  # fmt: skip
SINGLE = ("Signed Up", "Setup Completed", "Payment Failed", "Order Completed")
NAMES = USE + SINGLE
SIGNED_UP, SETUP_COMPLETED, PAYMENT_FAILED, ORDER_COMPLETED = range(len(USE), len(NAMES))

# Weights out of 256 of the names inside a session; a session begins with Signed In.
_WEIGHTS = (0, 62, 58, 22, 34, 16, 14, 18, 6, 6, 4, 8, 6, 2)
_DRAWN = np.repeat(np.arange(len(USE)), _WEIGHTS).astype(np.int8)
# What people do more of while they are on their way out, by cause.
_SYMPTOMS = {PRICE: "Pricing Viewed", COMPETITOR: "File Exported", MISSING_FEATURE: "Help Viewed"}
_SYMPTOM = np.array([USE.index(_SYMPTOMS.get(cause, "Signed In")) for cause in range(-1, 7)], dtype=np.int8)

PROPERTIES = tuple(
    f'{{"device": "{device}", "version": "{version}"}}'
    for device in ("web", "web", "web", "ios", "android")
    for version in ("4.1", "4.2", "5.0")
)


@dataclass(frozen=True)
class Entries:
    """What begins at one moment: a session, or a single happening. Sorted by month, person and time."""

    person: Ints
    begins: Ints
    """Microseconds since 1970."""
    count: Ints
    first: Codes
    """Position in NAMES of its first event."""
    symptom: Codes
    order: Ints
    """Position among the block's orders; -1 for none."""
    bounds: Ints
    """Where each month of the data begins among the entries, and their end."""


def activation_days(block: Block, lives: Lives, spans: Spans) -> Floats:
    """The day on which each customer completes the set-up; `inf` for who never does (a failed onboarding)."""
    rng, joined = block.rng("activation"), block.people.joined
    day = joined + np.floor(np.exp(np.log(2.5) + 0.9 * rng.standard_normal(block.count)))
    ends = np.zeros(block.count)
    np.maximum.at(ends, spans.person, np.where(spans.start == joined[spans.person], spans.end, 0))
    fails = ~block.people.is_subscriber | (lives.cause == 0) | (day >= ends)
    return np.where(fails, np.inf, day)


def singles_of(block: Block, lives: Lives, activated: Floats) -> tuple[Ints, Floats, Codes]:
    """Person, day and name of what happens once: signing up, completing the set-up, a failed payment."""
    everyone = np.arange(block.count)
    late = np.where(
        lives.cause == PAYMENT_FAILURE, np.maximum(lives.ended - PAST_DUE_DAYS, lives.paid_from), np.inf
    )
    days = np.concatenate([block.people.joined, activated + 0.6, late + 0.5])
    who = np.concatenate([everyone] * 3)
    name = np.repeat(np.array([SIGNED_UP, SETUP_COMPLETED, PAYMENT_FAILED], dtype=np.int8), block.count)
    known = days < block.business.days
    return who[known], days[known], name[known]


def entries_of(
    block: Block, spans: Spans, sessions: Sessions, singles: tuple[Ints, Floats, Codes], purchases: Purchases
) -> Entries:
    """Sessions, single happenings and orders in one order: by month, person and time."""
    start, n_orders = block.business.start, len(purchases.person)
    person = np.concatenate([spans.person[sessions.span], singles[0], purchases.person])
    day = np.concatenate([sessions.day, singles[1], purchases.day])
    order = np.full(len(person), -1)
    order[len(person) - n_orders :] = np.arange(n_orders)
    first = np.zeros(len(person), dtype=np.int8)
    first[len(sessions.day) : len(person) - n_orders] = singles[2]
    first[len(person) - n_orders :] = ORDER_COMPLETED
    count = np.ones(len(person), dtype=np.int64)
    count[: len(sessions.day)] = sessions.count
    symptom = np.full(len(person), -1, dtype=np.int8)
    symptom[: len(sessions.day)] = _symptoms(spans, sessions)
    begins = moment(start, day)
    month = _month_of(block, day)
    sort = np.lexsort((begins, person, month))
    bounds = np.searchsorted(month[sort], np.arange(len(month_starts(start, block.business.days)) + 1))
    return Entries(person[sort], begins[sort], count[sort], first[sort], symptom[sort], order[sort], bounds)


def _month_of(block: Block, day: Floats) -> Codes:
    starts = month_starts(block.business.start, block.business.days)
    by_day = np.searchsorted(starts, np.arange(block.business.days), side="right") - 1
    return by_day.astype(np.int8)[day.astype(np.int64)]


def _symptoms(spans: Spans, sessions: Sessions) -> Codes:
    """Cause of leaving, for sessions in the decline before it; -1 for the others."""
    if not spans.lead.any():
        return np.full(len(sessions.day), -1, dtype=np.int8)
    late = sessions.day >= spans.end[sessions.span] - spans.lead[sessions.span]
    return np.where(late & (spans.lead[sessions.span] > 0), spans.cause[sessions.span], -1).astype(np.int8)


def months_of(block: Block) -> list[date]:
    """The first day of each month of the data."""
    business = block.business
    return [business.start + timedelta(days=d) for d in month_starts(business.start, business.days)]


def events_of(block: Block, entries: Entries, purchases: Purchases) -> list[dict[str, Column]]:
    """The event rows of a block, one set of columns for each month of the data."""
    rng, ends = block.rng("names"), np.concatenate([[0], np.cumsum(entries.count)])
    pace = (8_000 + 60_000 * rng.random(len(entries.count))).astype(np.int64) * MILLISECOND
    drawn = rng.integers(0, 256, ends[-1], dtype=np.uint8)
    drawn_too = rng.integers(0, 256, ends[-1] if block.business.is_detailed else 0, dtype=np.uint8)
    return [
        _month(
            block,
            entries,
            purchases,
            (a, b),
            pace[a:b],
            drawn[ends[a] : ends[b]],
            drawn_too[ends[a] : ends[b]],
        )
        for a, b in zip(entries.bounds[:-1], entries.bounds[1:], strict=True)
    ]


def _month(
    block: Block, entries: Entries, purchases: Purchases, bounds: tuple[int, int],
    pace: Ints, drawn: NDArray[np.uint8], drawn_too: NDArray[np.uint8],
) -> dict[str, Column]:  # fmt: skip
    """The events of one month: every entry spelled out at its own pace."""
    entry = slice(*bounds)
    count = entries.count[entry]
    heads = np.cumsum(count) - count
    # begins + pace * position in the session = (begins - pace * head) + pace * position in the month
    base = entries.begins[entry] - pace * heads
    moments = np.repeat(base, count) + np.repeat(pace, count) * np.arange(len(drawn))
    code = _DRAWN[drawn]
    code[heads] = entries.first[entry]
    columns: dict[str, Column] = {
        "person_id": np.repeat(block.people.ids[entries.person[entry]], count),
        "name": Coded(NAMES, code),
        "occurred_on": (moments - moments % DAY).view("datetime64[us]"),
        "occurred_at": moments.view("datetime64[us]"),
    }
    if block.business.is_detailed:
        symptom = np.repeat(entries.symptom[entry], count)
        shown = np.flatnonzero((symptom >= 0) & (drawn_too < 64) & (code < len(USE)) & (code > 0))
        code[shown] = _SYMPTOM[symptom[shown] + 1]
        columns |= _details(block, entries, purchases, entry, heads, drawn_too)
    return columns


def _details(
    block: Block, entries: Entries, purchases: Purchases, entry: slice, heads: Ints, drawn: NDArray[np.uint8]
) -> dict[str, Column]:
    order = entries.order[entry]
    bought = order >= 0
    number, amount = np.full(len(drawn), -1), np.full(len(drawn), np.nan)
    number[heads[bought]] = purchases.number[order[bought]] * 10
    amount[heads[bought]] = purchases.amount[order[bought]]
    account = np.repeat(block.people.account[entries.person[entry]], entries.count[entry])
    device = block.rng("devices").integers(0, len(PROPERTIES), block.count).astype(np.int8)
    properties = np.repeat(device[entries.person[entry]], entries.count[entry])
    return {
        "account_id": Numbered("acc-", account),
        "object_id": Numbered("ord-", number),
        "amount": amount,
        "properties": Coded(PROPERTIES, np.where(drawn < 128, properties, -1).astype(np.int8)),
    }


__all__ = ["NAMES", "activation_days", "entries_of", "events_of", "months_of", "origin", "singles_of"]

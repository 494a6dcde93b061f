"""What is planted in one block? Sums that add up over blocks, for the truths of the whole business."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dangol.core.simulate.block import Block
from dangol.core.simulate.business import CAUSES, CHANNELS, EFFECTS, PHASES
from dangol.core.simulate.happenings import SETUP_COMPLETED, months_of
from dangol.core.simulate.lives import Lives, cumulative_hazard, phase_of
from dangol.core.simulate.purchases import Purchases
from dangol.core.simulate.season import OFFICE_WEEK, Codes, Floats, Ints, month_starts, season
from dangol.core.simulate.use import Spans, use_until
from dangol.core.simulate.voices import Replies

Tally = dict[str, NDArray[Any]]
GAP_GRID = np.arange(0, 721, 5, dtype=np.float64)
"""Days after a purchase at which the planted chance of no further one is kept."""
MONTH = 30


def added(one: Tally, other: Tally) -> Tally:
    """Two tallies as one."""
    return {name: one[name] + other[name] for name in one} if one else other


def lives_tally(block: Block, lives: Lives) -> Tally:
    """Expected and real churn by phase and cause, survival by month, and what the campaigns moved."""
    days, people = block.business.days, block.people
    pays = lives.paid_from < days
    since, factor = lives.paid_from[pays], people.churn_factor[pays]
    channel = people.channel[pays]
    return {
        "people": np.bincount(people.channel, minlength=len(CHANNELS)),
        "payers": np.bincount(channel, minlength=len(CHANNELS)),
        "expected_churn": _expected_churn(since, factor, days),
        "churn": _churn(lives.ended, lives, lives.cause, days) + _churn(lives.ended_again, lives, lives.cause_again, days),
        "recorded": np.array(int((lives.is_recorded & (lives.cause >= 0) & (lives.ended < days)).sum())),
        "comebacks": np.array(int((lives.back < days).sum())),
        "left_by_channel": np.bincount(channel, weights=lives.ended[pays] < days, minlength=len(CHANNELS)),
        **_survival(since, factor, lives.ended_untreated[pays], days),
        **{f"campaign {n}": _campaign(e.effect[e.is_exposed], e.is_treated[e.is_exposed]) for n, e in enumerate(lives.exposures)},
    }  # fmt: skip


def _expected_churn(since: Floats, factor: Floats, days: int) -> NDArray[Any]:
    """Expected churns by phase and cause inside the data, without campaigns: closed form."""
    seen = np.maximum(days - 1 - since, 0)
    edges = [*(float(phase.starts) for phase in PHASES), np.inf]
    stays = [np.exp(-factor * cumulative_hazard(np.minimum(seen, edge))) for edge in edges]
    by_phase = np.array([(stays[n] - stays[n + 1]).sum() for n in range(len(PHASES))])
    return np.asarray(by_phase[:, None] * np.array([phase.shares for phase in PHASES]))


def _churn(ended: Floats, lives: Lives, cause: Codes, days: int) -> NDArray[Any]:
    """Real churns by phase and cause inside the data; a second life begins in the phase habit."""
    gone = np.flatnonzero((ended < days) & (cause >= 0))
    is_second = ended is lives.ended_again
    start = lives.back[gone] - PHASES[1].starts if is_second else lives.paid_from[gone]
    counts = np.zeros((len(PHASES), len(CAUSES)), dtype=np.int64)
    np.add.at(counts, (phase_of(ended[gone] - start - 1), cause[gone].astype(np.int64)), 1)
    return counts


def _survival(since: Floats, factor: Floats, ended: Floats, days: int) -> Tally:
    """Payers, and the share of them still paying 30, 60, ... days after the first payment, by closed form."""
    after = np.arange(0, days, MONTH, dtype=np.float64)
    reached = since[:, None] + after < days
    stays = np.exp(-factor[:, None] * cumulative_hazard(after)[None, :])
    return {
        "survival_reached": reached.sum(axis=0),
        "survival_expected": (stays * reached).sum(axis=0),
        "survival_untreated": ((ended[:, None] > since[:, None] + after) & reached).sum(axis=0),
    }


def _campaign(effect: Codes, is_treated: NDArray[np.bool_]) -> NDArray[Any]:
    """People by effect (rows) and arm (columns: control, treated)."""
    counts = np.zeros((len(EFFECTS), 2), dtype=np.int64)
    np.add.at(counts, (effect.astype(np.int64), is_treated.astype(np.int64)), 1)
    return counts


def use_tally(
    block: Block, spans: Spans, sessions: Floats, singles: tuple[Ints, Floats, Codes], purchases: Purchases
) -> Tally:
    """By cohort month and month of the data: how many are expected to be active, given how long they stay."""
    starts = month_starts(block.business.start, block.business.days)
    mean = np.zeros((block.count, len(starts)))
    np.add.at(mean, spans.person, _sessions_by_month(block, spans, sessions, starts))
    month = np.searchsorted(starts, np.arange(block.business.days), side="right") - 1
    active = 1 - np.exp(-mean)
    for who, day in ((singles[0], singles[1]), (purchases.person, purchases.day)):
        active[who, month[day.astype(np.int64)]] = 1.0
    cohort = month[block.people.joined.astype(np.int64)]
    expected = np.zeros((len(starts), len(starts)))
    np.add.at(expected, cohort, active)
    return {
        "cohort_size": np.bincount(cohort, minlength=len(starts)),
        "cohort_expected": expected,
        "activated": np.array(int((singles[2] == SETUP_COMPLETED).sum())),
    }


def _sessions_by_month(block: Block, spans: Spans, sessions: Floats, starts: list[int]) -> NDArray[Any]:
    business = block.business
    busy = season(business.start, business.days, OFFICE_WEEK)
    edges = busy.at(np.array([*starts, business.days], dtype=np.float64))
    used = np.column_stack([use_until(spans, np.full(len(spans.person), edge)) for edge in edges])
    return sessions[:, None] * np.diff(used, axis=1)


def orders_tally(purchases: Purchases) -> Tally:
    """Planted chance of no further purchase by days since one, summed over the purchases."""
    orders = np.bincount(purchases.person, minlength=len(purchases.rhythm))
    bought = np.flatnonzero(orders)
    x = 2 * GAP_GRID / purchases.rhythm[bought][:, None]
    waits = (1 + x) * np.exp(-x)
    drop = purchases.drop[bought][:, None]
    weight = orders[bought][:, None]
    return {
        "orders": np.array(int(orders.sum())),
        "buyers": np.array(len(bought)),
        "repeaters": np.array(_repeaters(purchases)),
        "no_return": (weight * (drop + (1 - drop) * waits)).sum(axis=0),
        "rhythm": (weight[:, 0] * purchases.rhythm[bought]).sum(),
    }


def _repeaters(purchases: Purchases) -> int:
    """Customers who bought on more than one day."""
    day = np.floor(purchases.day)
    is_first = np.diff(purchases.person, prepend=-1) != 0
    is_later = ~is_first & (np.diff(day, prepend=0) != 0)
    return len(np.unique(purchases.person[is_later]))


def voices_tally(replies: Replies) -> Tally:
    """NPS answers, and the sum of promoters less detractors that is planted in them."""
    return {"nps_answers": np.array(replies.asked_nps), "nps_expected": np.array(replies.expected_nps)}


__all__ = [
    "GAP_GRID",
    "Tally",
    "added",
    "lives_tally",
    "months_of",
    "orders_tally",
    "use_tally",
    "voices_tally",
]

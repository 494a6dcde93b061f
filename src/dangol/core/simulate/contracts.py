"""Which terms held from when to when? Subscription rows: trials, upgrades, pauses, a price rise, late payment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dangol.core.engine.writer import Coded, Column, Columns, Numbered, joined
from dangol.core.simulate.block import Block
from dangol.core.simulate.business import (
    CAUSES,
    CURRENCY,
    PAST_DUE_DAYS,
    PAYMENT_FAILURE,
    PLANS,
    PRICE_RISE,
    PRICE_RISE_WHEN,
    PRICES,
)
from dangol.core.simulate.lives import NEVER, Lives, seen
from dangol.core.simulate.season import Codes, Flags, Floats, Ints, day_stamp

STATUSES = ("active", "trial", "paused", "past_due")


@dataclass(frozen=True)
class _Stay:
    """One stretch of paying a person, and what changes in it; one element a stretch."""

    person: Ints
    """Position in the block."""
    life: int
    start: Floats
    end: Floats
    cause: Codes
    plan: Codes


def subscriptions_of(block: Block, lives: Lives) -> Columns:
    """The subscription rows of a block: both lives and the trials."""
    first = _stay(block, lives.paid_from, lives.ended, lives.cause, 0)
    second = _stay(block, lives.back, lives.ended_again, lives.cause_again, 1)
    rows = [_terms(block, stay, lives.is_recorded) for stay in (first, second)]
    return joined([_trials(block, lives), *rows])


def _stay(block: Block, start: Floats, end: Floats, cause: Codes, life: int) -> _Stay:
    who = np.flatnonzero(start < block.business.days)
    return _Stay(who, life, start[who], end[who], cause[who], block.people.plan[who])


def _terms(block: Block, stay: _Stay, is_recorded: Flags) -> dict[str, Column]:
    """One row for each stretch between two changes of terms."""
    changes = _changes(block, stay)
    days = np.sort(np.column_stack(changes), axis=1)
    until = np.minimum(np.column_stack([days[:, 1:], np.full(len(days), NEVER)]), stay.end[:, None])
    row, at = np.nonzero((days < until) & (days < block.business.days))
    start, end = days[row, at], seen(until[row, at], block.business.days)
    status, plan, price = _state(block, stay, changes, row, start)
    is_last = end == stay.end[row]
    why = np.where(is_last & is_recorded[stay.person[row]], stay.cause[row], -1)
    return _columns(block, stay.person[row], stay.life, (start, end), (plan, price, status, why))


def _changes(block: Block, stay: _Stay) -> tuple[Floats, ...]:
    """Day numbers of: start, new plan, pause, end of the pause, price rise, late payment; `inf` for none."""
    n, rng, start, end = len(stay.person), block.rng(f"terms {stay.life}"), stay.start, stay.end
    plan = start + 20 + np.floor(rng.exponential(400, n))
    pause = start + 45 + np.floor(rng.random(n) * 250)
    pauses = (rng.random(n) < 0.06) & (pause + 60 < end)
    rise = np.full(n, float(block.business.day(PRICE_RISE_WHEN)))
    late = np.maximum(end - PAST_DUE_DAYS, start)
    is_late = (stay.cause == PAYMENT_FAILURE) & np.isfinite(end)
    changes = (
        start, plan, np.where(pauses, pause, NEVER), np.where(pauses, pause + 30, NEVER), rise,
        np.where(is_late, late, NEVER),
    )  # fmt: skip
    return tuple(np.where((change >= start) & (change < end), change, NEVER) for change in changes)


def _state(
    block: Block, stay: _Stay, changes: tuple[Floats, ...], row: Ints, day: Floats
) -> tuple[Codes, Codes, Floats]:
    """Status, plan and price in force on a day of a row's stay."""
    _, new_plan, pause, resume, _, late = (change[row] for change in changes)
    step = np.where(block.rng(f"plans {stay.life}").random(len(stay.person)) < 0.72, 1, -1)[row]
    plan = np.clip(stay.plan[row] + step * (day >= new_plan), 0, len(PLANS) - 1).astype(np.int8)
    status = np.select([(pause <= day) & (day < resume), late <= day], [2, 3], 0).astype(np.int8)
    risen = 1 + PRICE_RISE * (day >= block.business.day(PRICE_RISE_WHEN))
    return status, plan, np.round(np.array(PRICES)[plan] * risen)


def _trials(block: Block, lives: Lives) -> dict[str, Column]:
    days, people = block.business.days, block.people
    who = np.flatnonzero(people.has_trial)
    end = seen(lives.trial_ends[who], days)
    none = np.full(len(who), -1, dtype=np.int8)
    free = (people.plan[who], np.zeros(len(who)), np.full(len(who), 1, dtype=np.int8), none)
    return _columns(block, who, 0, (people.joined[who], end), free)


def _columns(
    block: Block, who: Ints, life: int, span: tuple[Floats, Floats], terms: tuple[Codes, Floats, Codes, Codes]
) -> dict[str, Column]:
    people, start = block.people, block.business.start
    plan, price, status, why = terms
    currency: NDArray[np.int8] = np.zeros(len(who), dtype=np.int8)
    return {
        "subscription_id": Numbered("sub-", people.ids[who] * 10 + life),
        "person_id": people.ids[who],
        "account_id": Numbered("acc-", people.account[who]),
        "plan": Coded(PLANS, plan),
        "started_on": day_stamp(start, span[0]),
        "ended_on": day_stamp(start, span[1]),
        "mrr_amount": price.astype(np.int64),
        "currency": Coded((CURRENCY,), currency),
        "status": Coded(STATUSES, status),
        "ended_because": Coded(CAUSES, why.astype(np.int8)),
    }

"""Who is each person by now? One row a person: first and last day, counts, money and the buckets of activity.

    person_state: person_id int64, first_on, last_on date, event_count, order_count int64,
                  event_amount, order_amount decimal(18, 4) or null, currency string or null,
                  is_mixed boolean, week_mask, month_mask int64, as_of date

It states what was known before `as_of`. The masks cover the 62 weeks and the 62 months that end there (see
`masks`); earlier activity is in their bit 0. A person with money in two currencies `is_mixed`, and has no
amounts. `merge_person_state` adds what came later:

    merge(person_state(old, T1), person_state(new, T2), T2) = person_state(old + new, T2)
"""

from __future__ import annotations

from datetime import date
from typing import Final

import ibis
from ibis import _
from ibis.expr.types import IntegerColumn, Table

from dangol.core.calendar import Grain
from dangol.core.rollups.masks import bit_of, first_bucket, mask_of, rebased
from dangol.core.schema.noun import MONEY

PERSON_STATE: Final = {
    "person_id": "int64",
    "first_on": "date",
    "last_on": "date",
    "event_count": "int64",
    "order_count": "int64",
    "event_amount": MONEY,
    "order_amount": MONEY,
    "currency": "string",
    "is_mixed": "boolean",
    "week_mask": "int64",
    "month_mask": "int64",
    "as_of": "date",
}


def person_state(days: Table, as_of: date) -> Table:
    """The state of everybody, from a person_day rollup of what happened before `as_of`."""
    week, month = (first_bucket(as_of, grain) for grain in (Grain.WEEK, Grain.MONTH))
    states = days.group_by("person_id").agg(
        first_on=_.active_on.min(),
        last_on=_.active_on.max(),
        event_count=_.event_count.sum(),
        order_count=_.order_count.sum(),
        event_amount=_.event_amount.sum().cast(MONEY),
        order_amount=_.order_amount.sum().cast(MONEY),
        currency=_.currency.min(),
        last_currency=_.currency.max(),
        week_mask=mask_of(bit_of(days.active_on, week, Grain.WEEK)),
        month_mask=mask_of(bit_of(days.active_on, month, Grain.MONTH)),
    )
    return _stated(states.mutate(was_mixed=ibis.literal(0).cast("int64")), as_of)


def merge_person_state(old: Table, new: Table, old_as_of: date, as_of: date) -> Table:
    """One state of two, as of `as_of`: `old` as of `old_as_of`, and `new` as of `as_of` of what came later."""
    both = ibis.union(_as_of(old, old_as_of, as_of), new.select(*PERSON_STATE))
    states = both.group_by("person_id").agg(
        first_on=_.first_on.min(),
        last_on=_.last_on.max(),
        event_count=_.event_count.sum(),
        order_count=_.order_count.sum(),
        event_amount=_.event_amount.sum().cast(MONEY),
        order_amount=_.order_amount.sum().cast(MONEY),
        currency=_.currency.min(),
        last_currency=_.currency.max(),
        week_mask=_.week_mask.bit_or(),
        month_mask=_.month_mask.bit_or(),
        was_mixed=_.is_mixed.cast("int64").max(),
    )
    return _stated(states, as_of)


def _stated(states: Table, as_of: date) -> Table:
    """With the amounts of who has several currencies unknown; min and max of a currency tell."""
    is_mixed = (ibis.ifelse(_.currency != _.last_currency, 1, 0) + _.was_mixed) > 0
    known = states.mutate(is_mixed=is_mixed, as_of=ibis.literal(as_of))
    none = ibis.null(MONEY)
    return known.mutate(
        event_amount=ibis.ifelse(_.is_mixed, none, _.event_amount),
        order_amount=ibis.ifelse(_.is_mixed, none, _.order_amount),
    ).select(*PERSON_STATE)


def _as_of(old: Table, old_as_of: date, as_of: date) -> Table:
    return old.select(*PERSON_STATE).mutate(
        week_mask=rebased(old.week_mask, _steps(old_as_of, as_of, Grain.WEEK)),
        month_mask=rebased(old.month_mask, _steps(old_as_of, as_of, Grain.MONTH)),
    )


def _steps(earlier: date, later: date, grain: Grain) -> int:
    """By how many buckets the masks of `later` begin after those of `earlier`."""
    one, other = first_bucket(earlier, grain), first_bucket(later, grain)
    if grain is Grain.WEEK:
        return (other - one).days // 7
    return (other.year - one.year) * 12 + other.month - one.month


def mask_between(states: Table, as_of: date, first: date, grain: Grain) -> IntegerColumn | None:
    """The mask of everybody whose first bucket starts on `first`, or None when the state cannot tell.

    The stored masks answer for weeks and months, from their own first bucket on.
    """
    if grain not in (Grain.WEEK, Grain.MONTH) or first < first_bucket(as_of, grain):
        return None
    column = states.week_mask if grain is Grain.WEEK else states.month_mask
    start = first_bucket(as_of, grain)
    steps = (
        (first - start).days // 7
        if grain is Grain.WEEK
        else (first.year - start.year) * 12 + first.month - start.month
    )
    return rebased(column, steps)

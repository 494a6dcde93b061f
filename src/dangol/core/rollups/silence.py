"""Who is still a customer, but has been silent for much longer than is usual for them?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

FEWEST_DAYS = 3
"""Active days from which somebody has a rhythm of their own: two gaps or more."""


def silences(activity: Table, stays: Table, as_of: date, times: float) -> Table:
    """One row a customer of the last day known before `as_of`: person_id, usual_days, silent_days, is_overdue.

    usual_days is the mean gap between their active days, null below three days; is_overdue then too.
    """
    end = ibis.literal(as_of)
    days = activity.filter(activity.active_on < end).group_by("person_id").agg(
        first_on=_.active_on.min(), last_on=_.active_on.max(), day_count=_.active_on.nunique()
    )  # fmt: skip
    there = stays.filter((stays.started_on < end) & (stays.ended_on.isnull() | (stays.ended_on >= end)))
    each = there.group_by("person_id").agg(
        amount=_.start_amount.sum(), low=_.currency.min(), high=_.currency.max()
    )
    known = each.left_join(days, "person_id").drop("person_id_right")
    spread = known.last_on.delta(known.first_on, unit="day").cast("float64")
    usual = ibis.ifelse(
        known.day_count >= FEWEST_DAYS,
        spread / (known.day_count - 1).nullif(0).cast("float64"),
        ibis.null("float64"),
    )
    known = known.mutate(usual_days=usual, silent_days=end.delta(known.last_on, unit="day").cast("int64") - 1)
    return known.select(
        "person_id", "amount", "low", "high", "usual_days", "silent_days",
        is_overdue=known.silent_days.cast("float64") > known.usual_days * times,
    )  # fmt: skip

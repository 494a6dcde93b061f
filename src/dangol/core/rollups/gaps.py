"""How long do people stay away between two days of activity? The last gap of each is not over yet.

gaps: person_id int64, duration int64 (days), is_event boolean (True: came back after that many days)
"""

from __future__ import annotations

from datetime import date, timedelta

import ibis
from ibis import _
from ibis.expr.types import Table


def gaps_of_activity(activity: Table, as_of: date) -> Table:
    """One row a person and active day: days to the next active day, or to the last day known, not back yet."""
    last_day = ibis.literal(as_of - timedelta(days=1))
    never = ibis.literal(date(9999, 1, 1))
    days = activity.select("person_id", "active_on").distinct()
    order = ibis.window(group_by="person_id", order_by="active_on")
    following = days.mutate(next_on=_.active_on.lead(1).over(order).fill_null(never))
    ended = following.mutate(is_event=_.next_on < never)
    until = ibis.ifelse(ended.is_event, ended.next_on, last_day)
    return ended.select(
        "person_id", "is_event", duration=until.delta(ended.active_on, unit="day").cast("int64")
    )

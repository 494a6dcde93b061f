"""When did each person begin, and when did they first get what they came for?

    starts: person_id int64, started_on date        the day of joining, or else of the first activity
    spells: person_id int64, duration int64 (days), is_event boolean; False while it has not happened yet

Who has no day of joining is taken to have begun with the first activity.
"""

from __future__ import annotations

from datetime import date, timedelta

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.rollups.periods import days_after


def starts(activity: Table, people: Table | None, as_of: date) -> Table:
    """Everybody who joined or was active before `as_of`, with the day they began."""
    first = activity.group_by("person_id").agg(started_on=_.active_on.min())
    if people is None:
        return first
    joined = people.filter(people.joined_on < ibis.literal(as_of)).select("person_id", started_on="joined_on")
    early = joined.mutate(rank=ibis.literal(0)).select("person_id", "started_on", "rank")
    late = first.mutate(rank=ibis.literal(1)).select("person_id", "started_on", "rank")
    both = ibis.union(early, late).group_by("person_id")
    dated = both.agg(joined_on=_.started_on.min(where=_.rank == 0), first_on=_.started_on.min())
    return dated.select("person_id", started_on=ibis.coalesce(dated.joined_on, dated.first_on))


def spells_until(begun: Table, days: Table, as_of: date, after: int = 0) -> Table:
    """From the start to the first of `days` (person_id, on_day) at least `after` days later.

    Keeps the other columns of `begun`. Who is not there yet has been watched up to the day before `as_of`.
    """
    reached = begun.select("person_id", from_on=days_after(begun.started_on, after)).join(days, "person_id")
    firsts = reached.filter(_.on_day >= _.from_on).group_by("person_id").agg(reached_on=_.on_day.min())
    joined = begun.left_join(firsts, "person_id").drop("person_id_right")
    until = joined.reached_on.fill_null(ibis.literal(as_of - timedelta(days=1)))
    duration = until.delta(joined.started_on, unit="day").cast("int64")
    return joined.mutate(duration=duration, is_event=joined.reached_on.notnull()).drop("reached_on")

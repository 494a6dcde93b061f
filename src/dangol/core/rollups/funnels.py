"""How far did each person get on a path of steps, in order and in time?

steps: person_id int64, happened_at timestamp, step int64 (1, 2, ...)
levels: person_id int64, level int64 (the last step reached; 0 for who never took the first)
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Period


def steps_of_events(events: Table, names: Sequence[str], period: Period) -> Table:
    """The events of the path inside the period, as numbered steps."""
    inside = (events.occurred_on >= ibis.literal(period.start)) & (
        events.occurred_on < ibis.literal(period.end)
    )
    taken = events.filter(inside, events.name.isin(list(names)))
    number = ibis.cases(*((taken.name == name, place) for place, name in enumerate(names, 1)))
    return taken.select("person_id", happened_at=taken.occurred_at, step=number.cast("int64"))


def levels_reached(steps: Table, count: int, window_seconds: int) -> Table:
    """The last step of each person's best chain whose every step follows its first within the window.

    Carries forward, event by event, the latest start of a chain that is still alive at each step:

        s_1 = the time of step 1,   s_k = s_(k-1) where step k comes at most the window after s_(k-1)

    which is what ClickHouse's windowFunnel counts (ENGINE 3, c). Steps at the same moment follow each other.
    """
    running = ibis.window(group_by="person_id", order_by=["happened_at", "step"], rows=(None, 0))
    within = ibis.interval(seconds=window_seconds)
    none = ibis.null("timestamp")
    chain = steps.mutate(
        start=ibis.ifelse(_.step == 1, _.happened_at, none), level=ibis.ifelse(_.step == 1, 1, 0)
    )
    for number in range(2, count + 1):
        chain = chain.mutate(start=_.start.max().over(running))
        goes_on = (chain.step == number) & (chain.happened_at <= chain.start + within)
        chain = chain.mutate(
            start=ibis.ifelse(goes_on, chain.start, none), level=ibis.ifelse(goes_on, number, chain.level)
        )
    return chain.group_by("person_id").agg(level=_.level.max().cast("int64"))

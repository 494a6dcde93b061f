"""Lifecycle flows: from which state into which did people move, period by period?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Grain, Period
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.lifecycle import NEW, OUTSIDE, absence, checked_windows, comeback, spells
from dangol.core.rollups.periods import Buckets
from dangol.core.schema.reasons import UNFINISHED


@metric(
    title=Said("Lifecycle flows", "생애 주기 흐름"),
    says=Said(
        "How many people moved from one lifecycle state to another, or stayed in it, in each period.",
        "기간마다 한 상태에서 다른 상태로 옮겨 가거나 그대로 머문 사람의 수입니다.",
    ),
    unit="table",
    better="none",
    seeds=("I-09", "I-41"),
    returns={
        "starts_on": "date", "ends_on": "date", "from_state": "string", "to_state": "string",
        "people_count": "int64", "reason": "string",
    },
)  # fmt: skip
def lifecycle_flows(
    activity: Table,
    period: Period,
    grain: Grain = Grain.MONTH,
    fiscal_start: int = 1,
    as_of: date | None = None,
    at_risk_windows: int = 2,
) -> Table:
    """People by their state in the period before (from_state) and in the period (to_state).

    The states are those of `lifecycle_states` with the calendar period as the window: current is active in
    this period and the one before, at_risk away for up to `at_risk_windows` periods, and so on. New people
    come from `outside`, and nobody leaves: who stays away is dormant. So for every state and period

        people in it before + flows into it - flows out of it = people in it now

    counting a flow from a state to itself as staying. Only flows that somebody took have a row; a period
    that is not over has reason unfinished: its absent may still come. Source: SCIENCE 5.3; seeds I-09.

    >>> import dangol
    >>> from datetime import datetime, date
    >>> days = [("Ann", 1), ("Ann", 2), ("Bob", 1), ("Cat", 1), ("Cat", 3)]
    >>> world = dangol.world({"events": [dict(person_id=who, name="Page Viewed",
    ...     occurred_at=datetime(2025, month, 5)) for who, month in days]}, as_of=date(2025, 4, 1))
    >>> for row in world.metric("lifecycle_flows"):
    ...     print(row["starts_on"].month, row["from_state"], "->", row["to_state"], row["people_count"])
    1 outside -> new 3
    2 new -> at_risk 2
    2 new -> current 1
    3 at_risk -> at_risk 1
    3 at_risk -> reactivated 1
    3 current -> at_risk 1
    """
    checked_windows(at_risk_windows)
    buckets = Buckets.of(period, grain, fiscal_start, as_of)
    flows = _flows(spells(activity, buckets, at_risk_windows), buckets, at_risk_windows)
    counts = flows.group_by("starts_on", "ends_on", "from_state", "to_state").agg(
        people_count=_.people_count.sum()
    )
    reason = ibis.ifelse(buckets.is_unfinished(counts.ends_on), UNFINISHED, ibis.null("string"))
    return counts.mutate(reason=reason).order_by("starts_on", "from_state", "to_state")


def _flows(counted: Table, buckets: Buckets, at_risk_windows: int) -> Table:
    """Each group of people in each bucket from its activity to the next one: where from and where to."""
    every = buckets.table()
    reach = every.inner_join(
        counted, (every.bucket >= counted.bucket) & (every.bucket <= counted.next_bucket)
    ).select(
        every.starts_on, every.ends_on, counted.people_count, counted.state, now=every.bucket,
        since=every.bucket - counted.bucket, is_back=every.bucket == counted.next_bucket,
    )  # fmt: skip
    # The row of a comeback belongs to the earlier spell; a spell's own first bucket is a flow only when new.
    entered = (reach.since == 0) & (reach.state == NEW)
    moves = reach.filter((reach.since > 0) | entered)
    return moves.select(
        "starts_on", "ends_on", "people_count",
        from_state=ibis.cases(
            (moves.since == 0, OUTSIDE),
            (moves.since == 1, moves.state),
            else_=absence(moves.since - 1, at_risk_windows),
        ),
        to_state=ibis.cases(
            (moves.since == 0, NEW),
            (moves.is_back, comeback(moves.since, at_risk_windows)),
            else_=absence(moves.since, at_risk_windows),
        ),
    )  # fmt: skip

"""Lifecycle states: how many people are new, current, at risk, dormant or back again?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.lifecycle import STATES, states_on
from dangol.core.rollups.periods import share
from dangol.core.schema.reasons import EMPTY_DENOMINATOR


@metric(
    title=Said("Lifecycle states", "생애 주기 상태"),
    says=Said(
        "Everybody who was ever active, by the state they are in: new, current, reactivated, resurrected, at risk, dormant.",
        "한 번이라도 활동한 모든 사람을 신규, 이용 중, 재활성, 부활, 이탈 위험, 휴면으로 나눕니다.",
    ),
    unit="table",
    better="none",
    seeds=("I-09", "I-41"),
    returns={"state": "string", "people_count": "int64", "share_rate": "float64", "reason": "string"},
)  # fmt: skip
def lifecycle_states(activity: Table, as_of: date, window_days: int = 30, at_risk_windows: int = 2) -> Table:
    """People in each state as of a day, over windows of `window_days` counted back from it.

        new           active in the last window for the first time
        current       active in it and in the window before
        reactivated   active in it after 1 to `at_risk_windows` windows away (by default 31 to 90 days)
        resurrected   active in it after more
        at_risk       not active in it, away for up to `at_risk_windows` windows
        dormant       away for longer

    share_rate = people_count / everybody ever active. Each person is in exactly one state, and every
    state has its row. Source: SCIENCE 5.3, 5.4; seeds I-09, I-41.

    >>> import dangol
    >>> from datetime import datetime, date
    >>> days = [("Ann", 2, 20), ("Ann", 3, 20), ("Bob", 2, 2), ("Cat", 1, 5), ("Cat", 3, 30), ("Dan", 3, 25)]
    >>> world = dangol.world({"events": [dict(person_id=who, name="Page Viewed",
    ...     occurred_at=datetime(2025, m, d)) for who, m, d in days]}, as_of=date(2025, 4, 1))
    >>> [(row["state"], row["people_count"]) for row in world.metric("lifecycle_states")]
    [('new', 1), ('current', 1), ('reactivated', 1), ('resurrected', 0), ('at_risk', 1), ('dormant', 0)]
    """
    people = states_on(activity, as_of, window_days, at_risk_windows)
    counts = people.group_by("state").agg(people_count=_.count())
    rows = [ibis.struct({"place": number, "state": state}) for number, state in enumerate(STATES)]
    every = ibis.array(rows).unnest().name("row").as_table().unpack("row")
    filled = every.left_join(counts, "state").select(
        every.place, every.state, people_count=counts.people_count.fill_null(0)
    )
    total = filled.people_count.sum().over(ibis.window())
    return filled.select(
        "place", "state", "people_count", share_rate=share(filled.people_count, total),
        reason=ibis.ifelse(total == 0, EMPTY_DENOMINATOR, ibis.null("string")),
    ).order_by("place").drop("place")  # fmt: skip

"""Time to value: how many days until a new person gets what they came for?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.cohorts import with_segment
from dangol.core.rollups.firsts import spells_until, starts
from dangol.core.schema.reasons import NOT_REACHED
from dangol.core.stats.survival import kaplan_meier, survival_at, time_until

RETURN = "return"
"""The activation that every data set can answer: active again on a later day than the first one."""
FIRST_ORDER = "first_order"

_COLUMNS = (
    "segment", "activation", "person_count", "activated_count", "p25_days", "median_days", "p75_days",
    "within_1_rate", "within_7_rate", "within_30_rate", "reason",
)  # fmt: skip


@metric(
    title=Said("Time to value", "가치 도달 시간"),
    says=Said(
        "Days from joining to the activation event, counting those who are not there yet.",
        "가입부터 활성화 이벤트까지 걸린 일수입니다. 아직 도달하지 않은 사람도 함께 셉니다.",
    ),
    unit="days",
    better="down",
    seeds=("I-15",),
    returns={
        "segment": "string", "activation": "string", "person_count": "int64", "activated_count": "int64",
        "p25_days": "int64", "median_days": "int64", "p75_days": "int64", "within_1_rate": "float64",
        "within_7_rate": "float64", "within_30_rate": "float64", "reason": "string",
    },
)  # fmt: skip
def time_to_value(
    activity: Table, as_of: date, activation: str = RETURN, segment: str | None = None,
    people: Table | None = None, events: Table | None = None, orders: Table | None = None,
) -> Table:  # fmt: skip
    """Quartiles of the days to activation, and the share activated by day 1, 7 and 30, by Kaplan-Meier.

        median = the first t with S(t) <= 0.5,   within_t_rate = 1 - S(t)

    The clock starts on joined_on, or else on the first activity. `activation` is "return" (the default: active
    again on a later day), "first_order", or the name of an event. Who is not activated is censored at `as_of`,
    not dropped: a null median (reason not_reached) means that fewer than half have got there, and a null rate
    that nobody has been watched for so long. Source: SCIENCE 5.6; seed I-15.

    >>> import dangol
    >>> from datetime import date
    >>> days = {"Ann": (1, 3), "Bob": (1,), "Cat": (2, 9)}
    >>> world = dangol.world({"events": [dict(person_id=who, name="Opened", occurred_on=date(2025, 1, day),
    ...     occurred_at=date(2025, 1, day)) for who in days for day in days[who]]}, as_of=date(2025, 2, 20))
    >>> row = world.metric("time_to_value").one()
    >>> row["person_count"], row["activated_count"], row["median_days"], round(row["within_7_rate"], 3)
    (3, 2, 7, 0.667)
    """
    spells = _spells(activity, as_of, activation, segment, people, events, orders)
    curve = kaplan_meier(spells, ["segment"])
    rows = curve.group_by("segment").agg(
        person_count=_.at_risk.max(), activated_count=_.events.sum(), p25_days=time_until(curve, 0.25),
        median_days=time_until(curve), p75_days=time_until(curve, 0.75),
        **{f"within_{day}_rate": 1 - survival_at(curve, day) for day in (1, 7, 30)},
    )  # fmt: skip
    is_open = rows.median_days.isnull()
    return rows.mutate(
        activation=ibis.literal(activation), reason=ibis.ifelse(is_open, NOT_REACHED, ibis.null("string"))
    ).select(*_COLUMNS).order_by("segment")  # fmt: skip


@metric(
    title=Said("Time to value, day by day", "일자별 가치 도달 곡선"),
    says=Said(
        "The share of new people activated by each day, counting those who are not there yet.",
        "새 고객 가운데 각 일차까지 활성화된 사람의 비율입니다. 아직 도달하지 않은 사람도 함께 셉니다.",
    ),
    unit="ratio",
    better="up",
    seeds=("I-15",),
    returns={
        "segment": "string", "days": "int64", "at_risk_count": "int64", "activated_count": "int64",
        "activated_rate": "float64", "low": "float64", "high": "float64",
    },
)  # fmt: skip
def time_to_value_curve(
    activity: Table, as_of: date, activation: str = RETURN, segment: str | None = None,
    people: Table | None = None, events: Table | None = None, orders: Table | None = None,
) -> Table:  # fmt: skip
    """The curve behind `time_to_value`: one row a day on which somebody was activated or stopped being watched.

        activated_rate(t) = 1 - S(t)

    low and high are the log-log interval at 0.95. The parameters are those of `time_to_value`. A ratio, 0 to 1.
    Source: SCIENCE 5.6; seed I-15.

    >>> import dangol
    >>> from datetime import date
    >>> days = {"Ann": (1, 3), "Bob": (1,), "Cat": (2, 9)}
    >>> world = dangol.world({"events": [dict(person_id=who, name="Opened", occurred_on=date(2025, 1, day),
    ...     occurred_at=date(2025, 1, day)) for who in days for day in days[who]]}, as_of=date(2025, 1, 11))
    >>> for row in world.metric("time_to_value_curve"):
    ...     print(row["days"], row["at_risk_count"], row["activated_count"], round(row["activated_rate"], 3))
    2 3 1 0.333
    7 2 1 0.667
    9 1 0 0.667
    """
    spells = _spells(activity, as_of, activation, segment, people, events, orders)
    curve = kaplan_meier(spells, ["segment"])
    return curve.select(
        "segment", days=curve.duration, at_risk_count=curve.at_risk, activated_count=curve.events,
        activated_rate=1 - curve.survival, low=1 - curve.high, high=1 - curve.low,
    ).order_by("segment", "days")  # fmt: skip


def _spells(
    activity: Table, as_of: date, activation: str, segment: str | None,
    people: Table | None, events: Table | None, orders: Table | None,
) -> Table:  # fmt: skip
    begun = with_segment(starts(activity, people, as_of), people, segment)
    if activation == RETURN:
        return spells_until(begun, activity.select("person_id", on_day="active_on"), as_of, after=1)
    return spells_until(begun, _days_of(activation, events, orders), as_of)


def _days_of(activation: str, events: Table | None, orders: Table | None) -> Table:
    """The days on which people did what counts as activation."""
    if activation == FIRST_ORDER and orders is not None:
        return orders.filter(~orders.is_return).select("person_id", on_day="ordered_on")
    if activation == FIRST_ORDER or events is None:
        raise RequestError(
            Said(f"Time to value until {activation!r} was asked for.", f"{activation!r}까지의 가치 도달 시간을 요청하셨습니다."),
            Said("The data holds no table that could say when.", "그 시점을 알 수 있는 데이터가 없습니다."),
            Said(
                f"Add a file of {'orders' if activation == FIRST_ORDER else 'events'}, or use {RETURN!r}.",
                f"{'주문' if activation == FIRST_ORDER else '이벤트'} 파일을 더하거나 {RETURN!r}을(를) 쓰십시오.",
            ),
        )  # fmt: skip
    return events.filter(events.name == activation).select("person_id", on_day="occurred_on")

"""Active users: how many people were active lately, day by day, and how often do they come?"""

from __future__ import annotations

from datetime import date, timedelta

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Period
from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.presence import daily_presence
from dangol.core.schema.reasons import BEFORE_HISTORY, EMPTY_DENOMINATOR


@metric(
    title=Said("Active users and stickiness", "활성 사용자와 고착도"),
    says=Said(
        "People active each day and in the 28 days up to it, who is new, came back or fell away, and the share of the month they use.",
        "매일의 활성 사용자와 최근 28일 활성 사용자, 새로 온 사람, 돌아온 사람, 떠난 사람과 한 달 중 이용하는 날의 비중입니다.",
    ),
    unit="table",
    better="up",
    seeds=("E-29", "I-13"),
    returns={
        "day": "date", "daily_count": "int64", "active_count": "int64", "new_count": "int64",
        "returned_count": "int64", "churned_count": "int64", "stickiness_rate": "float64", "reason": "string",
    },
)  # fmt: skip
def active_users(
    activity: Table, period: Period, as_of: date, window_days: int = 28, active_days: Table | None = None
) -> Table:
    """One row a day of the period, as far as it is known.

        active_count    people active on at least one of the `window_days` days that end with the day
        new, returned   first day ever; back after window_days or more without a day
        churned_count   people whose last day lies exactly window_days back: no longer active from here
        active_count = active_count of the day before + new + returned - churned
        stickiness_rate = mean daily_count over the window / active_count

    `window_days` of 1 gives DAU, 7 WAU, 28 MAU. Stickiness is null with reason before_history until the
    data is a window old. Source: SCIENCE 5.4; seeds E-29.

    >>> import dangol
    >>> from datetime import datetime, date
    >>> days = [("Ann", d) for d in range(1, 11)] + [("Bob", 1), ("Bob", 9)]
    >>> world = dangol.world({"events": [dict(person_id=who, name="Page Viewed",
    ...     occurred_at=datetime(2025, 1, d)) for who, d in days]})
    >>> for row in world.metric("active_users", window_days=7).records()[6:9]:
    ...     print(row["day"].day, *list(row.values())[1:6], row["stickiness_rate"])
    7 1 2 0 0 0 0.5714285714285714
    8 1 1 0 0 1 1.0
    9 2 2 0 1 0 0.5714285714285714
    """
    if window_days < 1:
        raise RequestError(
            Said("Active users were asked for.", "활성 사용자를 요청하셨습니다."),
            Said(
                f"A window of {window_days} days holds no day.", f"{window_days}일 기간에는 하루도 없습니다."
            ),
            Said("Use 1, 7 or 28 days.", "1일, 7일, 28일 가운데에서 지정해 주십시오."),
        )
    known = Period(period.start, max(min(period.end, as_of), period.start + timedelta(days=1)))
    days = daily_presence(activity, known, window_days, active_days).filter(_.day < ibis.literal(as_of))
    is_early = days.first_on.isnull() | (days.day.delta(days.first_on, unit="day") < window_days - 1)
    reason = ibis.cases(
        (is_early, BEFORE_HISTORY), (days.active_count == 0, EMPTY_DENOMINATOR), else_=ibis.null("string")
    )
    mean_daily = days.seen_count.cast("float64") / window_days
    sticky = mean_daily / days.active_count.cast("float64").nullif(0)
    return days.select(
        "day", "daily_count", "active_count", "new_count", "returned_count", "churned_count",
        stickiness_rate=ibis.ifelse(reason.isnull(), sticky, ibis.null("float64")), reason=reason,
    ).order_by("day")  # fmt: skip

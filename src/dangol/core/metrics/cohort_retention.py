"""Cohort retention: of those who began together, how many are back after one month, two, three?"""

from __future__ import annotations

from datetime import date
from typing import Literal

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Grain, Period
from dangol.core.errors import UnknownNameError
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.cohorts import Cohorts, cohort_cells, with_dates
from dangol.core.rollups.periods import share
from dangol.core.schema.reasons import UNFINISHED
from dangol.core.stats.proportion import wilson

Kind = Literal["on", "unbounded"]
"""Back *on* a bucket: active in it. *Unbounded*: active in it or in any later one, so it is revised upward."""


@metric(
    title=Said("Cohort retention", "코호트 유지율"),
    says=Said(
        "Of the people whose first activity fell in the same period, the share active again in each period after it.",
        "같은 기간에 처음 활동한 사람들 가운데 그 뒤 각 기간에 다시 활동한 사람의 비율입니다.",
    ),
    unit="ratio",
    better="up",
    seeds=("I-02",),
    returns={
        "cohort_on": "date", "segment": "string", "bucket": "int64", "starts_on": "date", "ends_on": "date",
        "cohort_count": "int64", "retained_count": "int64", "rate": "float64", "share_so_far": "float64",
        "reason": "string",
    },
)  # fmt: skip
def cohort_retention(
    activity: Table, period: Period, as_of: date, grain: Grain = Grain.MONTH, fiscal_start: int = 1,
    kind: Kind = "on", segment: str | None = None,
    person_state: Table | None = None, people: Table | None = None,
) -> Table:  # fmt: skip
    """People of each cohort who are active again, by calendar bucket since their first one. A ratio, 0 to 1.

        rate(cohort, k) = |active in bucket k (kind "unbounded": in k or later)| / |cohort|

    Cohorts are those whose first activity ever falls in a bucket of the period; what they do is counted until
    `as_of`. A bucket that is not over has no rate yet (reason unfinished); `share_so_far` says what it has
    reached. `segment` is a text column of people, such as channel, to split the cohorts by.
    Source: SCIENCE 5.4 (return on, return on or after); seeds I-02.

    >>> import dangol
    >>> from datetime import date
    >>> days = {"Ann": (1, 2, 8), "Bob": (1, 3)}
    >>> world = dangol.world({"events": [dict(person_id=who, name="Opened", occurred_on=date(2025, 1, day),
    ...     occurred_at=date(2025, 1, day)) for who in days for day in days[who]]}, as_of=date(2025, 1, 10))
    >>> for kind in ("on", "unbounded"):
    ...     rows = world.metric("cohort_retention", grain="day", kind=kind)
    ...     print([row["rate"] for row in rows])
    [1.0, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.5, 0.0]
    [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.0]
    """
    cohorts = _cohorts(period, as_of, grain, fiscal_start, kind)
    dated = with_dates(cohort_cells(activity, person_state, people, segment, cohorts), cohorts)
    is_unfinished = cohorts.buckets.is_unfinished(dated.ends_on)
    so_far = share(dated.retained_count, dated.cohort_count)
    return dated.select(
        "cohort_on", "segment", "bucket", "starts_on", "ends_on", "cohort_count", "retained_count",
        rate=ibis.ifelse(is_unfinished, ibis.null("float64"), so_far),
        share_so_far=so_far,
        reason=ibis.ifelse(is_unfinished, UNFINISHED, ibis.null("string")),
    ).order_by("segment", "cohort_on", "bucket")  # fmt: skip


@metric(
    title=Said("Retention curve", "유지율 곡선"),
    says=Said(
        "How many are active again after so many periods, over all cohorts that have reached them.",
        "해당 기간이 지난 모든 코호트를 합해, 몇 번째 기간에 몇 명이 다시 활동했는지 보여 줍니다.",
    ),
    unit="ratio",
    better="up",
    seeds=("I-02",),
    returns={
        "segment": "string", "bucket": "int64", "cohort_count": "int64", "eligible_count": "int64",
        "retained_count": "int64", "rate": "float64", "low": "float64", "high": "float64", "reason": "string",
    },
)  # fmt: skip
def cohort_retention_curve(
    activity: Table, period: Period, as_of: date, grain: Grain = Grain.MONTH, fiscal_start: int = 1,
    kind: Kind = "on", segment: str | None = None,
    person_state: Table | None = None, people: Table | None = None,
) -> Table:  # fmt: skip
    """The average of `cohort_retention` over cohorts, each weighted by its people. A ratio, 0 to 1.

        rate(k) = sum retained(cohort, k) / sum |cohort|     over the cohorts whose bucket k is over

    `cohort_count` is the number of such cohorts, `eligible_count` of their people; low and high are the
    Wilson interval at 0.95. A bucket that no cohort has finished is null (reason unfinished).
    Source: SCIENCE 5.4.

    >>> import dangol
    >>> from datetime import date
    >>> days = {"Ann": (1, 2), "Bob": (1, 3), "Cat": (3, 4)}
    >>> world = dangol.world({"events": [dict(person_id=who, name="Opened", occurred_on=date(2025, 1, day),
    ...     occurred_at=date(2025, 1, day)) for who in days for day in days[who]]}, as_of=date(2025, 1, 5))
    >>> for row in world.metric("cohort_retention_curve", grain="day"):
    ...     print(row["bucket"], row["retained_count"], row["eligible_count"], row["rate"])
    0 3 3 1.0
    1 2 3 0.6666666666666666
    2 1 2 0.5
    3 0 2 0.0
    """
    cohorts = _cohorts(period, as_of, grain, fiscal_start, kind)
    dated = with_dates(cohort_cells(activity, person_state, people, segment, cohorts), cohorts)
    is_over = ~cohorts.buckets.is_unfinished(dated.ends_on)
    sums = dated.mutate(is_over=is_over.cast("int64")).group_by("segment", "bucket").agg(
        cohorts=_.is_over.sum(),
        eligible=(_.cohort_count * _.is_over).sum(),
        retained=(_.retained_count * _.is_over).sum(),
    )  # fmt: skip
    people_count = sums.eligible.nullif(0).cast("float64")
    low, high = wilson(sums.retained.cast("float64"), people_count)
    return sums.select(
        "segment", "bucket", cohort_count=sums.cohorts, eligible_count=sums.eligible,
        retained_count=sums.retained, rate=share(sums.retained, sums.eligible), low=low, high=high,
        reason=ibis.ifelse(sums.eligible == 0, UNFINISHED, ibis.null("string")),
    ).order_by("segment", "bucket")  # fmt: skip


def _cohorts(period: Period, as_of: date, grain: Grain, fiscal_start: int, kind: Kind) -> Cohorts:
    if kind not in ("on", "unbounded"):
        raise UnknownNameError(
            Said("kind of cohort retention", "코호트 유지율 방식"), kind, ("on", "unbounded")
        )
    return Cohorts(period, as_of, Grain(grain), fiscal_start, kind == "unbounded")

"""From the first to the second purchase: how many get there, and how long does it take?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.periods import share
from dangol.core.rollups.purchases import first_two, purchase_days
from dangol.core.schema.reasons import EMPTY_DENOMINATOR, NOT_REACHED, UNFINISHED
from dangol.core.stats.survival import kaplan_meier, survival_quantile


@metric(
    title=Said("First to second purchase", "첫 구매에서 재구매까지"),
    says=Said(
        "Of the first-time buyers known long enough, the share who bought again within 30, 60 and 90 days.",
        "충분히 오래 지켜본 첫 구매 고객 가운데 30일, 60일, 90일 안에 다시 구매한 사람의 비율입니다.",
    ),
    unit="ratio",
    better="up",
    seeds=("W-01",),
    returns={
        "within_days": "int64", "observed_count": "int64", "converted_count": "int64", "rate": "float64",
        "median_days": "int64", "reason": "string", "wait_reason": "string",
    },
)  # fmt: skip
def first_to_second_purchase(orders: Table, as_of: date, within: tuple[int, ...] = (30, 60, 90)) -> Table:
    """Share of buyers whose second purchase day came within so many days of the first; the median wait.

        rate = |second - first <= d| / |first + d < as_of|        over those observed for d days only
        median_days: first day by which the Kaplan-Meier curve of the wait is at 0.5 or below

    Who has not bought again is censored on the last day known, not dropped: the median is null with
    reason not_reached where fewer than half get there. It is the same on every row. Source: SCIENCE 3.3,
    5.6; seeds W-01.

    >>> import dangol
    >>> from datetime import date
    >>> days = [("Ann", 1, 3), ("Ann", 1, 20), ("Bob", 1, 5), ("Bob", 3, 1), ("Cat", 1, 7), ("Dan", 2, 25)]
    >>> world = dangol.world({"orders": [dict(person_id=who, ordered_on=date(2025, m, d), amount=10)
    ...     for who, m, d in days]}, as_of=date(2025, 3, 20))
    >>> for row in world.metric("first_to_second_purchase"):
    ...     print(*list(row.values())[:5], row["reason"])
    30 3 1 0.3333333333333333 55 None
    60 3 2 0.6666666666666666 55 None
    90 0 0 None 55 unfinished
    """
    if not within or min(within) < 1:
        raise RequestError(
            Said("First to second purchase was asked for.", "첫 구매에서 재구매까지를 요청하셨습니다."),
            Said(f"The days {within} are not all 1 or more.", f"일수 {within}에 1보다 작은 값이 있습니다."),
            Said("Give days such as 30, 60, 90.", "30, 60, 90처럼 지정해 주십시오."),
        )
    people = first_two(purchase_days(orders))
    limits = ibis.array(sorted(set(within))).unnest().name("within_days").as_table()
    known_days = ibis.literal(as_of).delta(people.first_on, unit="day").cast("int64") - 1
    waits = people.select(
        known_days=known_days, wait_days=_.second_on.delta(_.first_on, unit="day").cast("int64")
    )
    shares = _shares(waits, limits.mutate(within_days=_.within_days.cast("int64")))
    table = shares.cross_join(_median(waits)).cross_join(waits.agg(buyer_count=_.count()))
    nobody = (table.buyer_count == 0, EMPTY_DENOMINATOR)
    return table.select(
        "within_days", "observed_count", "converted_count",
        rate=share(_.converted_count, _.observed_count),
        median_days=_.median_days,
        reason=ibis.cases(nobody, (table.observed_count == 0, UNFINISHED), else_=ibis.null("string")),
        wait_reason=ibis.cases(nobody, (table.median_days.isnull(), NOT_REACHED), else_=ibis.null("string")),
    ).order_by("within_days")  # fmt: skip


def _shares(waits: Table, limits: Table) -> Table:
    """within_days, observed_count, converted_count. Waits are counted by length before they are compared."""
    spells = waits.group_by("known_days", "wait_days").agg(n=_.count())
    seen = limits.left_join(spells, spells.known_days >= limits.within_days)
    came = ibis.ifelse(seen.wait_days <= seen.within_days, seen.n, ibis.literal(0).cast("int64"))
    return seen.group_by("within_days").agg(
        observed_count=seen.n.sum().fill_null(0), converted_count=came.sum().fill_null(0)
    )


def _median(waits: Table) -> Table:
    """median_days int64, one row; null while fewer than half have come back."""
    spells = waits.group_by(duration=_.wait_days.fill_null(_.known_days), is_event=_.wait_days.notnull())
    curve = kaplan_meier(spells.agg(n=_.count()), weight="n")
    return survival_quantile(curve).select(median_days=_.duration.cast("int64"))

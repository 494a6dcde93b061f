"""Repeat purchase rate: of those who bought in the period, how many bought again in it?"""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Period
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.purchases import purchase_days
from dangol.core.schema.reasons import EMPTY_DENOMINATOR
from dangol.core.stats.proportion import wilson


@metric(
    title=Said("Repeat purchase rate", "재구매율"),
    says=Said(
        "Of the people who bought in the period, the share who bought on at least two days of it.",
        "기간에 구매한 사람 가운데 이틀 이상 구매한 사람의 비율입니다.",
    ),
    unit="ratio",
    better="up",
    seeds=("W-01", "W-04"),
    returns={
        "starts_on": "date", "ends_on": "date", "buyer_count": "int64", "repeat_count": "int64",
        "rate": "float64", "low_rate": "float64", "high_rate": "float64", "reason": "string",
    },
)  # fmt: skip
def repeat_purchase_rate(orders: Table, period: Period) -> Table:
    """Share of the period's buyers with purchases on two or more of its days. A ratio, 0 to 1.

        rate = |bought on >= 2 days| / |bought|          low_rate, high_rate: Wilson, 95 %

    Two orders on one day are one purchase day; returns are no purchases. The rate grows with the length of
    the period and with how long its buyers have been known, so compare like with like. CDNOW, 39 weeks:
    946 / 2,357 = 40.1 %. Source: SCIENCE 5.6; seeds W-01.

    >>> import dangol
    >>> from datetime import date
    >>> days = [("Ann", 1), ("Ann", 9), ("Bob", 2), ("Bob", 2), ("Cat", 3), ("Dan", 4)]
    >>> world = dangol.world({"orders": [
    ...     dict(person_id=who, ordered_on=date(2025, 1, day), amount=10) for who, day in days]})
    >>> row = world.metric("repeat_purchase_rate").one()
    >>> row["buyer_count"], row["repeat_count"], row["rate"], round(row["low_rate"], 3), row["reason"]
    (4, 1, 0.25, 0.046, None)
    """
    first, end = ibis.literal(period.start), ibis.literal(period.end)
    days = purchase_days(orders).filter((_.bought_on >= first) & (_.bought_on < end))
    people = days.group_by("person_id").agg(days=_.count())
    counts = people.agg(buyer_count=_.count(), repeat_count=(_.days >= 2).cast("int64").sum().fill_null(0))
    n = counts.buyer_count.cast("float64").nullif(0)
    low, high = wilson(counts.repeat_count.cast("float64"), n)
    return counts.select(
        "buyer_count", "repeat_count", starts_on=first, ends_on=end,
        rate=counts.repeat_count.cast("float64") / n, low_rate=low, high_rate=high,
        reason=ibis.ifelse(counts.buyer_count == 0, EMPTY_DENOMINATOR, ibis.null("string")),
    ).relocate("starts_on", "ends_on", before="buyer_count")  # fmt: skip

"""Purchase frequency: how many orders does a buyer place in a period?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Grain, Period
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.periods import Buckets, share
from dangol.core.rollups.purchases import purchases


@metric(
    title=Said("Purchase frequency", "구매 빈도"),
    says=Said(
        "Orders in the period for each person who bought in it.",
        "기간에 구매한 사람 한 명이 낸 주문 수입니다.",
    ),
    unit="score",
    better="up",
    seeds=("E-02", "E-35"),
    returns={
        "starts_on": "date", "ends_on": "date", "order_count": "int64", "buyer_count": "int64",
        "mean_order_count": "float64", "reason": "string",
    },
)  # fmt: skip
def purchase_frequency(
    orders: Table,
    period: Period,
    grain: Grain = Grain.MONTH,
    fiscal_start: int = 1,
    as_of: date | None = None,
) -> Table:
    """Orders a buyer: mean_order_count = order_count / buyer_count (unique people who bought in the period).

    An order is an order id of a person and day; where the source has no ids, a purchase day. Returns are
    no orders. Source: SCIENCE 5.6; seeds E-02.

    >>> import dangol
    >>> from datetime import date
    >>> days = [("Ann", 1), ("Ann", 9), ("Ann", 20), ("Bob", 2)]
    >>> world = dangol.world({"orders": [dict(person_id=who, ordered_on=date(2025, 1, day), amount=10)
    ...     for who, day in days]}, as_of=date(2025, 2, 1))
    >>> row = world.metric("purchase_frequency").one()
    >>> row["order_count"], row["buyer_count"], row["mean_order_count"]
    (4, 2, 2.0)
    """
    buckets = Buckets.of(period, grain, fiscal_start, as_of)
    first, end = ibis.literal(buckets.periods[0].start), ibis.literal(buckets.end)
    inside = purchases(orders).filter((_.bought_on >= first) & (_.bought_on < end))
    people = inside.group_by("person_id", bucket=buckets.index(_.bought_on)).agg(orders=_.order_count.sum())
    counts = people.group_by("bucket").agg(order_count=_.orders.sum(), buyer_count=_.count())
    every = buckets.filled(counts, ("order_count", "buyer_count"))
    every = every.mutate(reason=buckets.why_unknown(_.ends_on, _.buyer_count))
    mean = ibis.ifelse(
        every.reason.isnull(), share(every.order_count, every.buyer_count), ibis.null("float64")
    )
    return every.select(
        "starts_on", "ends_on", "order_count", "buyer_count", mean_order_count=mean, reason=every.reason
    ).order_by("starts_on")

"""The leaky bucket: how many customers poured in, how many are inside, and how many ran out?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Grain, Period
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.periods import Buckets, share
from dangol.core.rollups.stays import MIXED, joinings, leavings, money_of, why_no_money
from dangol.core.schema.noun import MONEY


@metric(
    title=Said("Leaky bucket", "새는 버킷"),
    says=Said(
        "Customers who came in, who are inside and who ran out in each period, in customers and monthly money.",
        "기간마다 들어온 고객, 남아 있는 고객, 빠져나간 고객을 사람 수와 월 금액으로 보여 줍니다.",
    ),
    unit="table",
    better="none",
    seeds=("I-02", "M-05"),
    returns={
        "starts_on": "date", "ends_on": "date", "start_count": "int64", "new_count": "int64",
        "returned_count": "int64", "lost_count": "int64", "end_count": "int64",
        "inflow_amount": "decimal(18, 4)", "outflow_amount": "decimal(18, 4)", "currency": "string",
        "leak_rate": "float64", "reason": "string", "amount_reason": "string",
    },
)  # fmt: skip
def leaky_bucket(
    stays: Table, period: Period, grain: Grain = Grain.MONTH, fiscal_start: int = 1, as_of: date | None = None
) -> Table:
    """Inflow, stock and outflow of each period. Every coming and every leaving counts.

        start_count + new_count + returned_count - lost_count = end_count
        leak_rate = lost_count / start_count

    A customer who joins and leaves inside a period is in both, so that months add up to years (the churn
    rate, by sets of people, does not count them). Money is a month's: MRR on the first day of who came and
    on the last day of who left; in a shop, what a customer spent a month while staying. `leak_holes` and
    `churn_by_reason` divide the same outflow by hole. Source: SCIENCE 5.3; seeds I-02, M-05.

    >>> import dangol
    >>> from datetime import date
    >>> spans = [(1, date(2025, 1, 1), date(2025, 2, 10)), (1, date(2025, 2, 20), None),
    ...          (2, date(2025, 1, 1), date(2025, 2, 5)), (3, date(2025, 2, 3), None)]
    >>> world = dangol.world({"subscriptions": [dict(person_id=who, started_on=start, ended_on=end,
    ...     mrr_amount=10) for who, start, end in spans]}, as_of=date(2025, 3, 1))
    >>> february = dangol.Period(date(2025, 2, 1), date(2025, 3, 1))
    >>> row = world.metric("leaky_bucket", period=february).one()
    >>> [row[f"{name}_count"] for name in ("start", "new", "returned", "lost", "end")]
    [2, 1, 1, 2, 2]
    >>> int(row["inflow_amount"]), int(row["outflow_amount"]), row["leak_rate"]
    (20, 20, 1.0)
    """
    buckets = Buckets.of(period, grain, fiscal_start, as_of)
    flows = _flows(stays, buckets)
    running = ibis.window(order_by="bucket", rows=(None, 0))
    flows = flows.mutate(net=_.new_count + _.returned_count - _.lost_count)
    flows = flows.mutate(end_count=_.before_count + _.net.sum().over(running))
    flows = flows.mutate(start_count=_.end_count - _.net)
    flows = flows.mutate(reason=buckets.why_unknown(_.ends_on, _.start_count))
    leak = ibis.ifelse(
        flows.reason.isnull(), share(flows.lost_count, flows.start_count), ibis.null("float64")
    )
    return flows.select(
        "starts_on", "ends_on", "start_count", "new_count", "returned_count", "lost_count", "end_count",
        "inflow_amount", "outflow_amount", "currency", leak_rate=leak, reason=flows.reason,
        amount_reason=flows.amount_reason,
    ).order_by("starts_on")  # fmt: skip


def _flows(stays: Table, buckets: Buckets) -> Table:
    """One row a bucket: what came and went in it, and before_count, who was in before the first one."""
    came, gone = joinings(stays, buckets), leavings(stays, buckets)
    start = ibis.literal(buckets.periods[0].start)
    is_in = (_.started_on < start) & (_.ended_on.isnull() | (_.ended_on >= start))
    before = stays.agg(before_count=is_in.cast("int64").sum().fill_null(0))
    every = buckets.table()
    poured = every.left_join(came, "bucket").select(
        every, came.new_count, came.returned_count, came.inflow_amount, came_low=came.low, came_high=came.high
    )
    flows = poured.left_join(gone, "bucket").select(
        poured, gone.lost_count, gone.lost_amount, gone_low=gone.low, gone_high=gone.high
    )
    # Both amounts stand under one currency, so they are known only where it is the same.
    low = ibis.least(*_either(flows.came_low, flows.gone_low))
    high = ibis.greatest(*_either(flows.came_high, flows.gone_high))
    came_amount = _or_nothing(flows.inflow_amount, flows.new_count)
    gone_amount = _or_nothing(flows.lost_amount, flows.lost_count)
    return flows.cross_join(before).select(
        "bucket", "starts_on", "ends_on", "before_count",
        **{name: flows[name].fill_null(0) for name in ("new_count", "returned_count", "lost_count")},
        inflow_amount=money_of(came_amount, low, high),
        outflow_amount=money_of(gone_amount, low, high),
        currency=ibis.ifelse(low == high, low, ibis.null("string")).nullif(MIXED),
        amount_reason=why_no_money(came_amount + gone_amount, low, high),
    )  # fmt: skip


def _either(one: ibis.Value, other: ibis.Value) -> tuple[ibis.Value, ibis.Value]:
    """Both, each standing in for the other where that is null."""
    return ibis.coalesce(one, other), ibis.coalesce(other, one)


def _or_nothing(amount: ibis.Value, count: ibis.Value) -> ibis.Value:
    """The amount; 0 where nobody is counted, and null only where it is not known."""
    return ibis.ifelse(count.isnull(), ibis.literal(0).cast(MONEY), amount)

"""Why did customers leave? Each leaving by its recorded cause, in customers and in money."""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Grain, Period
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.periods import Buckets, share
from dangol.core.rollups.stays import leavings, why_no_money
from dangol.core.schema.causes import CAUSES, UNKNOWN, kind_of
from dangol.core.schema.reasons import EMPTY_DENOMINATOR, NOT_RECORDED


@metric(
    title=Said("Churn by reason", "사유별 이탈"),
    says=Said(
        "Customers lost in each period by the cause recorded, with the monthly money that left with them.",
        "기간마다 떠난 고객을 기록된 사유별로 나누고, 함께 빠져나간 월 금액을 보여 줍니다.",
    ),
    unit="table",
    better="down",
    seeds=("I-48", "W-05", "M-03"),
    returns={
        "starts_on": "date", "ends_on": "date", "cause": "string", "kind": "string", "lost_count": "int64",
        "share_rate": "float64", "lost_amount": "decimal(18, 4)", "currency": "string", "reason": "string",
        "amount_reason": "string",
    },
)  # fmt: skip
def churn_by_reason(
    stays: Table, period: Period, grain: Grain = Grain.MONTH, fiscal_start: int = 1, as_of: date | None = None
) -> Table:
    """Leavings of each period by cause; every cause of `schema.causes` has its row, and `unknown` is one.

        share_rate = lost_count of the cause / lost_count of the period

    Counts leavings: a customer who left, came back and left again inside the period is counted twice, so
    months add up to years. Amount is what they paid a month when they left (MRR; for a shop the spend a
    month while a customer). `kind` says whether the cause could be avoided. Shares over all causes,
    unknown included, are 1. reason: empty_denominator when nobody left, not_recorded when no cause of the
    period is known. Source: seeds I-48, W-05, M-03.

    >>> import dangol
    >>> from datetime import date
    >>> whys = ["price", "너무 비싸요", "폐업", "card declined", None]
    >>> world = dangol.world({"subscriptions": [dict(person_id=who, started_on=date(2025, 1, 1),
    ...     ended_on=date(2025, 2, 10), mrr_amount=10, ended_because=why) for who, why in enumerate(whys)]},
    ...     as_of=date(2025, 3, 1))
    >>> february = dangol.Period(date(2025, 2, 1), date(2025, 3, 1))
    >>> for row in world.metric("churn_by_reason", period=february):
    ...     if row["lost_count"]:
    ...         print(row["cause"], row["kind"], row["lost_count"], row["share_rate"], int(row["lost_amount"]))
    natural natural 1 0.2 10
    payment_failure involuntary 1 0.2 10
    price avoidable 2 0.4 20
    unknown unknown 1 0.2 10
    """
    buckets = Buckets.of(period, grain, fiscal_start, as_of)
    gone = leavings(stays, buckets, cause=_.cause.fill_null(UNKNOWN))
    causes = ibis.array(sorted(CAUSES)).unnest().name("cause").as_table()
    frame = buckets.table().cross_join(causes)
    every = frame.left_join(gone, ["bucket", "cause"]).select(
        frame.bucket, frame.starts_on, frame.ends_on, frame.cause,
        lost_count=gone.lost_count.fill_null(0), amount=gone.lost_amount, low=gone.low, high=gone.high,
    )  # fmt: skip
    same_period = ibis.window(group_by="bucket")
    is_known = (every.cause != UNKNOWN).cast("int64")
    whole = every.mutate(
        total=_.lost_count.sum().over(same_period), known=(_.lost_count * is_known).sum().over(same_period)
    )
    return _with_reasons(whole).order_by("starts_on", "cause")


def _with_reasons(whole: Table) -> Table:
    zero = ibis.literal(0).cast("decimal(18, 4)")
    why = why_no_money(whole.amount, whole.low, whole.high)
    return whole.select(
        "starts_on", "ends_on", "cause", kind=kind_of(whole.cause), lost_count=whole.lost_count,
        share_rate=share(whole.lost_count, whole.total),
        lost_amount=ibis.ifelse(whole.lost_count > 0, whole.amount, zero),
        currency=ibis.ifelse(whole.amount.isnull(), ibis.null("string"), whole.low),
        reason=ibis.cases(
            (whole.total == 0, EMPTY_DENOMINATOR), (whole.known == 0, NOT_RECORDED), else_=ibis.null("string")
        ),
        amount_reason=ibis.ifelse(whole.lost_count > 0, why, ibis.null("string")),
    )  # fmt: skip

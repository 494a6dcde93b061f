"""How much of the churn could have been avoided? Natural and involuntary leavings kept apart."""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Grain, Period
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.periods import Buckets, share
from dangol.core.rollups.stays import leavings
from dangol.core.rollups.tenures import customer_counts
from dangol.core.schema.causes import KINDS, UNKNOWN, kind_of
from dangol.core.schema.reasons import NOT_RECORDED


@metric(
    title=Said("Avoidable churn", "막을 수 있던 이탈"),
    says=Said(
        "Customers lost for a cause that could have been avoided, beside natural, involuntary and unknown ones.",
        "막을 수 있던 사유로 떠난 고객을 자연 이탈, 비자발적 이탈, 사유 미기록과 나누어 보여 줍니다.",
    ),
    unit="ratio",
    better="down",
    seeds=("I-48", "W-05"),
    returns={
        "starts_on": "date", "ends_on": "date", "start_count": "int64", "lost_count": "int64",
        "avoidable_count": "int64", "involuntary_count": "int64", "natural_count": "int64",
        "unknown_count": "int64", "avoidable_rate": "float64", "reason": "string",
    },
)  # fmt: skip
def avoidable_churn(
    stays: Table, period: Period, grain: Grain = Grain.MONTH, fiscal_start: int = 1, as_of: date | None = None
) -> Table:
    """Leavings of each period by what could have been done about them.

        avoidable_count = lost_count - natural_count - involuntary_count - unknown_count
        avoidable_rate  = avoidable_count / start_count

    Counts leavings, as `churn_by_reason` does. Causes that were not recorded are shown as unknown and
    count neither way; the rate is null with reason not_recorded where no cause is known at all. Ten lost, three of them natural: seven avoidable. Source: seeds I-48.

    >>> import dangol
    >>> from datetime import date
    >>> whys = ["natural"] * 3 + ["price"] * 4 + ["competitor"] * 3
    >>> lost = [dict(person_id=n, started_on=date(2025, 1, 1), ended_on=date(2025, 2, 10), mrr_amount=10,
    ...     ended_because=why) for n, why in enumerate(whys)]
    >>> kept = [dict(person_id=n, started_on=date(2025, 1, 1), mrr_amount=10) for n in range(10, 100)]
    >>> world = dangol.world({"subscriptions": lost + kept}, as_of=date(2025, 3, 1))
    >>> february = dangol.Period(date(2025, 2, 1), date(2025, 3, 1))
    >>> row = world.metric("avoidable_churn", period=february).one()
    >>> row["lost_count"], row["natural_count"], row["avoidable_count"], row["avoidable_rate"]
    (10, 3, 7, 0.07)
    """
    buckets = Buckets.of(period, grain, fiscal_start, as_of)
    gone = leavings(stays, buckets, kind=kind_of(_.cause.fill_null(UNKNOWN)))
    zero = ibis.literal(0).cast("int64")
    by_kind = {f"{kind}_count": ibis.ifelse(_.kind == kind, _.lost_count, zero).sum() for kind in KINDS}
    kinds = gone.group_by("bucket").agg(**by_kind, lost_count=_.lost_count.sum())
    filled = buckets.filled(kinds, [*by_kind, "lost_count"])
    start = customer_counts(stays, buckets).select("bucket", "start_count")
    every = filled.inner_join(start, "bucket")
    is_silent = (every.lost_count > 0) & (every.unknown_count == every.lost_count)
    silent = ibis.ifelse(is_silent, NOT_RECORDED, ibis.null("string"))
    every = every.mutate(reason=ibis.coalesce(buckets.why_unknown(every.ends_on, every.start_count), silent))
    rate = ibis.ifelse(
        every.reason.isnull(), share(every.avoidable_count, every.start_count), ibis.null("float64")
    )
    return every.select(
        "starts_on", "ends_on", "start_count", "lost_count", "avoidable_count", "involuntary_count",
        "natural_count", "unknown_count", "reason", avoidable_rate=rate,
    ).relocate("reason", after="avoidable_rate").order_by("starts_on")  # fmt: skip

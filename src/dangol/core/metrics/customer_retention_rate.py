"""Customer retention rate: of those who were customers at the start, how many stayed?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Grain, Period
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.periods import Buckets
from dangol.core.rollups.tenures import customer_counts


@metric(
    title=Said("Customer retention rate (CRR)", "고객 유지율 (CRR)"),
    says=Said(
        "Of the customers at the start of the period, the share who are customers at its end.",
        "기간 시작 시점의 고객 가운데 기간이 끝날 때에도 고객인 사람의 비율입니다.",
    ),
    unit="ratio",
    better="up",
    seeds=("I-01", "E-04", "W-12"),
    returns={
        "starts_on": "date", "ends_on": "date", "start_count": "int64", "new_count": "int64",
        "end_count": "int64", "kept_count": "int64", "rate": "float64", "formula_rate": "float64",
        "is_alarm": "boolean", "reason": "string",
    },
)  # fmt: skip
def customer_retention_rate(
    tenures: Table,
    period: Period,
    grain: Grain = Grain.MONTH,
    fiscal_start: int = 1,
    as_of: date | None = None,
    alarm_rate: float = 0.15,
) -> Table:
    """Share of the customers at the start of each period who are customers at its end. A ratio, 0 to 1.

        rate         = |start and end| / |start|          by sets of people
        formula_rate = (end - new) / start                the textbook formula (E, N, S)

    The two agree unless somebody came back, or came and left, inside the period: the formula takes
    someone who returns for someone who stayed. New are people never customers before. A period that
    ends after `as_of` has its counts so far and no rate yet (reason unfinished). `is_alarm` says that the
    rate is below `alarm_rate`, which a business sets by its sector; null where the rate is not known.
    Source: SCIENCE 5.1; seeds E-04, I-01, W-12.

    >>> import dangol
    >>> from datetime import date
    >>> spans = [("Ann", date(2025, 1, 1), None), ("Bob", date(2025, 1, 1), date(2025, 2, 10)),
    ...          ("Cat", date(2025, 2, 3), None)]
    >>> world = dangol.world({"subscriptions": [
    ...     dict(person_id=who, started_on=start, ended_on=end, mrr_amount=10) for who, start, end in spans]},
    ...     as_of=date(2025, 3, 1))
    >>> february = dangol.Period(date(2025, 2, 1), date(2025, 3, 1))
    >>> row = world.metric("customer_retention_rate", period=february).one()
    >>> row["start_count"], row["new_count"], row["end_count"], row["rate"], row["formula_rate"]
    (2, 1, 2, 0.5, 0.5)
    """
    buckets = Buckets.of(period, grain, fiscal_start, as_of)
    counts = customer_counts(tenures, buckets)
    counts = counts.mutate(
        kept_count=_.start_count - _.lost_count, reason=buckets.why_unknown(_.ends_on, _.start_count)
    )
    start = ibis.ifelse(counts.reason.isnull(), counts.start_count.cast("float64"), ibis.null("float64"))
    rate = counts.kept_count.cast("float64") / start
    return counts.select(
        "starts_on", "ends_on", "start_count", "new_count", "end_count", "kept_count",
        rate=rate,
        formula_rate=(counts.end_count - counts.new_count).cast("float64") / start,
        is_alarm=rate < ibis.literal(str(alarm_rate)).cast("float64"),
        reason=counts.reason,
    ).order_by("starts_on")  # fmt: skip

"""Customer retention rate: of those who were customers at the start, how many stayed?"""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Grain, Period, spans
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.tenures import present
from dangol.core.schema.reasons import EMPTY_DENOMINATOR


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
        "reason": "string",
    },
)  # fmt: skip
def customer_retention_rate(
    tenures: Table, period: Period, grain: Grain = Grain.MONTH, fiscal_start: int = 1
) -> Table:
    """Share of the customers at the start of each period who are customers at its end. A ratio, 0 to 1.

        rate         = |start and end| / |start|          by sets of people
        formula_rate = (end - new) / start                the textbook formula (E, N, S)

    The two agree unless somebody came back, or came and left, inside the period: the formula takes
    someone who returns for someone who stayed. New are people never customers before.
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
    first = tenures.group_by("person_id").agg(first_on=_.started_on.min())
    periods = spans(period.buckets(grain, fiscal_start))
    touching = (
        tenures.join(first, "person_id")
        .cross_join(periods)
        .filter((_.started_on < _.ends_on) & (_.ended_on.isnull() | (_.ended_on >= _.starts_on)))
    )
    people = touching.group_by("starts_on", "ends_on", "person_id").agg(
        was=present(touching, touching.starts_on).max(),
        stays=present(touching, touching.ends_on).max(),
        new=(touching.first_on >= touching.starts_on).max(),
    )
    counts = people.group_by("starts_on", "ends_on").agg(
        start_count=_.was.sum(),
        new_count=_.new.sum(),
        end_count=_.stays.sum(),
        kept_count=(_.was & _.stays).sum(),
    )
    every = periods.left_join(counts, ["starts_on", "ends_on"]).select(
        "starts_on", "ends_on",
        **{name: counts[name].fill_null(0) for name in ("start_count", "new_count", "end_count", "kept_count")},
    )  # fmt: skip
    start = _.start_count.nullif(0).cast("float64")
    return every.mutate(
        rate=_.kept_count.cast("float64") / start,
        formula_rate=(_.end_count - _.new_count).cast("float64") / start,
        reason=ibis.ifelse(_.start_count == 0, EMPTY_DENOMINATOR, ibis.null("string")),
    ).order_by("starts_on")

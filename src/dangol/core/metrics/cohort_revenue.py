"""Cohort revenue: of what a cohort spent at first, how much does it spend in each period after?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Grain, Period
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.cohorts import Cohorts, with_dates, with_segment
from dangol.core.rollups.periods import share
from dangol.core.schema.noun import MONEY
from dangol.core.schema.reasons import EMPTY_DENOMINATOR, MIXED_CURRENCIES, NOT_RECORDED, UNFINISHED


@metric(
    title=Said("Cohort revenue", "코호트 매출 유지율"),
    says=Said(
        "What the people of each cohort spend in each period, against what they spent in their first one.",
        "각 코호트가 첫 기간에 쓴 금액과 비교하여 그 뒤 각 기간에 쓴 금액입니다.",
    ),
    unit="ratio",
    better="up",
    seeds=("I-02", "I-07"),
    returns={
        "cohort_on": "date", "segment": "string", "bucket": "int64", "starts_on": "date", "ends_on": "date",
        "cohort_count": "int64", "amount": MONEY, "currency": "string", "first_amount": MONEY,
        "rate": "float64", "share_so_far": "float64", "reason": "string",
    },
)  # fmt: skip
def cohort_revenue(
    activity: Table, period: Period, as_of: date, grain: Grain = Grain.MONTH, fiscal_start: int = 1,
    segment: str | None = None, people: Table | None = None,
) -> Table:  # fmt: skip
    """Money of each cohort by calendar bucket since its first one, and as a share of the first. May pass 1.

        rate(cohort, k) = amount in bucket k / amount in bucket 0

    Cohorts are by first activity, as in `cohort_retention`; money is that of the activity (purchases, not
    returns). A cell with several currencies has no amount, one in another currency than the first no
    rate (reason mixed_currencies), a bucket that is not over
    no rate (unfinished), nor has a cohort that paid nothing at first (empty_denominator); data without any
    amount has neither (not_recorded).
    Source: SCIENCE 5.4, revenue.

    >>> import dangol
    >>> from datetime import date
    >>> paid = [("Ann", 1, 100), ("Bob", 1, 50), ("Ann", 2, 30), ("Bob", 3, 45)]
    >>> world = dangol.world({"orders": [dict(order_id=n, person_id=who, ordered_on=date(2025, month, 5),
    ...     amount=amount, currency="KRW") for n, (who, month, amount) in enumerate(paid)]}, as_of=date(2025, 4, 1))
    >>> [(row["bucket"], str(row["amount"]), row["rate"]) for row in world.metric("cohort_revenue")]
    [(0, '150.0000', 1.0), (1, '30.0000', 0.2), (2, '45.0000', 0.3)]
    """
    cohorts = Cohorts(period, as_of, Grain(grain), fiscal_start)
    cells = with_dates(_cells(activity, people, segment, cohorts), cohorts)
    is_unfinished = cohorts.buckets.is_unfinished(cells.ends_on)
    so_far = ibis.ifelse(cells.is_other, ibis.null("float64"), share(cells.amount, cells.first_amount))
    reason = ibis.cases(
        (~cells.has_money, NOT_RECORDED),
        (cells.is_mixed | cells.is_first_mixed | cells.is_other, MIXED_CURRENCIES),
        (is_unfinished, UNFINISHED),
        (cells.first_amount.fill_null(0) == 0, EMPTY_DENOMINATOR), else_=ibis.null("string"),
    )  # fmt: skip
    return cells.select(
        "cohort_on", "segment", "bucket", "starts_on", "ends_on", "cohort_count", "amount", "currency",
        "first_amount", rate=ibis.ifelse(is_unfinished, ibis.null("float64"), so_far), share_so_far=so_far,
        reason=reason,
    ).order_by("segment", "cohort_on", "bucket")  # fmt: skip


def _cells(activity: Table, people: Table | None, segment: str | None, cohorts: Cohorts) -> Table:
    """segment, cohort, bucket, cohort_count, amount, currency, is_mixed and those of the first bucket."""
    spent = activity.mutate(at=cohorts.buckets.index(activity.active_on))
    spent = spent.group_by("person_id", "at").agg(
        amount=_.amount.sum().cast(MONEY), low=_.currency.min(), high=_.currency.max(), known=_.amount.count()
    )
    first = spent.group_by("person_id").agg(cohort=_.at.min())
    first = first.filter((_.cohort >= 0) & (_.cohort < cohorts.cohort_count))
    first = with_segment(first, people, segment)
    filled = _filled(first, spent, cohorts)
    cells = filled.group_by("segment", "cohort", bucket=filled["at"] - filled.cohort).agg(
        cohort_count=_.cohort_count.sum(),
        total=_.amount.sum().cast(MONEY),
        currency=_.low.min(),
        last=_.high.max(),
        known=_.known.sum(),
    )
    # One amount anywhere makes the silent rows purchases of nothing; none at all means that it is not known.
    cells = cells.mutate(has_money=_.known.sum().over(ibis.window()) > 0)
    cells = cells.mutate(is_mixed=ibis.ifelse(cells.currency != cells["last"], 1, 0) == 1)
    cells = cells.mutate(
        amount=ibis.ifelse(cells.has_money & ~cells.is_mixed, cells.total, ibis.null(MONEY)),
        currency=ibis.ifelse(cells.is_mixed, ibis.null("string"), cells.currency),
    )
    return _against_first(cells.drop("total", "last", "known"))


def _against_first(cells: Table) -> Table:
    """With the amount of the cohort's first bucket, whether that is mixed, and whether its currency was another."""
    whole, is_first = ibis.window(group_by=["segment", "cohort"]), cells.bucket == 0
    cells = cells.mutate(
        first_amount=ibis.ifelse(is_first, cells.amount, ibis.null(MONEY)).max().over(whole),
        first_currency=ibis.ifelse(is_first, cells.currency, ibis.null("string")).max().over(whole),
        is_first_mixed=ibis.ifelse(is_first & cells.is_mixed, 1, 0).max().over(whole) == 1,
    )
    return cells.mutate(is_other=ibis.ifelse(cells.currency != cells.first_currency, 1, 0) == 1)


def _filled(first: Table, spent: Table, cohorts: Cohorts) -> Table:
    """What everybody of the cohorts spent, with an empty row for each bucket that a cohort has lived through."""
    sizes = first.group_by("segment", "cohort").agg(cohort_count=_.count())
    every = sizes.cross_join(cohorts.buckets.table().select(at="bucket")).filter(_.at >= _.cohort)
    found = first.join(spent, "person_id")
    zero, none = ibis.literal(0).cast("int64"), ibis.null("string")
    empty = every.select(
        "segment",
        "cohort",
        "cohort_count",
        "at",
        amount=ibis.literal(0).cast(MONEY),
        low=none,
        high=none,
        known=zero,
    )
    return ibis.union(
        empty,
        found.select("segment", "cohort", "at", "amount", "low", "high", "known", cohort_count=zero)[
            empty.columns
        ],
    )

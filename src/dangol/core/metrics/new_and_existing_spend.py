"""Do existing customers spend more than new ones? Revenue, buyers and spend a buyer of both."""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.calendar import Grain, Period
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.periods import Buckets, share
from dangol.core.rollups.purchases import purchases
from dangol.core.rollups.stays import MIXED, why_no_money
from dangol.core.schema.noun import MONEY
from dangol.core.schema.reasons import EMPTY_DENOMINATOR, TOO_FEW, UNFINISHED
from dangol.core.stats.ratio import ratio_of_means

_SUMS = ("new_count", "existing_count", "new_sum", "existing_sum", "new_square", "existing_square")
_SQUARED = "decimal(19, 4)"
"""One digit more than money, so that the square of a large amount still fits (37 digits)."""


@metric(
    title=Said("New and existing customers' spend", "신규 고객과 기존 고객의 지출"),
    says=Said(
        "Revenue, buyers and spend a buyer of people who bought for the first time, and of those who had bought before.",
        "처음 구매한 고객과 전에도 구매한 고객의 매출, 구매자 수, 1인당 지출을 비교합니다.",
    ),
    unit="table",
    better="none",
    seeds=("I-07", "E-02"),
    returns={
        "starts_on": "date", "ends_on": "date", "new_count": "int64", "existing_count": "int64",
        "new_amount": "decimal(18, 4)", "existing_amount": "decimal(18, 4)", "currency": "string",
        "new_mean_amount": "float64", "existing_mean_amount": "float64", "ratio": "float64",
        "ratio_low": "float64", "ratio_high": "float64", "reason": "string",
    },
)  # fmt: skip
def new_and_existing_spend(
    orders: Table,
    period: Period,
    grain: Grain = Grain.MONTH,
    fiscal_start: int = 1,
    as_of: date | None = None,
    min_buyers: int = 30,
) -> Table:
    """Buyers of each period, new (first purchase ever in it) against existing ones.

        ratio = existing_mean_amount / new_mean_amount, with its 95 % interval by the delta method

    A buyer's spend is what they bought on the purchase days of the period, same-day returns taken off. The
    ratio is null with reason too_few while either side has fewer than `min_buyers` people (at least 2),
    empty_denominator where the new ones brought no money after returns, unfinished while the period runs,
    mixed_currencies where amounts cannot be added, not_recorded where there are none. Source: SCIENCE 4.2; seeds I-07.

    >>> import dangol
    >>> from datetime import date
    >>> old = [dict(person_id=n, ordered_on=date(2025, m, 5), amount=167) for n in range(40) for m in (1, 2)]
    >>> new = [dict(person_id=n, ordered_on=date(2025, 2, 9), amount=100) for n in range(40, 80)]
    >>> world = dangol.world({"orders": old + new}, as_of=date(2025, 3, 1))
    >>> january, february = world.metric("new_and_existing_spend").records()
    >>> january["ratio"], january["reason"], february["new_count"], february["ratio"], february["reason"]
    (None, 'too_few', 40, 1.67, None)
    """
    buckets = Buckets.of(period, grain, fiscal_start, as_of)
    sums = buckets.filled(_sums(orders, buckets), _SUMS)
    currency = _buyers(orders, buckets).agg(
        low=_.currency.min(), high=_.currency.max(), any_amount=_.amount.max()
    )
    whole = sums.cross_join(currency)
    fewest = max(min_buyers, 2)
    has_buyers = (whole.new_count > 0) | (whole.existing_count > 0)
    no_money = why_no_money(whole.any_amount, whole.low, whole.high)
    whole = whole.mutate(
        reason=ibis.cases(
            (buckets.is_unfinished(whole.ends_on), UNFINISHED),
            (has_buyers & no_money.notnull(), no_money),
            ((whole.new_count < fewest) | (whole.existing_count < fewest), TOO_FEW),
            (whole.new_sum <= 0, EMPTY_DENOMINATOR),
            else_=ibis.null("string"),
        ),
        has_money=~(has_buyers & no_money.notnull()),
    )
    return _with_ratio(whole).order_by("starts_on")


def _buyers(orders: Table, buckets: Buckets) -> Table:
    """Per buyer and bucket: person_id, bucket, is_new, amount, currency."""
    days = purchases(orders).filter(_.bought_on < ibis.literal(buckets.end))
    first = days.group_by("person_id").agg(first_on=_.bought_on.min())
    inside = days.filter(_.bought_on >= ibis.literal(buckets.periods[0].start)).inner_join(first, "person_id")
    inside = inside.mutate(bucket=buckets.index(_.bought_on), first_bucket=buckets.index(_.first_on))
    return inside.group_by("person_id", "bucket", is_new=_.bucket == _.first_bucket).agg(
        amount=_.amount.sum().cast(MONEY),
        currency=ibis.ifelse(_.currency.min() != _.currency.max(), MIXED, _.currency.min()),
    )


def _sums(orders: Table, buckets: Buckets) -> Table:
    """Per bucket the sufficient statistics of both groups; exact decimals, so that engines agree."""
    buyers = _buyers(orders, buckets)
    zero, none = ibis.literal(0).cast("int64"), ibis.literal(0).cast(MONEY)
    new = ibis.ifelse(buyers.is_new, buyers.amount, none)
    existing = ibis.ifelse(buyers.is_new, none, buyers.amount)
    return buyers.group_by("bucket").agg(
        new_count=ibis.ifelse(buyers.is_new, 1, zero).sum(),
        existing_count=ibis.ifelse(buyers.is_new, zero, 1).sum(),
        new_sum=new.sum().cast(MONEY),
        existing_sum=existing.sum().cast(MONEY),
        new_square=(new.cast(_SQUARED) * new).sum().cast("float64"),
        existing_square=(existing.cast(_SQUARED) * existing).sum().cast("float64"),
    )


def _group(whole: Table, name: str) -> tuple[Expr, Expr, Expr]:
    """(n, sum, sum of squares) as floats, null where the ratio is not to be said."""
    columns = (whole[f"{name}_{part}"].cast("float64") for part in ("count", "sum", "square"))
    n, total, square = (ibis.ifelse(whole.reason.isnull(), value, ibis.null("float64")) for value in columns)
    return n, total, square


def _with_ratio(whole: Table) -> Table:
    ratio, low, high = ratio_of_means(_group(whole, "new"), _group(whole, "existing"))
    nothing = ibis.null(MONEY)
    means = {
        f"{name}_mean_amount": ibis.ifelse(
            whole.has_money,
            share(whole[f"{name}_sum"], whole[f"{name}_count"]),
            ibis.null("float64"),
        )
        for name in ("new", "existing")
    }
    return whole.select(
        "starts_on", "ends_on", "new_count", "existing_count",
        new_amount=ibis.ifelse(whole.has_money, whole.new_sum, nothing),
        existing_amount=ibis.ifelse(whole.has_money, whole.existing_sum, nothing),
        currency=ibis.ifelse(whole.has_money, whole.low, ibis.null("string")),
        **means, ratio=ratio, ratio_low=low, ratio_high=high, reason=whole.reason,
    )  # fmt: skip

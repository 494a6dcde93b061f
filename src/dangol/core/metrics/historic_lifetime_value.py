"""Historic lifetime value: what has a customer of a shop spent so far?"""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.recurring import in_currency
from dangol.core.schema.assumptions import ASSUMPTIONS, PAST_ONLY
from dangol.core.schema.noun import MONEY
from dangol.core.schema.reasons import EMPTY_DENOMINATOR, MIXED_CURRENCIES, NOT_RECORDED
from dangol.core.stats.mean import mean_interval


@metric(
    title=Said("Historic lifetime value", "누적 고객 가치"),
    says=Said(
        "What a customer has spent so far, less returns, times the margin: mean and median over all customers.",
        "고객 한 명이 지금까지 쓴 금액에서 반품을 빼고 마진을 곱한 값으로, 전체 고객의 평균과 중앙값입니다.",
    ),
    unit="money",
    better="up",
    seeds=("A-03", "W-14"),
    returns={
        "assumption": "string", "assumes_en": "string", "assumes_ko": "string", "currency": "string",
        "customer_count": "int64", "spent_amount": MONEY, "mean_amount": "float64", "low_amount": "float64",
        "high_amount": "float64", "median_amount": "float64", "max_spend_amount": "float64", "reason": "string",
    },
)  # fmt: skip
def historic_lifetime_value(orders: Table, margin: float = 1.0, currency: str | None = None) -> Table:
    """Mean and median of what each customer has spent so far, times `margin` (1.0: revenue). One row.

        value = margin x (sum of amounts, returns negative) / customers

    The interval is Student's for the mean, from two customers up. Nothing still to come is counted, so the low
    end of the interval, `max_spend_amount`, is a careful upper bound of what keeping one customer may cost.
    Source: SCIENCE 5.3; seeds A-03, W-14.

    >>> import dangol
    >>> from datetime import date
    >>> bought = [("Ann", 100), ("Ann", 60), ("Bob", 40), ("Bob", -20), ("Cat", 30)]
    >>> world = dangol.world({"orders": [dict(person_id=who, ordered_on=date(2025, 1, n + 1), amount=spent)
    ...     for n, (who, spent) in enumerate(bought)]})
    >>> row = world.metric("historic_lifetime_value", margin=0.5).one()
    >>> str(row["spent_amount"]), row["customer_count"], row["mean_amount"], row["median_amount"]
    ('210.0000', 3, 35.0, 15.0)
    """
    rows = in_currency(orders, currency)
    spent = rows.group_by("person_id").agg(spent=_.amount.sum().cast(MONEY), bought=_.amount.count())
    each = spent.filter(_.bought > 0).mutate(value=_.spent.cast("float64") * margin)
    sums = each.aggregate(
        customer_count=_.count(), spent_amount=_.spent.sum().cast(MONEY), total=_.value.sum(),
        squares=(_.value * _.value).sum(), median_amount=_.value.median().cast("float64"),
    ).cross_join(rows.aggregate(lowest=_.currency.min(), highest=_.currency.max(), row_count=_.count()))  # fmt: skip
    return _explained(sums)


def _explained(sums: Table) -> Table:
    several = ibis.ifelse(sums.customer_count > 1, sums.customer_count, ibis.null("int64")).cast("float64")
    low, high = mean_interval(several, sums.total, sums.squares)
    is_mixed = (sums.lowest != sums.highest).fill_null(ibis.literal(value=False))
    reason = ibis.cases(
        (is_mixed, MIXED_CURRENCIES),
        (sums.customer_count == 0, ibis.ifelse(sums.row_count > 0, NOT_RECORDED, EMPTY_DENOMINATOR)),
        else_=ibis.null("string"),
    )
    mean = sums.total / sums.customer_count.cast("float64").nullif(0.0)
    numbers = {
        "mean_amount": mean, "low_amount": low, "high_amount": high, "median_amount": sums.median_amount,
        "max_spend_amount": _not_below_nothing(low.fill_null(mean)),
    }  # fmt: skip
    known = {name: ibis.ifelse(reason.isnull(), v, ibis.null("float64")) for name, v in numbers.items()}
    said = ASSUMPTIONS[PAST_ONLY]
    return sums.select(
        "customer_count", assumption=ibis.literal(PAST_ONLY), assumes_en=ibis.literal(said.en),
        assumes_ko=ibis.literal(said.ko), currency=ibis.ifelse(is_mixed, ibis.null("string"), sums.lowest),
        spent_amount=ibis.ifelse(is_mixed, ibis.null(MONEY), sums.spent_amount), **known, reason=reason,
    ).select(
        "assumption", "assumes_en", "assumes_ko", "currency", "customer_count", "spent_amount", "mean_amount",
        "low_amount", "high_amount", "median_amount", "max_spend_amount", "reason",
    )  # fmt: skip


def _not_below_nothing(amount: Expr) -> Expr:
    return ibis.ifelse(amount < 0, 0.0, amount)

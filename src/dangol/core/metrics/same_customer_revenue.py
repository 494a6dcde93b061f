"""Same-customer revenue: of what last year's buyers spent, how much do the same people spend now?"""

from __future__ import annotations

from datetime import date
from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Period
from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.recurring import Windows, in_currency, months_of
from dangol.core.rollups.then_and_now import then_and_now
from dangol.core.schema.noun import MONEY

_COLUMNS: Final = {
    "months": "int64", "currency": "string", "base_on": "date", "ends_on": "date", "is_finished": "boolean",
    "then_amount": MONEY, "now_amount": MONEY, "then_count": "int64", "kept_count": "int64", "rate": "float64",
    "gross_rate": "float64", "customer_rate": "float64", "reason": "string",
}  # fmt: skip


@metric(
    title=Said("Same-customer revenue", "동일 고객 매출"),
    says=Said(
        "What the buyers of the twelve months before spent in the last twelve, against what they spent then: what"
        " net dollar retention is to subscriptions, for a shop.",
        "그 이전 12개월의 구매자가 최근 12개월에 쓴 금액을 당시에 쓴 금액과 견준 비율입니다. 구독의 순 매출 유지율에"
        " 해당하는 상점용 지표입니다.",
    ),
    unit="ratio",
    better="up",
    seeds=("W-15", "E-02"),
    returns=_COLUMNS,
)
def same_customer_revenue(
    orders: Table, period: Period, as_of: date, months: int = 12, currency: str | None = None
) -> Table:
    """Revenue kept from the same customers, at the end of each month. A ratio, also above 1.

        rate       = spent in the last `months` months / spent in the `months` months before them
        gross_rate = sum of the smaller of the two, customer by customer / spent in the months before
        customer_rate = those who spent in both / those who spent before

    All over the customers whose purchases less returns came to more than 0 in the months before. It is no
    recurring revenue: nobody promised to come back. Null with reason before_history until the data holds both
    spans, unfinished while the month runs, mixed_currencies where amounts cannot be added.
    Source: the formula of SCIENCE 5.3 over spending; seeds W-15, E-02.

    Ann spent 100 and then 120, Bob 50 and then nothing: 120 of 150, though 100 of 150 without her growth.

    >>> import dangol
    >>> from datetime import date
    >>> bought = [("Ann", date(2025, 1, 1), 100), ("Bob", date(2025, 1, 9), 50), ("Ann", date(2025, 2, 9), 120)]
    >>> world = dangol.world({"orders": [dict(person_id=who, ordered_on=day, amount=spent)
    ...     for who, day, spent in bought]}, as_of=date(2025, 3, 1))
    >>> row = world.metric("same_customer_revenue", months=1).records()[-1]
    >>> row["rate"], round(row["gross_rate"], 4), row["customer_rate"]
    (0.8, 0.6667, 0.5)
    """
    if months < 1:
        raise RequestError(
            Said(
                f"Same-customer revenue over {months} months was asked for.",
                f"{months}개월의 같은 고객 매출을 요청하셨습니다.",
            ),
            Said("Two spans of at least one month are compared.", "한 달 이상의 두 기간을 비교합니다."),
            Said(
                "Write months=12 for a year against the year before.",
                "1년과 그 전해를 비교하려면 months=12라고 쓰십시오.",
            ),
        )
    windows = months_of(period)
    rows = in_currency(orders, currency)
    compared = then_and_now(_spending(rows, windows, months), _facts(rows, months), windows, as_of, months)
    return (
        compared.mutate(months=ibis.literal(months).cast("int64"), rate=_.net_rate)
        .select(*_COLUMNS)
        .order_by("ends_on")
    )


def _spending(orders: Table, windows: Windows, months: int) -> Table:
    """A ledger whose level is what was spent in the `months` months up to the end of each one."""
    spent = orders.filter(_.amount.notnull()).select(
        payer=_.person_id, bucket=windows.index(_.ordered_on), amount=_.amount
    )
    past = spent.select("payer", bucket=_.bucket + months, amount=-_.amount)
    summed = spent.union(past).group_by("payer", "bucket").agg(amount=_.amount.sum().cast(MONEY))
    return summed.mutate(paused=ibis.literal(0).cast(MONEY), held=ibis.literal(0).cast("int64"))


def _facts(orders: Table, months: int) -> Table:
    """What is known of the data; the first month in which a whole earlier span lies behind."""
    known = orders.aggregate(
        lowest=_.currency.min(),
        highest=_.currency.max(),
        first=_.ordered_on.min().cast("timestamp").truncate("M"),
    )
    is_mixed = (known.lowest != known.highest).fill_null(ibis.literal(value=False))
    # The first base date has a whole span behind it: `months` months, the first one of the data included.
    reaches = known.first + ibis.interval(months=months) - ibis.interval(days=1)
    stated = ibis.ifelse(is_mixed, ibis.null("string"), known.lowest)
    return known.select(is_mixed=is_mixed, currency=stated, first_on=reaches.cast("date"))

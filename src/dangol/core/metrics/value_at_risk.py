"""Value at risk: what do the customers pay who have been silent for much longer than is usual for them?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.periods import share
from dangol.core.rollups.silence import silences
from dangol.core.rollups.stays import money_of, why_no_money
from dangol.core.schema.noun import MONEY
from dangol.core.schema.reasons import EMPTY_DENOMINATOR, TOO_FEW


@metric(
    title=Said("Value at risk", "위험에 놓인 금액"),
    says=Said(
        "The monthly money of the customers who have been silent for three times as long as is usual for them.",
        "평소 간격의 세 배보다 오래 조용한 고객이 한 달에 내는 금액입니다.",
    ),
    unit="money",
    better="down",
    seeds=("I-13", "I-14", "I-49"),
    returns={
        "customer_count": "int64", "known_count": "int64", "overdue_count": "int64", "overdue_rate": "float64",
        "amount": "decimal(18, 4)", "currency": "string", "reason": "string", "amount_reason": "string",
    },
)  # fmt: skip
def value_at_risk(
    activity: Table, stays: Table, as_of: date, times: float = 3.0, subscriptions: Table | None = None
) -> Table:
    """Customers past their own usual interval, and what they pay a month. One row. Money a month.

        usual interval = (last active day - first) / (active days - 1)       of those with three active days or more
        overdue        = customer now, and silent for more than `times` usual intervals
        amount         = what the overdue pay a month: MRR now; in a shop, what they spent a month while staying

    Nothing is forecast: it says what those pay who have left their own rhythm. Who has fewer than three active
    days has none yet and counts neither way. Source: seeds I-13, I-14, I-49.

    >>> import dangol
    >>> from datetime import date, timedelta
    >>> first, weekly = date(2025, 1, 1), timedelta(days=7)
    >>> days = [("Ann", first + n * weekly) for n in range(13)] + [("Bob", first + n * weekly) for n in range(6)]
    >>> world = dangol.world({"orders": [dict(person_id=who, ordered_on=day, amount=70) for who, day in days]},
    ...     as_of=date(2025, 4, 1))
    >>> row = world.metric("value_at_risk").one()
    >>> row["customer_count"], row["overdue_count"], row["overdue_rate"], round(row["amount"])
    (2, 1, 0.5, 142)
    """
    each = silences(activity, stays, as_of, times)
    if subscriptions is not None:
        each = _paying_now(each, subscriptions, as_of)
    overdue = each.is_overdue.fill_null(False)  # noqa: FBT003 a value, not a switch
    sums = each.mutate(is_overdue=overdue).agg(
        customer_count=_.count(), known_count=_.usual_days.count(),
        overdue_count=_.is_overdue.cast("int64").sum().fill_null(0),
        total=_.amount.sum(where=_.is_overdue), low=_.low.min(where=_.is_overdue), high=_.high.max(where=_.is_overdue),
    )  # fmt: skip
    reason = ibis.cases(
        (sums.customer_count == 0, EMPTY_DENOMINATOR),
        (sums.known_count == 0, TOO_FEW),
        else_=ibis.null("string"),
    )
    total = ibis.ifelse(sums.overdue_count == 0, ibis.literal(0).cast(MONEY), sums.total.cast(MONEY))
    amount = ibis.ifelse(reason.isnull(), money_of(total, sums.low, sums.high), ibis.null(MONEY))
    why = ibis.ifelse(reason.isnull(), why_no_money(total, sums.low, sums.high), ibis.null("string"))
    return sums.select(
        "customer_count", "known_count", "overdue_count",
        overdue_rate=share(sums.overdue_count, sums.known_count), amount=amount,
        currency=ibis.ifelse(amount.isnull(), ibis.null("string"), sums.low), reason=reason, amount_reason=why,
    )  # fmt: skip


def _paying_now(each: Table, subscriptions: Table, as_of: date) -> Table:
    """The same customers with what they pay on the last day known, in place of what they began with."""
    end = ibis.literal(as_of)
    open_now = subscriptions.filter(
        (subscriptions.started_on < end) & (subscriptions.ended_on.isnull() | (subscriptions.ended_on >= end))
    )
    pays = open_now.group_by("person_id").agg(
        now_amount=_.mrr_amount.sum(), now_low=_.currency.min(), now_high=_.currency.max()
    )
    joined = each.drop("amount", "low", "high").left_join(pays, "person_id")
    return joined.select(
        "person_id", "usual_days", "silent_days", "is_overdue",
        amount=pays.now_amount.cast(MONEY), low=pays.now_low, high=pays.now_high,
    )  # fmt: skip

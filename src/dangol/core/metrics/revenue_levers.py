"""Revenue levers: what would a little more acquisition, a little less churn or a little more price bring?"""

from __future__ import annotations

from datetime import date
from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.movements import movements
from dangol.core.rollups.periods import share
from dangol.core.rollups.recurring import last_months
from dangol.core.rollups.vendor_profiles import profile_named
from dangol.core.schema.reasons import EMPTY_DENOMINATOR, MIXED_CURRENCIES

_HORIZON: Final = 12


@metric(
    title=Said("Revenue levers", "매출 지렛대"),
    says=Said(
        "Recurring revenue over the next twelve months if the last twelve went on, and if acquisition, churn or"
        " price were a little better. A calculation on own figures, not a forecast.",
        "최근 12개월이 그대로 이어질 때와 신규 획득, 이탈, 가격이 조금 나아질 때의 앞으로 12개월 반복 매출입니다."
        " 자체 수치로 한 계산이며 예측이 아닙니다.",
    ),
    unit="table",
    better="none",
    seeds=("I-06", "M-04", "W-03"),
    returns={
        "profile": "string", "currency": "string", "lever": "string", "month": "int64", "mrr_amount": "float64",
        "difference_amount": "float64", "total_difference_amount": "float64", "profit_amount": "float64",
        "reason": "string",
    },
)  # fmt: skip
def revenue_levers(
    subscriptions: Table,
    as_of: date,
    acquisition: float = 0.01,
    churn: float = 0.01,
    price: float = 0.01,
    margin: float = 1.0,
    monthly_cost: float = 0.0,
    profile: str = "playbook",
    currency: str | None = None,
) -> Table:
    """MRR in months 0 to 12 ahead under each lever: one row a lever and month. Money, as float64.

        M(0) = start,  M(t) = r M(t-1) + n          r = 1 - churn rate - contraction and pause rate + regained rate
             = r^t start + n (1 + r + ... + r^(t-1))

    `start` is MRR now, `n` the new MRR of a mean month and r from the sums of the last twelve whole months
    (fewer when the data is younger). Levers: `as_is`; `acquisition` (n times 1 + 0.01); `churn` (0.01 off the
    monthly churn rate, which does not go below 0); `price` (start and n times 1 + 0.01, supposing that nobody
    leaves over it). `difference_amount` is against as_is in that month, `total_difference_amount` the sum from
    month 1 on; `profit_amount` is mrr times `margin` less `monthly_cost`.
    Source: own recurrence; seeds I-06, M-04, W-03. What the seeds report from other companies is theirs.

    Ann pays 100 for good, so with nobody new: 1 % more price is 1 more a month, 12 in a year.

    >>> import dangol
    >>> from datetime import date
    >>> world = dangol.world({"subscriptions": [dict(person_id="Ann", started_on=date(2024, 1, 1),
    ...     mrr_amount=100)]}, as_of=date(2025, 3, 1))
    >>> rows = world.metric("revenue_levers")
    >>> [(row["lever"], round(row["total_difference_amount"], 6)) for row in rows if row["month"] == 12]
    [('acquisition', 0.0), ('as_is', 0.0), ('churn', 0.0), ('price', 12.0)]
    """
    rates = _rates(_pooled(subscriptions, profile, as_of, currency))
    levers = _levers(acquisition, churn, price)
    path = _path(rates.cross_join(levers))
    return _compared(path, margin, monthly_cost)


def _pooled(subscriptions: Table, profile: str, as_of: date, currency: str | None) -> Table:
    """One row: the sums of the last twelve whole months, as far back as the data goes."""
    months = last_months(as_of, 12)
    bridge = movements(subscriptions, profile_named(profile), months, as_of, currency=currency)
    known = bridge.filter(_.ends_on > _.first_on)
    names = ("start", "new", "reactivation", "resume", "expansion", "contraction", "pause", "churn")
    sums = {name: known[f"{name}_amount"].sum() for name in names}
    is_last = known.ends_on == ibis.literal(months.periods[-1].end)
    return known.aggregate(
        **sums,
        now=known.end_amount.sum(where=is_last),
        month_count=known.count(),
        is_mixed=known.is_mixed.max(),
        profile=known.profile.max(),
        currency=known.currency.max(),
    )


def _rates(pooled: Table) -> Table:
    other = _.contraction + _.pause - _.expansion - _.reactivation - _.resume
    return pooled.select(
        "profile",
        "currency",
        start=_.now.cast("float64"),
        arriving=share(_.new, _.month_count),
        churn_rate=share(_.churn, _.start),
        other_rate=share(other, _.start),
        reason=ibis.cases(
            (_.is_mixed, MIXED_CURRENCIES),
            (_.start.fill_null(0) == 0, EMPTY_DENOMINATOR),
            else_=ibis.null("string"),
        ),
    )


def _levers(acquisition: float, churn: float, price: float) -> Table:
    """lever, and by how much it moves new MRR, the churn rate and all amounts."""
    rows = (("as_is", 0.0, 0.0, 0.0), ("acquisition", acquisition, 0.0, 0.0), ("churn", 0.0, churn, 0.0),
            ("price", 0.0, 0.0, price))  # fmt: skip
    structs = [
        ibis.struct(
            {
                "lever": ibis.literal(lever),
                "more_new": ibis.literal(more).cast("float64"),
                "less_churn": ibis.literal(less).cast("float64"),
                "more_price": ibis.literal(dearer).cast("float64"),
            }
        )
        for lever, more, less, dearer in rows
    ]
    return ibis.array(structs).unnest().name("lever_row").as_table().unpack("lever_row")


def _path(levers: Table) -> Table:
    """lever, month 0 to 12, mrr_amount: the closed form as a sum of powers, which also holds at r = 1."""
    stays = 1.0 - ibis.greatest(_.churn_rate - _.less_churn, ibis.literal(0.0)) - _.other_rate
    moved = levers.mutate(
        stays=stays,
        start=_.start * (1.0 + _.more_price),
        arriving=_.arriving * (1.0 + _.more_new) * (1.0 + _.more_price),
    )
    months = ibis.range(_HORIZON + 1).unnest().name("month").as_table().mutate(month=_.month.cast("int64"))
    ages = months.select(age=_.month)
    powers = moved.cross_join(months).left_join(ages, _.month > ages.age)
    grown = powers.group_by("profile", "currency", "lever", "month", "start", "arriving", "stays", "reason")
    summed = grown.agg(series=_power(powers.stays, powers.age).sum().fill_null(0.0))
    amount = _.start * _power(_.stays, _.month) + _.arriving * _.series
    return summed.select("profile", "currency", "lever", "month", "reason", mrr_amount=amount)


def _power(base: Expr, exponent: Expr) -> Expr:
    return base.pow(exponent.cast("float64"))


def _compared(path: Table, margin: float, monthly_cost: float) -> Table:
    as_is = path.filter(_.lever == "as_is").select(here="month", usual="mrr_amount")
    both = path.join(as_is, path.month == as_is.here).mutate(difference_amount=_.mrr_amount - _.usual)
    ahead = ibis.ifelse(both.month > 0, both.difference_amount, 0.0)
    so_far = ibis.window(group_by="lever", order_by="month", rows=(None, 0))
    total = both.mutate(total_difference_amount=ahead.sum().over(so_far))
    shown = {
        "mrr_amount": total.mrr_amount,
        "difference_amount": total.difference_amount,
        "total_difference_amount": total.total_difference_amount,
        "profit_amount": total.mrr_amount * margin - monthly_cost,
    }
    known = {name: ibis.ifelse(total.reason.isnull(), v, ibis.null("float64")) for name, v in shown.items()}
    return total.select("profile", "currency", "lever", "month", **known, reason=total.reason).order_by(
        "lever", "month"
    )

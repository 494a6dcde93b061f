"""Lifetime value: what is a paying customer worth, by which assumption, and what may be spent to keep one?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.lifetimes import lifetimes, paid_so_far
from dangol.core.rollups.movements import movements
from dangol.core.rollups.periods import share
from dangol.core.rollups.recurring import changes, in_currency, last_months
from dangol.core.rollups.vendor_profiles import PROFILES
from dangol.core.schema.assumptions import (
    AS_OBSERVED,
    ASSUMPTIONS,
    CONSTANT_CHURN,
    LAST_MONTH_GOES_ON,
    PAST_ONLY,
)
from dangol.core.schema.reasons import EMPTY_DENOMINATOR, MIXED_CURRENCIES, NO_CHURN
from dangol.core.stats.interval import around, normal_quantile
from dangol.core.stats.mean import mean_interval
from dangol.core.stats.proportion import wilson
from dangol.core.stats.survival import kaplan_meier

_COLUMNS: Final[Mapping[str, str]] = {
    "variant": "string", "assumption": "string", "assumes_en": "string", "assumes_ko": "string",
    "currency": "string", "horizon_months": "int64", "customer_count": "int64", "mean_amount": "float64",
    "low_amount": "float64", "high_amount": "float64", "median_amount": "float64",
    "max_spend_amount": "float64", "reason": "string",
}  # fmt: skip


@metric(
    title=Said("Lifetime value (LTV)", "고객 생애 가치 (LTV)"),
    says=Said(
        "What a paying customer brings over the relationship, by four assumptions side by side, each with its"
        " interval, its horizon and the most that keeping one customer may cost.",
        "결제 고객 한 명이 관계를 이어 가는 동안 가져오는 금액을 네 가지 가정으로 나란히 보여 줍니다. 각각의 구간과 기간"
        " 한도, 고객 한 명을 지키는 데 쓸 수 있는 최대 금액을 함께 보여 줍니다.",
    ),
    unit="money",
    better="up",
    seeds=("A-03", "W-14"),
    returns=_COLUMNS,
)
def lifetime_value(
    subscriptions: Table,
    as_of: date,
    margin: float = 1.0,
    cap_months: int = 60,
    currency: str | None = None,
) -> Table:
    """Value of one paying customer, times `margin` (1.0: revenue). One row a variant. Money, as float64.

        arpa_over_churn    ARPA x margin x min(1 / churn, cap)       churn of the last twelve whole months
        profitwell         ARPA x margin x min(1 / (1 - retention), cap)        of the last whole month
        observed_survival  ARPA x margin x area under the Kaplan-Meier curve up to the horizon
        historic           mean paid so far x margin, over everyone who ever paid; with its median

    ARPA is MRR over paying customers at the end of the last whole month; churn and retention count customers.
    The first two are cut at `cap_months` (5 years) because they grow without end at low churn; their interval
    is that of the churn (Wilson), with ARPA taken as given. The third counts nothing beyond the longest time
    observed (`horizon_months`); its interval is Greenwood's. The last is of the past, with Student's interval.
    `max_spend_amount`, the most that keeping one customer may cost, is the low end where there is one and
    the value otherwise, and so never above LTV x margin. With nobody lost there is no churn to divide by:
    null, reason no_churn. Source: SCIENCE 5.3; Irwin 1949 for the restricted mean; seeds A-03, W-14.

    Ten customers pay 10 each and one of them leaves in each of two months, the other eight staying: of 19
    customer-months 2 were the last, so a lifetime is 9.5 months, worth 95.

    >>> import dangol
    >>> from datetime import date
    >>> ends = [date(2025, 2, 1), date(2025, 3, 1)] + [None] * 8
    >>> world = dangol.world({"subscriptions": [dict(person_id=n, started_on=date(2025, 1, 1), ended_on=end,
    ...     mrr_amount=10) for n, end in enumerate(ends)]}, as_of=date(2025, 4, 1))
    >>> values = {row["variant"]: row["mean_amount"] for row in world.metric("lifetime_value")}
    >>> {name: round(value, 4) for name, value in values.items()}
    {'arpa_over_churn': 95.0, 'historic': 27.0, 'observed_survival': 27.0, 'profitwell': 90.0}
    """
    rows, rules, months = in_currency(subscriptions, currency), PROFILES["playbook"], last_months(as_of, 12)
    bridge = movements(rows, rules, months, as_of, currency=currency)
    ledger = changes(rows, rules, months, as_of)
    now = bridge.filter(_.ends_on == ibis.literal(months.periods[-1].end))
    by_churn = bridge.aggregate(churned=_.churn_count.sum(), at_risk=_.start_count.sum())
    by_last = now.select(churned=_.churn_count, at_risk=_.start_count)
    paying = now.select("currency", "is_mixed", "end_count", arpa=share(_.end_amount, _.end_count) * margin)
    every = (
        _by_constant_churn(paying.cross_join(by_churn), "arpa_over_churn", CONSTANT_CHURN, cap_months),
        _by_constant_churn(paying.cross_join(by_last), "profitwell", LAST_MONTH_GOES_ON, cap_months),
        _by_survival(paying.cross_join(_restricted(lifetimes(ledger, months), cap_months))),
        _historic(paying.cross_join(_spend(paid_so_far(ledger, months), margin))),
    )
    return ibis.union(*(_shown(each) for each in every)).order_by("variant")


def _by_constant_churn(known: Table, variant: str, assumption: str, cap: int) -> Table:
    """ARPA over a constant monthly churn; the ends of the churn's interval are those of the value, swapped."""
    at_risk = known.at_risk.cast("float64").nullif(0.0)
    low_churn, high_churn = wilson(known.churned.cast("float64"), at_risk)

    def worth(churn: Expr) -> Expr:
        months = ibis.ifelse(churn > 0, 1.0 / churn.nullif(0.0), ibis.literal(float(cap)))
        return known.arpa * ibis.least(months, ibis.literal(float(cap)))

    return known.mutate(
        variant=ibis.literal(variant), assumption=ibis.literal(assumption),
        horizon_months=ibis.literal(cap).cast("int64"), customer_count=known.end_count,
        value=worth(share(known.churned, known.at_risk)), low=worth(high_churn), high=worth(low_churn),
        median=ibis.null("float64"),
        why=ibis.cases(
            ((known.end_count == 0) | at_risk.isnull(), EMPTY_DENOMINATOR),
            (known.churned == 0, NO_CHURN),
            else_=ibis.null("string"),
        ),
    )  # fmt: skip


def _restricted(lives: Table, cap: int) -> Table:
    """One row: people, horizon, mean months paid up to the horizon, and its standard error (Greenwood)."""
    seen = lives.duration + ibis.ifelse(lives.is_event, 0, 1)
    horizon = lives.aggregate(
        horizon=ibis.least(seen.max(), ibis.literal(cap)).cast("int64"), people=_.count()
    )
    steps = kaplan_meier(lives).cross_join(horizon).filter(_.duration < _.horizon)
    after = ibis.window(order_by="duration")
    steps = steps.mutate(until=_.duration.lead(1).over(after).fill_null(_.horizon))
    steps = steps.mutate(area=_.survival * (_.until - _.duration).cast("float64"))
    rest = ibis.window(order_by=ibis.desc("duration"), rows=(None, 0))
    steps = steps.mutate(area_left=_.area.sum().over(rest))
    left = (_.at_risk - _.events).cast("float64").nullif(0.0)
    steps = steps.mutate(
        spread=_.area_left**2.0 * _.events.cast("float64") / (_.at_risk.cast("float64") * left)
    )
    sums = steps.aggregate(
        before=_.duration.min().cast("float64") + _.area.sum(), error=_.spread.sum().fill_null(0.0) ** 0.5
    )
    # Where nobody left or went out of sight before the horizon, everybody paid up to it.
    whole = horizon.cross_join(sums)
    return whole.mutate(months=ibis.coalesce(whole.before, whole.horizon.cast("float64"))).drop("before")


def _by_survival(known: Table) -> Table:
    low, high = around(known.months, known.error, normal_quantile())
    has_interval = known.error > 0

    def where_spread(months: Expr) -> Expr:
        return ibis.ifelse(has_interval, known.arpa * months, ibis.null("float64"))

    return known.mutate(
        variant=ibis.literal("observed_survival"), assumption=ibis.literal(AS_OBSERVED),
        horizon_months=known.horizon, customer_count=known.people, value=known.arpa * known.months,
        low=where_spread(ibis.greatest(low, ibis.literal(0.0))),
        high=where_spread(ibis.least(high, known.horizon.cast("float64"))),
        median=ibis.null("float64"),
        why=ibis.ifelse(known.months.isnull() | known.arpa.isnull(), EMPTY_DENOMINATOR, ibis.null("string")),
    )  # fmt: skip


def _spend(paid: Table, margin: float) -> Table:
    each = paid.select(spent=_.amount.cast("float64") * margin)
    return each.aggregate(
        people=_.count(),
        total=_.spent.sum(),
        squares=(_.spent * _.spent).sum(),
        median_spent=_.spent.median(),
    )


def _historic(known: Table) -> Table:
    several = ibis.ifelse(known.people > 1, known.people, ibis.null("int64")).cast("float64")
    low, high = mean_interval(several, known.total, known.squares)
    return known.mutate(
        variant=ibis.literal("historic"), assumption=ibis.literal(PAST_ONLY),
        horizon_months=ibis.null("int64"), customer_count=known.people, value=share(known.total, known.people),
        low=low, high=high, median=known.median_spent.cast("float64"),
        why=ibis.ifelse(known.people == 0, EMPTY_DENOMINATOR, ibis.null("string")),
    )  # fmt: skip


def _shown(rows: Table) -> Table:
    reason = ibis.ifelse(rows.is_mixed, MIXED_CURRENCIES, rows.why)
    unknown = ibis.null("float64")
    value = ibis.ifelse(reason.isnull(), rows.value, unknown)
    # Without a single loss the value is not known, but how low it can be is.
    has_ends = reason.isnull() | (reason == NO_CHURN)
    low, high = (ibis.ifelse(has_ends, end, unknown) for end in (rows.low, rows.high))
    english, korean = (
        ibis.cases(*((rows.assumption == code, said.in_(lang)) for code, said in ASSUMPTIONS.items()))
        for lang in ("en", "ko")
    )
    return rows.select(
        "variant", "assumption", assumes_en=english, assumes_ko=korean, currency=rows.currency,
        horizon_months=rows.horizon_months, customer_count=rows.customer_count, mean_amount=value,
        low_amount=low, high_amount=high, median_amount=ibis.ifelse(reason.isnull(), rows.median, unknown),
        max_spend_amount=ibis.ifelse(low < 0, 0.0, low.fill_null(value)), reason=reason,
    )  # fmt: skip

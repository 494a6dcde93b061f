"""How often and how lately do they buy? From the orders, by purchase day: what BG/NBD reads, and more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.features.family import Family, Known, balance, count, real, share, windowed
from dangol.core.features.feature import Feature
from dangol.core.language import Said
from dangol.core.schema.noun import MONEY

_WIDE: Final = (28, 90, 365)

_FEATURES: Final = (
    Feature("purchase_repeat_count", Said("Purchase days after the first", "첫 구매 후의 구매일 수"), "purchases", "count", -1),
    Feature("purchase_recency_days", Said("Days from the first to the last purchase", "첫 구매부터 마지막 구매까지의 날"), "purchases", "days"),
    Feature("purchase_age_days", Said("Days since the first purchase", "첫 구매 후 지난 날"), "purchases", "days"),
    Feature("purchase_silent_days", Said("Days since the last purchase", "마지막 구매 후 지난 날"), "purchases", "days", 1),
    Feature("purchase_overdue_ratio", Said("Days since the last purchase against the own usual gap", "마지막 구매 후 지난 날을 본인의 평소 간격과 비교한 비율"), "purchases", "ratio", 1),
    *windowed("purchases", "purchase_days", Said("Purchase days in the last {days} days", "최근 {days}일 중 구매한 날"), "days", -1, windows=_WIDE),
    Feature("purchase_trend_90d", Said("Purchase days of the last 90 days against the 90 before, from -1 (stopped) to 1 (began)", "최근 90일 구매일과 그 앞 90일의 비교(-1 멈춤, 1 새로 시작)"), "purchases", "ratio", -1),
    Feature("purchase_mean_amount", Said("Mean amount of a purchase day after the first", "첫 구매 이후 구매일의 평균 금액"), "purchases", "money"),
    Feature("purchase_return_count", Said("Days with a return", "반품이 있던 날"), "purchases", "count"),
    Feature("purchase_return_count_90d", Said("Days with a return in the last 90 days", "최근 90일 중 반품이 있던 날"), "purchases", "count"),
)  # fmt: skip
_ZERO: Final = (
    *(f"purchase_days_{days}d" for days in _WIDE),
    "purchase_return_count",
    "purchase_return_count_90d",
)


def _build(known: Known) -> Sequence[Table]:
    orders = known.nouns.get("orders")
    return [] if orders is None else [_bought(orders)]


def _bought(orders: Table) -> Table:
    people = _of_people(order_days(orders))
    repeats = people.day_count - 1
    reach = people.first_days - people.last_days
    own_gap = real(reach) / real(repeats).nullif(0.0)
    has_rhythm = (repeats >= 2) & (own_gap > 0)
    return people.select(
        "person_id",
        purchase_repeat_count=repeats,
        purchase_recency_days=reach,
        purchase_age_days=people.first_days,
        purchase_silent_days=people.last_days,
        purchase_overdue_ratio=ibis.ifelse(has_rhythm, real(people.last_days) / own_gap.nullif(0.0), ibis.null("float64")),
        **{f"purchase_days_{days}d": people[f"days_{days}"] for days in _WIDE},
        purchase_trend_90d=balance(people.days_90, people.days_180 - people.days_90),
        purchase_mean_amount=_mean_of_repeats(people),
        purchase_return_count=people.return_count,
        purchase_return_count_90d=people.return_count_90,
    )  # fmt: skip


def order_days(orders: Table) -> Table:
    """One row a person and day with orders: age (days before), is_bought, is_returned int64, amount float64.

    amount is what was paid that day less what went back; null where it is not known, or where the orders are in
    more than one currency, which cannot be added or compared.
    """
    days = orders.group_by("person_id", "age").agg(
        is_bought=(~_.is_return).cast("int64").max(),
        is_returned=_.is_return.cast("int64").max(),
        total=_.amount.sum().cast(MONEY),
        low=_.currency.min(),
        high=_.currency.max(),
    )
    everybody = ibis.window()
    days = days.mutate(all_low=_.low.min().over(everybody), all_high=_.high.max().over(everybody))
    is_one = days.all_low.isnull() | (days.all_low == days.all_high)
    return days.select(
        "person_id", "age", "is_bought", "is_returned",
        amount=ibis.ifelse(is_one, days.total, ibis.null(MONEY)).cast("float64"),
    )  # fmt: skip


def _of_people(days: Table) -> Table:
    bought = days.is_bought == 1
    counts = {f"days_{reach}": count(bought & (days.age <= reach)) for reach in (*_WIDE, 180)}
    people = days.group_by("person_id").agg(
        first_days=days.age.max(where=bought),
        last_days=days.age.min(where=bought),
        day_count=count(bought),
        total=days.amount.sum(where=bought),
        known_count=count(bought & days.amount.notnull()),
        first_amount=days.amount.argmax(days.age, where=bought),
        return_count=days.is_returned.sum(),
        return_count_90=count((days.is_returned == 1) & (days.age <= 90)),
        **counts,
    )
    return people.filter(people.day_count > 0)


def _mean_of_repeats(people: Table) -> Expr:
    """Null without a repeat purchase, and where an amount is not known."""
    mean = share(people.total - people.first_amount, people.day_count - 1)
    return ibis.ifelse(people.known_count == people.day_count, mean, ibis.null("float64"))


PURCHASES: Final = Family(_FEATURES, _build, _ZERO)

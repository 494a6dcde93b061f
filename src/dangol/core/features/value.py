"""How much money do they bring, and is it more or less than it was? From orders and subscriptions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis
from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.features.family import Family, Known, balance, share, windowed
from dangol.core.features.feature import Feature
from dangol.core.features.purchases import order_days
from dangol.core.language import Said
from dangol.core.rollups.tenures import held

_WIDE: Final = (28, 90, 365)

_SPENT: Final = (
    *windowed("value", "value_spent_amount", Said("Spent in the last {days} days, returns taken off", "최근 {days}일 구매 금액(반품 제외)"),
              "money", windows=_WIDE),
    Feature("value_spent_amount", Said("Spent so far, returns taken off", "지금까지의 구매 금액(반품 제외)"), "value", "money"),
    Feature("value_spent_trend_90d", Said("Spent in the last 90 days against the 90 before, from -1 (stopped) to 1 (began)", "최근 90일 구매 금액과 그 앞 90일의 비교(-1 멈춤, 1 새로 시작)"), "value", "ratio", -1),
)  # fmt: skip
_PAID: Final = (
    Feature("value_mrr_amount", Said("Paid a month", "월 결제 금액"), "value", "money"),
    Feature("value_mrr_change_90d", Said("Paid a month, compared with 90 days before", "90일 전과 비교한 월 결제 금액의 변화"), "value", "money"),
    Feature("value_mrr_peak_ratio", Said("Paid a month, against the most that it has been", "가장 많이 내던 때와 비교한 월 결제 금액"), "value", "ratio"),
)  # fmt: skip


def _build(known: Known) -> Sequence[Table]:
    orders, subscriptions = known.nouns.get("orders"), known.nouns.get("subscriptions")
    spent = [] if orders is None else [_spent(order_days(orders))]
    return spent if subscriptions is None else [*spent, _paid(subscriptions)]


def _spent(days: Table) -> Table:
    """What was spent in each window: 0 without an order in it, unknown where the amounts are."""
    amount = days.amount
    sums = {reach: amount.sum(where=days.age <= reach).fill_null(0.0) for reach in (28, 90, 180, 365)}
    people = days.group_by("person_id").agg(
        total=amount.sum(), is_whole=amount.count() == days.count(),
        **{f"last_{reach}": total for reach, total in sums.items()},
    )  # fmt: skip
    now, before = people.last_90, people.last_180 - people.last_90
    # Returns can make either side negative, and then the comparison says nothing.
    trend = ibis.ifelse((now >= 0) & (before >= 0), balance(now, before), ibis.null("float64"))
    columns = {f"value_spent_amount_{reach}d": people[f"last_{reach}"] for reach in _WIDE}
    columns |= {"value_spent_amount": people.total, "value_spent_trend_90d": trend}
    return people.select(
        "person_id", **{name: _where(people.is_whole, each) for name, each in columns.items()}
    )


def _paid(subscriptions: Table) -> Table:
    everybody = ibis.window()
    rows = held(subscriptions)
    rows = rows.mutate(low=rows.currency.min().over(everybody), high=rows.currency.max().over(everybody))
    amount = rows.mrr_amount.cast("float64")
    is_now = rows.ended_on.isnull()
    was_running = (rows.age > 90) & (is_now | (rows.ended_age <= 90))
    people = rows.group_by("person_id").agg(
        now=amount.sum(where=is_now), then=amount.sum(where=was_running), peak=amount.max(),
        is_one=(rows.low.isnull() | (rows.low == rows.high)).min(),
    )  # fmt: skip
    return people.select(
        "person_id",
        value_mrr_amount=_where(people.is_one, people.now),
        value_mrr_change_90d=_where(people.is_one, people.now - people.then),
        value_mrr_peak_ratio=_where(people.is_one, share(people.now, ibis.greatest(people.peak, people.now))),
    )


def _where(condition: Expr, value: Expr) -> Expr:
    return ibis.ifelse(condition, value, ibis.null("float64"))


VALUE: Final = Family(_SPENT + _PAID, _build)

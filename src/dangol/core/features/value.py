"""How much money do they bring, and is it more or less than it was? From orders and subscriptions."""

from __future__ import annotations

from typing import Final

import ibis
from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.features.contract import running, single_currency
from dangol.core.features.family import Family, Known, balance, joined, real, share, windowed
from dangol.core.features.feature import Feature
from dangol.core.features.purchases import order_days
from dangol.core.language import Said
from dangol.core.rollups.tenures import held

_SPENT: Final = (
    *windowed("value", "value_spent_amount", Said("Spent in the last {days} days, returns taken off", "최근 {days}일 구매 금액(반품 제외)"),
              "money", windows=(28, 90, 365)),
    Feature("value_spent_amount", Said("Spent so far, returns taken off", "지금까지의 구매 금액(반품 제외)"), "value", "money"),
    Feature("value_spent_trend_90d", Said("Spent in the last 90 days against the 90 before, from -1 (stopped) to 1 (began)", "최근 90일 구매 금액과 그 앞 90일의 비교(-1 멈춤, 1 새로 시작)"), "value", "ratio", -1),
)  # fmt: skip
_PAID: Final = (
    Feature("value_mrr_amount", Said("Paid a month", "월 결제 금액"), "value", "money"),
    Feature("value_mrr_change_90d", Said("Paid a month, compared with 90 days before", "90일 전과 비교한 월 결제 금액의 변화"), "value", "money"),
    Feature("value_mrr_peak_ratio", Said("Paid a month, against the most that it has been", "가장 많이 내던 때와 비교한 월 결제 금액"), "value", "ratio"),
)  # fmt: skip


def _build(known: Known) -> Table | None:
    parts = []
    if "orders" in known.nouns:
        parts.append(_spent(order_days(known.nouns["orders"], known.cut)))
    if "subscriptions" in known.nouns:
        parts.append(_paid(known))
    return joined(known.at_risk, parts)


def _spent(days: Table) -> Table:
    def within(reach: int) -> Expr:
        return days.amount.sum(where=days.age <= reach)

    # Nobody with orders spent "nothing known" in a window: no order in it is 0.
    people = days.group_by("person_id").agg(
        value_spent_amount=days.amount.sum(),
        last_180=within(180),
        **{f"value_spent_amount_{reach}d": within(reach) for reach in (28, 90, 365)},
    )
    is_known = people.value_spent_amount.notnull()
    filled = people.mutate(
        **{
            name: ibis.ifelse(is_known, people[name].fill_null(0.0), ibis.null("float64"))
            for name in people.columns
            if name != "person_id"
        }
    )
    now = filled.value_spent_amount_90d
    trend = balance(now, filled.last_180 - now)
    # Returns can make either side negative, and then the comparison says nothing.
    is_sound = (now >= 0) & (filled.last_180 >= now)
    return filled.mutate(value_spent_trend_90d=ibis.ifelse(is_sound, trend, ibis.null("float64"))).drop(
        "last_180"
    )


def _paid(known: Known) -> Table:
    rows = held(known.nouns["subscriptions"])
    one = single_currency(rows)
    now = running(rows, known.cut).group_by("person_id").agg(now=ibis._.mrr_amount.sum().cast("float64"))
    earlier = ibis.literal(known.cut.as_of) - ibis.interval(days=90)
    was_running = (rows.started_on < earlier) & (rows.ended_on.isnull() | (rows.ended_on >= earlier))
    then = rows.filter(was_running).group_by("person_id").agg(then=ibis._.mrr_amount.sum().cast("float64"))
    peak = rows.group_by("person_id").agg(peak=ibis._.mrr_amount.max().cast("float64"))
    both = now.left_join(then, "person_id").drop("person_id_right")
    every = both.left_join(peak, "person_id").drop("person_id_right").cross_join(one)
    money = {
        "value_mrr_amount": every.now,
        "value_mrr_change_90d": every.now - every.then,
    }
    return every.select(
        "person_id",
        **{name: ibis.ifelse(every.is_one, value, ibis.null("float64")) for name, value in money.items()},
        value_mrr_peak_ratio=share(real(every.now), ibis.greatest(every.peak, every.now)),
    )


VALUE: Final = Family(_SPENT + _PAID, _build)

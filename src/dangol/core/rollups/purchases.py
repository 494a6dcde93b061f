"""On which days did each person buy, and what came of it? The person-day of a shop.

    purchases: person_id int64, bought_on date, order_count int64, amount decimal(18, 4) or null,
    currency string or null (`mixed` where a day has several)

A day of returns only is no purchase day; returns of a purchase day take off its amount.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.rollups.stays import MIXED
from dangol.core.schema.noun import MONEY

NEVER = date(9999, 1, 1)


def purchase_days(orders: Table) -> Table:
    """Every day on which somebody bought: one row a person and day. No sums: the cheapest form."""
    bought = orders.filter(~orders.is_return)
    return bought.select("person_id", bought_on=_.ordered_on).distinct()


def purchases(orders: Table) -> Table:
    """Purchase days with their orders and money; an order without an id is one of its day."""
    is_bought = ~orders.is_return
    named = orders.filter(is_bought).group_by("person_id", "ordered_on", "order_id").agg(lines=_.count())
    counts = named.group_by("person_id", "ordered_on").agg(order_count=_.count())
    money = orders.group_by("person_id", "ordered_on").agg(
        amount=_.amount.sum(), low=_.currency.min(), high=_.currency.max()
    )
    joined = counts.inner_join(money, ["person_id", "ordered_on"])
    return joined.select(
        "person_id", "order_count", bought_on=_.ordered_on, amount=_.amount.cast(MONEY),
        currency=ibis.ifelse(_.low == _.high, _.low, ibis.ifelse(_.low.isnull(), _.low, MIXED)),
    ).relocate("bought_on", after="person_id")  # fmt: skip


def gaps(days: Table) -> Table:
    """The days between one purchase day and the next: one row a purchase day but the first of its person.

    person_id int64, bought_on date (the later one), gap_days int64
    """
    in_order = ibis.window(group_by="person_id", order_by="bought_on")
    before = days.mutate(previous=_.bought_on.lag(default=ibis.literal(NEVER)).over(in_order))
    later = before.filter(_.previous < _.bought_on)
    return later.select(
        "person_id", "bought_on", gap_days=_.bought_on.delta(_.previous, unit="day").cast("int64")
    )


def first_two(days: Table) -> Table:
    """Each person's first purchase day and the next one: person_id, first_on, second_on date (null: none)."""
    first = days.group_by("person_id").agg(first_on=_.bought_on.min())
    later = days.inner_join(first, "person_id").filter(_.bought_on > _.first_on)
    second = later.group_by("person_id").agg(second_on=_.bought_on.min())
    return first.left_join(second, "person_id").select(first.person_id, first.first_on, second.second_on)

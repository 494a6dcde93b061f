"""Spend by tenure: do customers spend more the longer they stay?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.periods import share
from dangol.core.rollups.presence import days_between
from dangol.core.rollups.purchases import purchases
from dangol.core.rollups.stays import why_no_money
from dangol.core.schema.noun import MONEY
from dangol.core.schema.reasons import UNFINISHED

_DAYS_A_YEAR = 365
_MOST_YEARS = 30


@metric(
    title=Said("Spend by year of tenure", "이용 연차별 지출"),
    says=Said(
        "What a customer spends in the first, second and each later year since the first purchase.",
        "첫 구매 이후 1년 차, 2년 차 등 연차마다 고객 한 명이 지출한 금액입니다.",
    ),
    unit="money",
    better="up",
    seeds=("A-04", "A-05"),
    returns={
        "tenure_year": "int64", "observed_count": "int64", "buyer_count": "int64", "buyer_rate": "float64",
        "amount": "decimal(18, 4)", "mean_amount": "float64", "buyer_mean_amount": "float64",
        "currency": "string", "reason": "string",
    },
)  # fmt: skip
def spend_by_tenure(orders: Table, as_of: date) -> Table:
    """Spend in each year of 365 days since a customer's first purchase, year 1 first.

        mean_amount = amount / observed_count            buyer_mean_amount = amount / buyer_count

    Over the customers whose whole year lies before `as_of` (observed_count), whether they bought in it or
    had left: so a falling mean_amount shows leaving, a rising buyer_mean_amount shows that who stays spends
    more. Spend, returns of the same day taken off; profit needs a margin, which orders do not have. A year
    that nobody has completed is null with reason unfinished. Source: seeds A-04, A-05.

    >>> import dangol
    >>> from datetime import date
    >>> days = [("Ann", date(2022, 1, 1), 10), ("Ann", date(2023, 2, 1), 30), ("Bob", date(2022, 3, 1), 20)]
    >>> world = dangol.world({"orders": [
    ...     dict(person_id=who, ordered_on=day, amount=amount) for who, day, amount in days]},
    ...     as_of=date(2024, 2, 1))
    >>> for row in world.metric("spend_by_tenure"):
    ...     print(row["tenure_year"], row["observed_count"], row["mean_amount"], row["buyer_mean_amount"])
    1 2 15.0 15.0
    2 1 30.0 30.0
    3 0 None None
    """
    days = purchases(orders)
    first = days.group_by("person_id").agg(first_on=_.bought_on.min())
    known_years = _year(ibis.literal(as_of), first.first_on)
    watched = first.select("first_on", "person_id", known_years=known_years)
    spent = days.inner_join(watched, "person_id")
    spent = spent.mutate(tenure_year=_year(spent.bought_on, spent.first_on) + 1)
    counted = _counts(watched, spent.filter(spent.tenure_year <= spent.known_years))
    known = days.agg(low=_.currency.min(), high=_.currency.max(), any_amount=_.amount.max())
    whole = counted.cross_join(known)
    no_money = why_no_money(whole.any_amount, whole.low, whole.high)
    amount = ibis.ifelse(no_money.isnull(), whole.total, ibis.null(MONEY))
    is_empty = whole.observed_count == 0
    return whole.select(
        "tenure_year", "observed_count", "buyer_count", buyer_rate=share(whole.buyer_count, whole.observed_count),
        amount=ibis.ifelse(is_empty, ibis.null(MONEY), amount),
        mean_amount=share(amount, whole.observed_count), buyer_mean_amount=share(amount, whole.buyer_count),
        currency=ibis.ifelse(no_money.isnull(), whole.low, ibis.null("string")),
        reason=ibis.cases((is_empty, UNFINISHED), else_=no_money),
    ).order_by("tenure_year")  # fmt: skip


def _year(day: ibis.Value, first_on: ibis.Value) -> ibis.Value:
    """Whole years of 365 days from the first purchase to a day."""
    return (days_between(day, first_on) / _DAYS_A_YEAR).floor().cast("int64")


def _counts(watched: Table, spent: Table) -> Table:
    """tenure_year, observed_count, buyer_count, total: every year from the first to the one that runs."""
    reached = watched.group_by("known_years").agg(people_count=_.count())
    years = ibis.range(1, _MOST_YEARS + 1).unnest().name("tenure_year").as_table()
    years = years.mutate(tenure_year=_.tenure_year.cast("int64")).cross_join(
        watched.agg(longest=_.known_years.max().fill_null(0))
    )
    years = years.filter(_.tenure_year <= _.longest + 1).drop("longest")
    seen = years.left_join(reached, reached.known_years >= years.tenure_year)
    observed = seen.group_by("tenure_year").agg(observed_count=_.people_count.sum().fill_null(0))
    by_person = spent.group_by("person_id", "tenure_year").agg(amount=_.amount.sum())
    money = by_person.group_by("tenure_year").agg(buyer_count=_.count(), total=_.amount.sum())
    return observed.left_join(money, "tenure_year").select(
        observed.tenure_year,
        observed.observed_count,
        buyer_count=money.buyer_count.fill_null(0),
        total=money.total.fill_null(0).cast(MONEY),
    )

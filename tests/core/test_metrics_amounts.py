"""Is money of several currencies never added, and money that nobody recorded never said to be 0?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import ibis
import pytest
from ibis.expr.types import Table

from dangol.core.calendar import Period
from dangol.core.engine import world
from dangol.core.metrics import find
from dangol.core.rollups.stays import stays_of_subscriptions

FEBRUARY = Period(date(2025, 2, 1), date(2025, 3, 1))


def _subscribers(*spans: tuple[Any, date, date | None], **more: Any) -> list[dict[str, Any]]:
    return [
        {"person_id": who, "started_on": start, "ended_on": end, "mrr_amount": 10, **more}
        for who, start, end in spans
    ]


def _orders(*bought: tuple[str, date, int], **more: Any) -> list[dict[str, Any]]:
    return [{"person_id": who, "ordered_on": day, "amount": amount, **more} for who, day, amount in bought]


def test_several_currencies_are_never_added() -> None:
    spans = (("1", date(2025, 1, 1), date(2025, 2, 5)), ("2", date(2025, 1, 1), date(2025, 2, 6)))
    here = world({"subscriptions": _subscribers(*spans)}, as_of=date(2025, 3, 1))
    stays = stays_of_subscriptions(_in_two_currencies(here.tables()["subscriptions"]))
    tables = {"stays": stays, "people": here.tables()["people"]}
    row = here.ask(find("leaky_bucket").build(tables, period=FEBRUARY)).one()
    assert (row["lost_count"], row["outflow_amount"], row["amount_reason"]) == (2, None, "mixed_currencies")
    holes = here.ask(find("leak_holes").build(tables, period=FEBRUARY)).records()
    assert [(hole["lost_amount"], hole["reason"]) for hole in holes] == [(None, "mixed_currencies")]
    causes = here.ask(find("churn_by_reason").build(tables, period=FEBRUARY)).records()
    assert [c["amount_reason"] for c in causes if c["lost_count"]] == ["mixed_currencies"]


def test_what_came_in_one_currency_and_went_in_another_has_no_amount() -> None:
    spans = (("1", date(2025, 1, 1), date(2025, 2, 5)), ("2", date(2025, 2, 6), None))
    here = world({"subscriptions": _subscribers(*spans)}, as_of=date(2025, 3, 1))
    rows = _in_two_currencies(here.tables()["subscriptions"])
    row = here.ask(find("leaky_bucket").build({"stays": stays_of_subscriptions(rows)}, period=FEBRUARY)).one()
    assert (row["new_count"], row["lost_count"], row["currency"]) == (1, 1, None)
    assert (row["inflow_amount"], row["outflow_amount"]) == (None, None)
    assert row["amount_reason"] == "mixed_currencies"


def test_rows_that_name_no_currency_are_in_that_of_the_others() -> None:
    rows = _subscribers(("1", date(2025, 1, 1), date(2025, 2, 5)), ("2", date(2025, 1, 1), date(2025, 2, 6)))
    rows[0]["currency"] = "KRW"
    here = world({"subscriptions": rows}, as_of=date(2025, 3, 1))
    row = here.metric("leaky_bucket", period=FEBRUARY).one()
    assert (row["outflow_amount"], row["currency"], row["amount_reason"]) == (Decimal(20), "KRW", None)
    holes = here.metric("leak_holes", period=FEBRUARY).records()
    assert [(hole["lost_amount"], hole["currency"]) for hole in holes] == [(Decimal(20), "KRW")]


def test_currencies_of_a_shop_are_never_added() -> None:
    shop = world(
        {"orders": _orders(("1", date(2025, 1, 1), 10), ("2", date(2025, 1, 2), 10))}, as_of=date(2025, 2, 1)
    )
    tables = {"orders": _in_two_currencies(shop.tables()["orders"])}
    january = Period(date(2025, 1, 1), date(2025, 2, 1))
    spend = shop.ask(find("new_and_existing_spend").build(tables, period=january)).one()
    assert (spend["new_amount"], spend["currency"], spend["reason"]) == (None, None, "mixed_currencies")
    present = [row for row in shop.ask(find("rfm").build(tables, as_of=shop.as_of)) if row["people_count"]]
    assert {row["amount_reason"] for row in present} == {"mixed_currencies"}
    assert all(row["amount"] is None for row in present)


@pytest.mark.parametrize("engine", ["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def test_a_shop_without_amounts_has_customers_and_no_money(
    engine: str, request: pytest.FixtureRequest
) -> None:
    bought = [{"person_id": n, "ordered_on": date(2024, 1, 5)} for n in range(3)]
    bought += [{"person_id": 0, "ordered_on": date(2025, 1, 20)}]
    run = request.getfixturevalue("spark") if engine == "spark" else engine
    shop = world({"orders": bought}, as_of=date(2025, 2, 1), engine=run)

    def told(metric: str, people: str, amount: str, why: str, **settings: Any) -> set[tuple[Any, Any]]:
        return {(row[amount], row[why]) for row in shop.metric(metric, **settings) if row[people]}

    nothing_said = {(None, "not_recorded")}
    assert told("leaky_bucket", "new_count", "inflow_amount", "amount_reason") == nothing_said
    assert told("leak_holes", "lost_count", "lost_amount", "reason") == nothing_said
    assert told("churn_by_reason", "lost_count", "lost_amount", "amount_reason") == nothing_said
    assert told("rfm", "people_count", "amount", "amount_reason") == nothing_said
    assert told("new_and_existing_spend", "new_count", "new_amount", "reason") == nothing_said
    assert told("spend_by_tenure", "observed_count", "amount", "reason") == nothing_said
    assert told("cohort_revenue", "cohort_count", "amount", "reason") == nothing_said
    assert shop.metric("historic_lifetime_value").one()["reason"] == "not_recorded"


def test_nobody_who_bought_is_no_unfinished_wait() -> None:
    returns = world({"orders": _orders(("1", date(2025, 1, 5), -10))}, as_of=date(2025, 2, 1))
    rows = returns.metric("first_to_second_purchase").records()
    assert {(row["reason"], row["wait_reason"]) for row in rows} == {
        ("empty_denominator", "empty_denominator")
    }
    value = returns.metric("historic_lifetime_value").one()
    assert (value["mean_amount"], value["max_spend_amount"]) == (-10.0, 0.0)


def _in_two_currencies(table: Table) -> Table:
    return table.mutate(currency=ibis.ifelse(table.person_id == 1, "KRW", "USD"))

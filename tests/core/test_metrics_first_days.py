"""How soon do new people get what they came for, which features do they use, and do they pay again?"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis
import pytest

from dangol.core.calendar import Period
from dangol.core.engine import World, world
from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import compiled
from dangol.core.errors import RequestError
from dangol.core.metrics.cohort_revenue import cohort_revenue
from dangol.core.rollups.features import waits_for_first_use
from dangol.core.schema import MONEY

START = date(2025, 1, 1)


def _events(
    used: list[tuple[Any, str, int]],
    *,
    joined: dict[Any, int] | None = None,
    days: int = 100,
    engine: Any = "duckdb",
) -> World:
    rows = [
        {"person_id": who, "name": name, "occurred_on": START + timedelta(days=day), "occurred_at": START + timedelta(days=day)}
        for who, name, day in used
    ]  # fmt: skip
    tables: dict[str, Any] = {"events": rows}
    if joined:
        tables["people"] = [
            {"person_id": who, "joined_on": START + timedelta(days=d)} for who, d in joined.items()
        ]
    return world(tables, as_of=START + timedelta(days=days), engine=engine)


def test_who_is_not_activated_yet_is_censored_and_not_dropped(engine: Any) -> None:
    """Four joined; two invited somebody on days 2 and 6, Cat has been watched for 4 days, Dan never came."""
    joined = {"Ann": 0, "Bob": 0, "Cat": 95, "Dan": 0}
    used = [("Ann", "Invited", 2), ("Bob", "Invited", 6), ("Bob", "Invited", 9), ("Cat", "Opened", 95)]
    product = _events(used, joined=joined, engine=engine)
    row = product.metric("time_to_value", activation="Invited").one()
    assert (row["person_count"], row["activated_count"]) == (4, 2)
    # S(2) = 3/4; Cat leaves the risk set at 4; S(6) = 3/4 * 1/2.
    assert (row["p25_days"], row["median_days"], row["p75_days"], row["reason"]) == (2, 6, None, None)
    assert (row["within_1_rate"], row["within_7_rate"]) == (0.0, pytest.approx(0.625))
    late = product.metric("time_to_value", activation="Never Done").one()
    assert (late["median_days"], late["reason"], late["within_30_rate"]) == (None, "not_reached", 0.0)


def test_activation_by_order_by_return_and_by_plan() -> None:
    people = [
        {"person_id": who, "joined_on": START, "plan": plan}
        for who, plan in (("Ann", "pro"), ("Bob", "basic"))
    ]
    days = (("Ann", 1), ("Ann", 4), ("Bob", 9))
    orders = [{"order_id": str(n), "person_id": who, "ordered_on": START + timedelta(days=day), "amount": Decimal(5)}
              for n, (who, day) in enumerate(days)]  # fmt: skip
    shop = world({"people": people, "orders": orders}, as_of=START + timedelta(days=60))
    first = shop.metric("time_to_value", activation="first_order", segment="plan")
    assert {row["segment"]: row["median_days"] for row in first} == {"pro": 1, "basic": 9}
    curve = shop.metric("time_to_value_curve", activation="first_order")
    assert [(r["days"], r["activated_rate"]) for r in curve] == [(1, 0.5), (9, 1.0)]
    with pytest.raises(RequestError, match="events"):
        shop.metric("time_to_value", activation="Report Viewed")


def test_features_by_users_depth_and_what_early_use_goes_with(engine: Any) -> None:
    """Ten of twenty invite on day 3; eight of them and two of the others are still there after two weeks."""
    used = [(n, "Opened", 0) for n in range(20)] + [(n, "Invited", 3) for n in range(10)]
    used += [(n, "Opened", 20) for n in (*range(8), 10, 11)]
    rows = {row["feature"]: row for row in _events(used, days=60, engine=engine).metric("feature_adoption")}
    invited, opened = rows["Invited"], rows["Opened"]
    assert (invited["user_count"], invited["active_count"], invited["adoption_rate"]) == (10, 20, 0.5)
    assert (opened["use_count"], opened["mean_uses"], opened["median_days"]) == (30, 1.5, 0)
    assert (invited["early_kept_rate"], invited["other_kept_rate"]) == (0.8, 0.2)
    assert invited["kept_gap"] == pytest.approx(0.6)
    assert 0 < invited["gap_low"] < 0.6 < invited["gap_high"] < 1
    assert (opened["other_kept_rate"], opened["kept_gap"], opened["reason"]) == (None, None, "too_few")


def test_breadth_counts_everybody_active_once() -> None:
    used = [("Ann", "A", 1), ("Ann", "B", 2), ("Ann", "B", 3), ("Bob", "A", 1), ("Cat", "Other", 5)]
    rows = _events(used).metric("feature_breadth", features=("A", "B"))
    assert [(r["feature_count"], r["person_count"]) for r in rows] == [(0, 1), (1, 1), (2, 1)]
    assert sum(r["rate"] for r in rows) == pytest.approx(1.0)


def test_brackets_count_only_who_has_lived_through_them(engine: Any) -> None:
    used = [("Ann", "Opened", 0), ("Ann", "Opened", 7), ("Bob", "Opened", 3), ("Bob", "Opened", 4)]
    product = _events(used, days=9, engine=engine)
    rows = product.metric("cohort_brackets", brackets=[(1, 1), (7, 7), (1, None)]).records()
    assert [(r["eligible_count"], r["retained_count"], r["rate"]) for r in rows] == [
        (2, 1, 0.5),
        (1, 1, 1.0),
        (2, 2, 1.0),
    ]
    late = product.metric("cohort_brackets", brackets=[(30, 30)]).one()
    assert (late["rate"], late["reason"], late["cohort_count"]) == (None, "unfinished", 2)
    with pytest.raises(RequestError, match="range"):
        product.metric("cohort_brackets", brackets=[(5, 2)])


def test_the_wait_for_a_feature_counts_everybody_who_has_not_used_it() -> None:
    # Forty people of different ages; a prime keeps first uses and ages from falling together.
    used = [(f"p{n}", "Opened", n) for n in range(40)]
    used += [(f"p{n}", "A", n + (7 * n) % 13) for n in range(40) if n % 3 and n + (7 * n) % 13 < 60]
    used += [(f"p{n}", "B", n + 1) for n in (5, 6)]
    business = _events(used, days=60)
    spells = business.ask(waits_for_first_use(business.tables()["events"], None, business.as_of)).records()
    found = {(s["feature"], s["duration"], s["is_event"]): s["n"] for s in spells}
    expected = Counter((name, day - int(who[1:]), True) for who, name, day in used)
    reached = {(who, name) for who, name, _day in used}
    expected += Counter(
        (name, 59 - n, False)
        for name in ("Opened", "A", "B")
        for n in range(40)
        if (f"p{n}", name) not in reached
    )
    assert found == dict(expected)


def test_money_of_cohorts_by_period(engine: Any) -> None:
    paid = [("Ann", 0, "100"), ("Ann", 40, "50"), ("Bob", 35, "10")]
    orders = [{"order_id": str(n), "person_id": who, "ordered_on": START + timedelta(days=day), "amount": Decimal(a),
               "currency": "KRW"} for n, (who, day, a) in enumerate(paid)]  # fmt: skip
    rows = (
        world({"orders": orders}, as_of=date(2025, 3, 15), engine=engine).metric("cohort_revenue").records()
    )
    ann = [(r["bucket"], r["amount"], r["rate"], r["reason"]) for r in rows if r["cohort_on"] == START]
    assert ann == [
        (0, Decimal(100), 1.0, None),
        (1, Decimal(50), 0.5, None),
        (2, Decimal(0), None, "unfinished"),
    ]


def test_money_of_cohorts_is_never_mixed() -> None:
    duck = DuckDB()
    duck.define(
        "activity",
        "select n::bigint as person_id, date '2025-01-05' as active_on, 10::decimal(18, 4) as amount, c as currency "
        "from (values (1, 'KRW'), (1, 'USD'), (2, 'KRW')) as v(n, c)",
    )
    activity = ibis.table(
        {"person_id": "int64", "active_on": "date", "amount": MONEY, "currency": "string"}, name="activity"
    )
    period = Period(date(2025, 1, 1), date(2025, 2, 1))
    row = duck.run(compiled(cohort_revenue(activity, period, date(2025, 2, 1)), "duckdb")).one()
    assert (row["cohort_count"], row["amount"], row["currency"], row["rate"]) == (2, None, None, None)
    assert row["reason"] == "mixed_currencies"


def test_a_cohort_that_changes_its_currency_has_no_rate() -> None:
    duck = DuckDB()
    duck.define(
        "activity",
        "select 1::bigint as person_id, d as active_on, a::decimal(18, 4) as amount, c as currency "
        "from (values (date '2025-01-05', 10, 'USD'), (date '2025-02-05', 9000, 'KRW')) as v(d, a, c)",
    )
    activity = ibis.table(
        {"person_id": "int64", "active_on": "date", "amount": MONEY, "currency": "string"}, name="activity"
    )
    period = Period(date(2025, 1, 1), date(2025, 2, 1))
    rows = duck.run(compiled(cohort_revenue(activity, period, date(2025, 3, 1)), "duckdb")).records()
    told = [(row["amount"], row["currency"], row["rate"], row["share_so_far"], row["reason"]) for row in rows]
    assert told == [
        (Decimal(10), "USD", 1.0, 1.0, None),
        (Decimal(9000), "KRW", None, None, "mixed_currencies"),
    ]

"""Do the money metrics say what they promise: pauses apart, vendors as named, the unknown with its reason?"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis
import pytest

from dangol.core.calendar import Period
from dangol.core.engine import Engine, World, world
from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import compiled
from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.rollups.vendor_profiles import PROFILES
from dangol.core.schema import NOUNS
from tests_support.cast import TABLES

Row = dict[str, Any]
JANUARY, FEBRUARY, MARCH = date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)


def terms(
    who: object, start: date, end: date | None, pays: object, status: str = "active", **more: object
) -> Row:
    """One subscription row."""
    return {
        "person_id": who, "started_on": start, "ended_on": end, "mrr_amount": Decimal(str(pays)),
        "status": status, **more,
    }  # fmt: skip


def of(*rows: Row, as_of: date = MARCH, engine: str | Engine = "duckdb") -> World:
    return world({"subscriptions": list(rows)}, as_of=as_of, engine=engine)


def turned(who: object, before: object, after: object, status: str = "active") -> list[Row]:
    """Somebody who paid `before` until the first of February and pays `after` since."""
    rows = [terms(who, date(2024, 12, 1), FEBRUARY, before)]
    return [*rows, terms(who, FEBRUARY, None, after, status)] if after else rows


def w15() -> list[Row]:
    """1,000 at the start: 150 of expansion, 60 of downgrade, 80 cancelled, 30 paused."""
    return [
        *turned("Ann", 400, 550),
        *turned("Bob", 80, 0),
        *turned("Cat", 490, 430),
        *turned("Dan", 30, 30, "paused"),
        terms("Eve", FEBRUARY, None, 500),
    ]


def last(of_world: World, metric: str, **parameters: Any) -> Row:
    return of_world.metric(metric, **parameters).records()[-1]


def test_ndr_and_grr_with_a_pause(engine: Any) -> None:
    net = last(of(*w15(), engine=engine), "net_dollar_retention", months=1)
    assert net["rate"] == pytest.approx(0.98, abs=1e-12)
    parts = {
        name: net[f"{name}_amount"] for name in ("then", "expansion", "contraction", "churn", "pause", "now")
    }
    assert parts == {"then": 1000, "expansion": 150, "contraction": 60, "churn": 80, "pause": 30, "now": 980}
    gross = last(of(*w15(), engine=engine), "gross_dollar_retention", months=1)
    assert gross["rate"] == pytest.approx(0.83, abs=1e-12)
    assert (gross["then_count"], gross["kept_count"], gross["now_amount"]) == (4, 2, 830)
    assert gross["customer_rate"] == 0.5


def test_the_bridge_shows_the_pause_apart() -> None:
    row = last(of(*w15()), "mrr_movements")
    assert (row["start_amount"], row["new_amount"], row["end_amount"]) == (1000, 500, 1480)
    assert (row["pause_amount"], row["churn_amount"], row["contraction_amount"]) == (30, 80, 60)
    assert (row["start_count"], row["pause_count"], row["churn_count"], row["end_count"]) == (4, 1, 1, 3)


def test_a_resume_is_neither_new_nor_a_reactivation() -> None:
    rows = [
        terms("Dan", JANUARY, FEBRUARY, 30),
        terms("Dan", FEBRUARY, MARCH, 0, "paused"),
        terms("Dan", MARCH, None, 30),
    ]
    moved = of(*rows, as_of=date(2025, 4, 1)).metric("mrr_movements").records()
    assert [row["pause_amount"] for row in moved] == [0, 30, 0]
    assert [row["resume_amount"] for row in moved] == [0, 0, 30]
    assert sum(row["churn_amount"] + row["reactivation_amount"] for row in moved) == 0


def test_of_several_subscriptions_the_paused_part_is_no_contraction() -> None:
    rows = [
        terms("Ann", JANUARY, None, 100),
        terms("Ann", JANUARY, FEBRUARY, 40),
        terms("Ann", FEBRUARY, None, 40, "paused"),
        terms("Ann", JANUARY, FEBRUARY, 5),
    ]
    row = last(of(*rows), "mrr_movements")
    assert (row["pause_amount"], row["contraction_amount"], row["churn_amount"]) == (40, 5, 0)
    net = last(of(*rows, as_of=MARCH), "net_dollar_retention", months=1)
    assert (net["pause_amount"], net["contraction_amount"]) == (40, 5)


def test_trailing_retention_counts_who_came_back() -> None:
    rows = [
        terms("Cat", date(2024, 1, 1), date(2024, 6, 1), 100),
        terms("Cat", date(2024, 11, 1), None, 60),
        terms("Ann", date(2024, 1, 1), None, 100),
        terms("Eve", date(2024, 8, 1), None, 900),
    ]
    back = of(*rows, as_of=date(2025, 2, 1))
    year = last(back, "net_dollar_retention")
    assert (year["base_on"], year["months"]) == (date(2024, 2, 1), 12)
    assert (year["rate"], year["customer_rate"]) == (0.8, 1.0)
    assert last(back, "gross_dollar_retention")["rate"] == 0.8
    half = last(back, "net_dollar_retention", months=6)
    assert half["rate"] == 1.0, "Cat paid nothing in August, and Eve came later"


def test_retention_before_the_data_began_is_not_known() -> None:
    row = last(of(*w15()), "net_dollar_retention")
    assert (row["rate"], row["reason"]) == (None, "before_history")


def test_an_unfinished_month_has_amounts_and_no_rate() -> None:
    row = last(of(*w15(), as_of=date(2025, 2, 20)), "mrr_churn_rate")
    assert (row["lost_amount"], row["gross_rate"], row["reason"]) == (170, None, "unfinished")
    assert last(of(*w15(), as_of=date(2025, 2, 20)), "mrr_movements")["is_finished"] is False


def in_won_and_dollars(engine: Engine) -> World:
    """Loading keeps one currency; a table that an engine holds already may have two."""
    numbers = ibis.range(2).unnest().name("number").as_table()
    is_won = numbers.number == 0
    values = {
        "person_id": numbers.number, "started_on": ibis.literal(JANUARY), "status": ibis.literal("active"),
        "currency": ibis.ifelse(is_won, "KRW", "USD"), "mrr_amount": ibis.ifelse(is_won, 100, 7),
    }  # fmt: skip
    columns = NOUNS["subscriptions"].dtypes.items()
    rows = numbers.select(**{n: values.get(n, ibis.null(dtype)).cast(dtype) for n, dtype in columns})
    engine.define("subscriptions", compiled(rows, engine.dialect))
    return World(engine, MARCH, frozenset({"subscriptions"}))


def test_amounts_in_two_currencies_are_not_added(engine: Any) -> None:
    both = in_won_and_dollars(DuckDB() if engine == "duckdb" else engine)
    assert (last(both, "mrr")["mrr_amount"], last(both, "mrr")["reason"]) == (None, "mixed_currencies")
    assert last(both, "mrr", currency="USD")["mrr_amount"] == 7
    for name in ("arpa", "quick_ratio", "net_dollar_retention", "lifetime_value", "revenue_levers"):
        for row in both.metric(name):
            unknown = {k: v for k, v in row.items() if k.endswith(("rate", "_amount"))}
            assert set(unknown.values()) == {None}, (name, unknown)


def test_per_account_two_people_are_one_customer() -> None:
    rows = [
        terms("Ann", JANUARY, FEBRUARY, 100, account_id="acme"),
        terms("Bob", FEBRUARY, None, 100, account_id="acme"),
        terms("Eve", JANUARY, None, 10, account_id=None),
    ]
    people, accounts = (last(of(*rows), "mrr_movements", per=per) for per in ("person", "account"))
    assert (people["new_amount"], people["churn_amount"]) == (100, 100)
    assert (accounts["new_amount"], accounts["churn_amount"], accounts["end_count"]) == (0, 0, 2)


def denominators() -> list[Row]:
    """June: 1,000 at the start, 200 new, 60 lost of whom 10 are new (SCIENCE 5.1)."""
    june, july, mid = date(2025, 6, 1), date(2025, 7, 1), date(2025, 6, 15)
    stayed = [terms(n, date(2025, 5, 1), None if n >= 50 else mid, 10) for n in range(1000)]
    joined = [terms(n, june, None if n >= 1010 else mid + timedelta(days=5), 10) for n in range(1000, 1200)]
    assert july - june == timedelta(days=30)
    return stayed + joined


@pytest.mark.parametrize(
    ("profile", "churned", "of_count", "rate"),
    [("playbook", 50, 1000, 0.05), ("chartmogul", 60, 1000, 0.06), ("stripe", 60, 1200, 0.05),
     ("baremetrics", 60, 1000, 0.06), ("profitwell", 50, 1000, 0.05)],
)  # fmt: skip
def test_each_profile_divides_as_its_vendor(profile: str, churned: int, of_count: int, rate: float) -> None:
    row = last(of(*denominators(), as_of=date(2025, 7, 1)), "mrr_churn_rate", profile=profile)
    assert (row["profile"], row["churn_count"], row["customer_count"]) == (profile, churned, of_count)
    assert row["customer_rate"] == pytest.approx(rate)
    assert row["ends_on"] == date(2025, 7, 1)


def test_long_past_due_has_churned_for_baremetrics_only() -> None:
    rows = [
        terms("Bob", date(2025, 1, 1), date(2025, 1, 20), 50),
        terms("Bob", date(2025, 1, 20), None, 50, "past_due"),
    ]
    owing = of(*rows, as_of=date(2025, 4, 1))
    ends = {name: last(owing, "mrr", profile=name)["mrr_amount"] for name in PROFILES}
    assert ends == {"playbook": 50, "chartmogul": 50, "stripe": 50, "baremetrics": 0, "profitwell": 50}
    moved = owing.metric("mrr_movements", profile="baremetrics").records()
    assert [row["churn_amount"] for row in moved] == [0, 50, 0], "31 days after the 20th of January"
    early = of(*rows, as_of=date(2025, 2, 10))
    assert last(early, "mrr", profile="baremetrics")["mrr_amount"] == 50, "the thirty days are not over"


def test_only_daily_profiles_see_a_customer_of_one_month() -> None:
    brief = of(terms("Ann", JANUARY, None, 10), terms("Bob", date(2025, 2, 3), date(2025, 2, 20), 40))
    new = {name: last(brief, "mrr_movements", profile=name)["new_amount"] for name in PROFILES}
    assert new == {"playbook": 0, "chartmogul": 40, "stripe": 40, "baremetrics": 40, "profitwell": 0}
    for name in PROFILES:
        row = last(brief, "mrr_movements", profile=name)
        assert (row["new_amount"], row["end_amount"]) == (row["churn_amount"], 10)


def test_baremetrics_leaves_returns_out_of_the_quick_ratio() -> None:
    rows = [
        terms("Ann", JANUARY, FEBRUARY, 10),
        terms("Cat", date(2024, 12, 1), JANUARY, 30),
        terms("Cat", FEBRUARY, None, 30),
    ]
    back = of(*rows)
    assert last(back, "quick_ratio")["rate"] == 3.0
    assert last(back, "quick_ratio", profile="baremetrics")["rate"] == 0.0


def test_trials_and_free_rows_are_no_revenue() -> None:
    row = last(of(terms("Ann", JANUARY, None, 20, "trial"), terms("Bob", JANUARY, None, 0)), "mrr")
    assert (row["mrr_amount"], row["customer_count"]) == (0, 0)


def test_a_later_period_knows_what_came_before_it() -> None:
    from dangol.core.calendar import Period

    rows = [
        terms("Cat", date(2024, 1, 1), date(2024, 3, 1), 20),
        terms("Cat", FEBRUARY, None, 20),
        terms("Ann", date(2024, 5, 1), None, 5),
    ]
    (row,) = of(*rows).metric("mrr_movements", period=Period(FEBRUARY, MARCH))
    assert (row["start_amount"], row["reactivation_amount"], row["new_amount"]) == (5, 20, 0)


@pytest.mark.parametrize(
    ("metric", "wrong"),
    [("mrr_movements", {"profile": "chartmogull"}), ("net_dollar_retention", {"months": 7}),
     ("mrr_movements", {"per": "household"}), ("same_customer_revenue", {"months": 0})],
)  # fmt: skip
def test_a_wrong_setting_is_refused_in_a_sentence(metric: str, wrong: Row, cast: World) -> None:
    with pytest.raises(RequestError) as refused:
        cast.metric(metric, **wrong)
    assert refused.value.would_work.en


def test_a_misspelt_profile_names_the_nearest(cast: World) -> None:
    with pytest.raises(UnknownNameError) as refused:
        cast.metric("mrr", profile="chartmogull")
    assert "chartmogul" in str(refused.value)


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_says_itself_and_is_shown(name: str, cast: World) -> None:
    assert PROFILES[name].says.en != PROFILES[name].says.ko
    for metric in (
        "mrr_movements",
        "mrr",
        "arr",
        "arpa",
        "quick_ratio",
        "mrr_churn_rate",
        "net_dollar_retention",
    ):
        assert {row["profile"] for row in cast.metric(metric, profile=name)} == {name}


def test_the_cast_pauses_and_returns() -> None:
    rows = world(TABLES, as_of=date(2025, 6, 1)).metric("mrr_movements").records()
    april = rows[3]
    assert (april["reactivation_amount"], april["pause_amount"]) == (12000, 10000)
    assert rows[-1]["end_amount"] == 27000


def test_who_came_back_and_left_again_is_in_the_base_of_stripe() -> None:
    stays = [(n, date(2024, 1, 1), None) for n in range(10)]
    stays += [(n, date(2024, 1, 1), date(2024, 6, 1)) for n in range(10, 20)]
    stays += [(n, date(2025, 2, 5), date(2025, 2, 20)) for n in range(10, 20)]
    rows = [
        {"person_id": who, "started_on": start, "ended_on": end, "mrr_amount": 10}
        for who, start, end in stays
    ]
    here = world({"subscriptions": rows}, as_of=date(2025, 3, 1))
    by_money = here.metric("mrr_churn_rate", profile="stripe", period=Period(date(2025, 1, 30), here.as_of))
    by_people = here.metric(
        "customer_churn_rate", profile="stripe", period=Period(date(2025, 2, 1), here.as_of)
    )
    assert by_money.one()["customer_count"] == by_people.one()["base_count"] == 20
    assert by_money.one()["customer_rate"] == by_people.one()["rate"] == 0.5

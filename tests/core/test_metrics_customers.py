"""Do the customer metrics give the numbers that a person with a pencil gets?"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import ibis
import pytest

from dangol.core.calendar import Grain, Period
from dangol.core.engine import World, world
from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.metrics import find
from dangol.core.rollups.rfm import rfm_of_people, segment_of
from dangol.core.rollups.tenures import tenures_of_orders
from dangol.core.schema.causes import CAUSES, cause_of, kind_of
from tests_support.compare import assert_same_rows

FEBRUARY = Period(date(2025, 2, 1), date(2025, 3, 1))


def _subscribers(*spans: tuple[Any, date, date | None], **more: Any) -> list[dict[str, Any]]:
    return [
        {"person_id": who, "started_on": start, "ended_on": end, "mrr_amount": 10, **more}
        for who, start, end in spans
    ]


def _orders(*bought: tuple[str, date, int], **more: Any) -> list[dict[str, Any]]:
    return [{"person_id": who, "ordered_on": day, "amount": amount, **more} for who, day, amount in bought]


def _by(answer: Any, key: str) -> dict[Any, dict[str, Any]]:
    return {row[key]: row for row in answer}


def test_a_paying_base_of_a_hundred_keeps_85_and_trials_never_count() -> None:
    start, gone = date(2025, 1, 1), date(2025, 2, 10)
    base = _subscribers(*((n, start, gone if n < 15 else None) for n in range(100)))
    new = _subscribers(*((n, date(2025, 2, 5), None) for n in range(100, 112)))
    trials = _subscribers(*((n, start, None) for n in range(200, 210)), status="trial")
    here = world({"subscriptions": [*base, *new, *trials]}, as_of=date(2025, 3, 1))
    row = here.metric("customer_retention_rate", period=FEBRUARY).one()
    assert (row["start_count"], row["new_count"], row["end_count"], row["rate"]) == (100, 12, 97, 0.85)
    assert row["formula_rate"] == 0.85


@pytest.mark.parametrize(("kept", "is_alarm"), [(14, True), (15, False)])
def test_w_12_fourteen_percent_is_an_alarm(kept: int, is_alarm: bool) -> None:
    base = _subscribers(*((n, date(2025, 1, 1), None if n < kept else date(2025, 2, 9)) for n in range(100)))
    here = world({"subscriptions": base}, as_of=date(2025, 3, 1))
    row = here.metric("customer_retention_rate", period=FEBRUARY).one()
    assert (row["rate"], row["is_alarm"]) == (kept / 100, is_alarm)
    assert here.metric("customer_retention_rate", period=FEBRUARY, alarm_rate=0.9).one()["is_alarm"]


@pytest.mark.parametrize("grain", [Grain.WEEK, Grain.MONTH, Grain.QUARTER])
def test_the_textbook_formula_holds_on_every_grain(grain: Grain) -> None:
    starts = {Grain.WEEK: date(2025, 2, 3), Grain.MONTH: date(2025, 2, 1), Grain.QUARTER: date(2025, 1, 1)}[
        grain
    ]
    ends = {Grain.WEEK: date(2025, 2, 10), Grain.MONTH: date(2025, 3, 1), Grain.QUARTER: date(2025, 4, 1)}[
        grain
    ]
    base = _subscribers(*((n, date(2024, 12, 1), date(2025, 2, 5) if n < 15 else None) for n in range(100)))
    new = _subscribers(*((n, date(2025, 2, 4), None) for n in range(100, 120)))
    here = world({"subscriptions": base + new}, as_of=date(2025, 4, 1))
    row = here.metric("customer_retention_rate", period=Period(starts, ends), grain=grain).one()
    assert (row["start_count"], row["new_count"], row["end_count"]) == (100, 20, 105)
    assert row["formula_rate"] == row["rate"] == 0.85


def test_who_left_and_came_back_inside_the_period_was_kept_by_sets() -> None:
    spans = (
        ("Ann", date(2025, 1, 1), None),
        ("Cat", date(2025, 1, 1), date(2025, 2, 5)),
        ("Cat", date(2025, 2, 20), None),
    )
    here = world({"subscriptions": _subscribers(*spans)}, as_of=date(2025, 3, 1))
    row = here.metric("customer_retention_rate", period=FEBRUARY).one()
    assert (row["kept_count"], row["rate"]) == (2, 1.0)
    bucket = here.metric("leaky_bucket", period=FEBRUARY).one()
    assert (bucket["lost_count"], bucket["returned_count"], bucket["end_count"]) == (1, 1, 2)


def test_a_period_that_is_not_over_has_counts_and_no_rate(cast: World) -> None:
    for name in ("customer_retention_rate", "customer_churn_rate", "leaky_bucket", "avoidable_churn"):
        last = cast.metric(name).records()[-1]
        assert last["reason"] == "unfinished", name
        rates = [value for column, value in last.items() if column.endswith("rate")]
        assert rates, name
        assert not any(rates), name


def test_nobody_to_divide_by_is_null_with_its_reason() -> None:
    here = world({"subscriptions": _subscribers(("Ann", date(2025, 2, 3), None))}, as_of=date(2025, 3, 1))
    row = here.metric("customer_churn_rate", period=FEBRUARY).one()
    assert (row["rate"], row["annual_rate"], row["reason"]) == (None, None, "empty_denominator")


def test_three_percent_a_month_is_thirty_a_year() -> None:
    spans = ((n, date(2025, 1, 1), date(2025, 2, 9) if n < 3 else None) for n in range(100))
    here = world({"subscriptions": _subscribers(*spans)}, as_of=date(2025, 3, 1))
    row = here.metric("customer_churn_rate", period=FEBRUARY).one()
    assert row["rate"] == 0.03
    assert round(row["annual_rate"], 3) == 0.306


@pytest.mark.parametrize("grain", [Grain.WEEK, Grain.MONTH])
def test_more_lost_than_there_were_is_everybody_in_a_year(grain: Grain) -> None:
    stays = [("1", date(2025, 1, 1), None)]
    stays += [(str(n), date(2025, 2, 4), date(2025, 2, 6)) for n in range(2, 5)]
    here = world({"subscriptions": _subscribers(*stays)}, as_of=date(2025, 3, 1))
    rows = here.metric("customer_churn_rate", period=FEBRUARY, grain=grain, profile="baremetrics").records()
    assert [(row["rate"], row["annual_rate"]) for row in rows if row["lost_count"]] == [(3.0, 1.0)]


def test_an_unknown_switch_names_the_ones_there_are(cast: World) -> None:
    with pytest.raises(UnknownNameError, match="stripe"):
        cast.metric("customer_churn_rate", profile="strip")
    with pytest.raises(UnknownNameError, match="channel"):
        cast.metric("leak_holes", by="chanel")


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("active_users", {"window_days": 0}),
        ("lifecycle_states", {"window_days": 0}),
        ("lifecycle_states", {"at_risk_windows": 51}),
        ("lifecycle_flows", {"at_risk_windows": 0}),
        ("first_to_second_purchase", {"within": (30, 0)}),
    ],
)
def test_a_setting_without_meaning_is_refused(cast: World, name: str, settings: dict[str, Any]) -> None:
    with pytest.raises(RequestError):
        cast.metric(name, **settings)


def test_the_cast_left_for_their_reasons(cast: World) -> None:
    march = Period(date(2025, 3, 1), date(2025, 4, 1))
    causes = {r["cause"]: r for r in cast.metric("churn_by_reason", period=march) if r["lost_count"]}
    assert set(causes) == {"price"}
    assert causes["price"]["lost_amount"] == Decimal(10000)
    assert causes["price"]["kind"] == "avoidable"
    holes = _by(cast.metric("leak_holes", by="reason"), "hole")
    assert {hole: row["lost_count"] for hole, row in holes.items()} == {
        "price": 1,
        "natural": 1,
        "unknown": 1,
    }
    assert holes["natural"]["lost_amount"] == Decimal(20000)


def test_a_pause_that_runs_out_is_a_leaving_at_what_was_paid(cast: World) -> None:
    may = Period(date(2025, 5, 1), date(2025, 6, 1))
    row = cast.metric("leaky_bucket", period=may, as_of=date(2025, 6, 1)).one()
    assert (row["lost_count"], row["outflow_amount"]) == (1, Decimal(10000))


TEXTS = {
    "price": "price", "missing_feature": "missing_feature", "Missing Feature": "missing_feature",
    "onboarding failed": "onboarding_failed", "too expensive for us": "price", "가격이 부담됩니다": "price",
    "경쟁사로 이동": "competitor", "We switched to another tool": "competitor", "결제 실패": "payment_failure",
    "Card declined": "payment_failure", "상담 응대가 불친절해서": "poor_support", "폐업": "natural",
    "no longer needed": "natural", "연동 기능이 없어요": "missing_feature", "사용법이 어려워요": "onboarding_failed",
    "because": "other", "  ": "unknown", None: "unknown", "unknown": "unknown",
}  # fmt: skip


@pytest.mark.parametrize("run", ["duckdb", pytest.param("spark", marks=pytest.mark.spark)], indirect=True)
def test_free_text_in_two_languages_finds_its_cause(run: World) -> None:
    rows = run.ask(ibis.table({"person_id": "int64", "ended_because": "string"}, name="subscriptions").mutate(
        cause=cause_of(ibis._.ended_because)).mutate(kind=kind_of(ibis._.cause)).order_by("person_id"))  # fmt: skip
    assert rows.column("cause") == list(TEXTS.values())
    assert rows.column("kind") == [CAUSES[cause].kind for cause in TEXTS.values()]


@pytest.fixture
def run(request: pytest.FixtureRequest) -> World:
    engine = "duckdb" if request.param == "duckdb" else request.getfixturevalue("spark")
    ended = [
        {
            "person_id": n,
            "started_on": date(2025, 1, 1),
            "ended_on": date(2025, 2, 1),
            "mrr_amount": 1,
            "ended_because": text,
        }
        for n, text in enumerate(TEXTS)
    ]
    return world({"subscriptions": ended}, as_of=date(2025, 3, 1), engine=engine)


def test_a_shop_sees_that_most_never_come_back() -> None:
    once = _orders(*((f"once-{n}", date(2025, 1, 5), 10) for n in range(6)))
    later = _orders(
        ("Ann", date(2025, 1, 1), 10), ("Ann", date(2025, 2, 20), 20), ("Bob", date(2025, 1, 9), 5)
    )
    here = world({"orders": once + later}, as_of=date(2025, 9, 1))
    holes = here.metric("leak_holes").records()
    assert [(row["hole"], row["lost_count"], row["place"]) for row in holes] == [
        ("first_day", 7, 1), ("months_2_3", 1, 2),
    ]  # fmt: skip
    total = sum(row["lost_count"] for row in here.metric("leaky_bucket"))
    assert total == sum(row["lost_count"] for row in holes) == 8


def test_a_stay_of_a_shop_ends_where_the_gap_is_longer_than_the_window() -> None:
    rows = _orders(("Ann", date(2025, 1, 1), 1), ("Ann", date(2025, 4, 1), 1), ("Ann", date(2025, 7, 1), 1))
    here = world({"orders": rows}, as_of=date(2026, 1, 1))
    spans = here.ask(here.tables()["tenures"].order_by("started_on"))
    assert spans.rows == [(1, date(2025, 1, 1), date(2025, 6, 30)), (1, date(2025, 7, 1), date(2025, 9, 29))]
    table = here.tables()["orders"]
    still = here.ask(tenures_of_orders(table, 400, date(2026, 1, 1)))
    assert still.rows == [(1, date(2025, 1, 1), None)]


def test_the_second_purchase_counts_only_whom_was_watched_long_enough() -> None:
    rows = _orders(("Ann", date(2025, 1, 1), 1), ("Ann", date(2025, 1, 11), 1), ("Bob", date(2025, 1, 1), 1),
                   ("Cat", date(2025, 3, 1), 1), ("Cat", date(2025, 3, 2), 1))  # fmt: skip
    here = world({"orders": rows}, as_of=date(2025, 3, 10))
    rows_by_days = _by(here.metric("first_to_second_purchase", within=(5, 30)), "within_days")
    assert [rows_by_days[d]["observed_count"] for d in (5, 30)] == [3, 2]
    assert [rows_by_days[d]["converted_count"] for d in (5, 30)] == [1, 1]
    assert rows_by_days[5]["median_days"] == 10


def test_planted_spend_ratio_comes_back_inside_its_interval() -> None:
    spends = [(n * 7919) % 41 + 80 for n in range(200)]
    old = _orders(
        *(
            (f"old-{n}", date(2025, month, 3), 167 * s if month == 2 else 1)
            for n, s in enumerate(spends)
            for month in (1, 2)
        )
    )
    new = _orders(*((f"new-{n}", date(2025, 2, 4), 100 * s) for n, s in enumerate(spends)))
    here = world({"orders": old + new}, as_of=date(2025, 3, 1))
    row = here.metric("new_and_existing_spend", period=FEBRUARY).one()
    assert row["ratio"] == pytest.approx(1.67)
    assert 1.5 < row["ratio_low"] < 1.67 < row["ratio_high"] < 1.85
    few = here.metric("new_and_existing_spend", period=FEBRUARY, min_buyers=500).one()
    assert (few["ratio"], few["reason"]) == (None, "too_few")


def test_returns_are_no_purchase_and_take_off_the_money(cast: World) -> None:
    people = _by(cast.ask(rfm_of_people(cast.tables()["orders"], cast.as_of)), "person_id")
    bob = people[2]
    assert (bob["day_count"], bob["amount"], bob["last_on"]) == (2, Decimal(30000), date(2025, 1, 20))
    assert 5 not in people, "Eve never bought"


def test_every_pair_of_scores_has_one_segment() -> None:
    pairs = [(r, s) for r in range(1, 6) for s in range(2, 11)]
    table = (
        ibis.array([ibis.struct({"r": r, "s": s}) for r, s in pairs])
        .unnest()
        .name("x")
        .as_table()
        .unpack("x")
    )
    here = world({"orders": _orders(("Ann", date(2025, 1, 1), 1))})
    answer = here.ask(table.mutate(segment=segment_of(table.r, table.s)).order_by("r", "s"))
    named = {(row["r"], row["s"]): row["segment"] for row in answer}
    assert named[5, 10] == "champions"
    assert named[1, 10] == "cannot_lose"
    assert named[1, 2] == "hibernating"
    assert named[3, 5] == "needs_attention"
    assert len(set(named.values())) == 7


def test_equal_buyers_get_equal_scores() -> None:
    here = world(
        {"orders": _orders(*((f"p{n}", date(2025, 1, 1), 5) for n in range(7)))}, as_of=date(2025, 2, 1)
    )
    rows = here.ask(rfm_of_people(here.tables()["orders"], here.as_of)).records()
    assert {(row["recency_score"], row["frequency_score"], row["monetary_score"]) for row in rows} == {
        (1, 1, 1)
    }


def test_rolling_activity_equals_counting_every_window() -> None:
    days = {"Ann": (1, 2, 30, 31, 70), "Bob": (5, 33, 34), "Cat": (60,)}
    from datetime import datetime, timedelta

    start = datetime(2025, 1, 1)
    events = [
        {"person_id": who, "name": "Page Viewed", "occurred_at": start + timedelta(days=day)}
        for who, each in days.items()
        for day in each
    ]
    here = world({"events": events}, as_of=date(2025, 3, 20))
    before = 0
    for row in here.metric(
        "active_users", window_days=28, period=Period(date(2025, 1, 1), date(2025, 3, 20))
    ):
        today = (row["day"] - start.date()).days
        active = sum(any(today - 28 < day <= today for day in each) for each in days.values())
        assert row["active_count"] == active, row
        assert row["daily_count"] == sum(today in each for each in days.values())
        assert before + row["new_count"] + row["returned_count"] - row["churned_count"] == active
        before = active


def test_activity_before_the_period_still_counts_in_it() -> None:
    from datetime import datetime

    event = {"person_id": "Ann", "name": "Page Viewed", "occurred_at": datetime(2025, 1, 20)}
    here = world({"events": [event]}, as_of=date(2025, 3, 1))
    answer = here.metric("active_users", period=FEBRUARY, window_days=28).records()
    assert [row["day"] for row in answer if row["churned_count"]] == [date(2025, 2, 17)]
    assert sum(row["active_count"] for row in answer) == 16


def test_the_cast_is_in_the_states_one_would_say(cast: World) -> None:
    """Ann comes weekly; Cat was away from January to April; Bob and Dan have not been seen since winter."""
    states = {
        row["state"]: row["people_count"] for row in cast.metric("lifecycle_states", as_of=date(2025, 5, 3))
    }
    assert +Counter(states) == {"current": 1, "reactivated": 1, "at_risk": 2}
    later = {
        row["state"]: row["people_count"] for row in cast.metric("lifecycle_states", as_of=date(2025, 9, 1))
    }
    assert +Counter(later) == {"dormant": 4}


def test_referred_people_are_compared_within_their_plan() -> None:
    people = [
        {"person_id": n, "plan": "pro" if n % 2 else "basic", "referrer_id": 90 if n < 20 else None}
        for n in range(100)
    ]
    started = _subscribers(*((n, date(2025, 1, 1), None) for n in (*range(16), *range(20, 36))))
    here = world({"people": people, "subscriptions": started}, as_of=date(2025, 6, 1))
    rows = {(row["stratum"], row["is_referred"]): row for row in here.metric("referred_and_other")}
    assert rows["all", True]["conversion_rate"] == 0.8
    assert rows["all", False]["conversion_rate"] == 0.2
    assert rows["pro", True]["conversion_low_rate"] < 0.8 < rows["pro", True]["conversion_high_rate"]
    assert {stratum for stratum, _ in rows} == {"all", "pro", "basic"}


ORDER_METRICS = (
    "customer_retention_rate", "customer_churn_rate", "churn_by_reason", "avoidable_churn", "leaky_bucket",
    "leak_holes", "active_users", "lifecycle_states", "lifecycle_flows",
)  # fmt: skip


@pytest.mark.spark
@pytest.mark.parametrize("name", ORDER_METRICS)
def test_a_shop_gets_the_same_on_spark(name: str, shops: tuple[World, World]) -> None:
    duck, spark = shops
    assert_same_rows(duck.metric(name), spark.metric(name))


@pytest.fixture(scope="module")
def shops(spark_session: Any) -> tuple[World, World]:
    from dangol.core.engine.spark import Spark
    from tests_support.cast import TABLES

    only = {"orders": TABLES["orders"], "people": TABLES["people"]}
    day = date(2025, 10, 1)
    return world(only, as_of=day), world(only, as_of=day, engine=Spark(session=spark_session))


def test_every_customer_metric_is_in_the_catalogue() -> None:
    names = (*ORDER_METRICS, "repeat_purchase_rate", "first_to_second_purchase", "purchase_frequency",
             "purchase_interval", "new_and_existing_spend", "rfm")  # fmt: skip
    assert all(find(name).name == name for name in names)

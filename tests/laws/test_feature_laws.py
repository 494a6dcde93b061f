"""Does nothing of a day or later, and nothing received later, change what was known on it? Nor the order of rows?"""

from __future__ import annotations

import copy
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.core.engine import Engine, Settings, World, world
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.simulate import Business, simulated_tables
from tests_support.cast import TABLES
from tests_support.features import assert_same_features

T, END = date(2025, 3, 4), date(2025, 6, 1)
PEOPLE = ("Ann", "Bob", "Cat", "Dan", "Eve")
WAYS = (
    Settings(),
    Settings(customers="orders", inactivity_days=45),
    Settings(customers="orders", inactivity_days=45, time_zone="Asia/Seoul"),
)
EVENTS = ("Report Viewed", "Team Invited")
Rows = dict[str, list[dict[str, Any]]]

TOLD: list[dict[str, Any]] = [
    {"person_id": who, "name": name, "value": value, "changed_on": day}
    for who, name, value, day in (
        ("Ann", "country", "KR", date(2025, 1, 1)), ("Ann", "country", "US", date(2025, 2, 1)),
        ("Bob", "card_expires_on", "2025-03", date(2025, 1, 5)), ("Cat", "discount_ends_on", "2025-03-20", date(2025, 1, 9)),
        ("Ann", "role", "admin", date(2025, 1, 1)), ("Dan", "account_id", "acme", date(2025, 2, 3)),
    )
]  # fmt: skip
BASE: Rows = {**TABLES, "trait_changes": TOLD}


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour)


def _of_noun(noun: str, who: str, day: date, hour: int, n: int) -> dict[str, Any]:
    """A row of a noun that happened on a day."""
    at = _at(day, hour)
    made: dict[str, dict[str, Any]] = {
        "events": {"name": ("Report Viewed", "Payment Failed", "New Thing")[n % 3], "occurred_at": at, "account_id": "acme"},
        "orders": {"order_id": f"x{n}", "ordered_on": day, "amount": Decimal(n * 100 - 300), "currency": "KRW"},
        "tickets": {"ticket_id": f"x{n}", "opened_at": at, "topic": "bug", "replied_at": None, "resolved_at": None},
        "answers": {"answer_id": f"x{n}", "survey": ("nps", "csat")[n % 2], "score": float(n % 6), "comment": "bad",
                    "answered_at": at},
        "messages": {"message_id": f"x{n}", "channel": "email", "sent_at": at, "opened_at": at, "is_bounced": False},
        "exposures": {"experiment": f"e{n}", "arm": "holdout", "exposed_on": day},
        "trait_changes": {"name": ("country", "card_expires_on")[n % 2], "value": "2025-04", "changed_on": day},
        "subscriptions": {"subscription_id": f"x{n}", "started_on": day, "ended_on": None, "mrr_amount": Decimal(999),
                          "status": "active", "ended_because": None, "plan": "team", "currency": "KRW"},
    }  # fmt: skip
    return {"person_id": who, **made[noun]}


nouns = st.sampled_from(
    ["events", "orders", "tickets", "answers", "messages", "exposures", "trait_changes", "subscriptions"]
)
# Noon and later in UTC, and the day after for zones ahead of it: of the day in every zone that is tried.
later = st.tuples(
    nouns, st.sampled_from(PEOPLE), st.integers(0, 60).map(lambda n: T + timedelta(days=n)), st.integers(0, 14), st.integers(0, 9)
)  # fmt: skip
lawful = settings(derandomize=True, max_examples=6, deadline=None)


def _matrix(tables: Rows, way: Settings) -> FeatureMatrix:
    """By the same names each time: other names are another question, and compiling it takes seconds."""
    opened = world(tables, as_of=END, settings=way)
    try:
        return opened.features(T, events=EVENTS)
    finally:
        opened.close()


@cache
def _before(way: int) -> FeatureMatrix:
    return _matrix(BASE, WAYS[way])


def _with(rows: list[tuple[str, dict[str, Any]]]) -> Rows:
    tables = {name: list(each) for name, each in BASE.items()}
    for noun, row in rows:
        tables[noun].append(row)
    return tables


@lawful
@given(st.lists(later, min_size=1, max_size=6), st.sampled_from(range(len(WAYS))))
def test_nothing_of_the_day_or_later_changes_a_snapshot(facts: list[Any], way: int) -> None:
    added = [(noun, _of_noun(noun, who, day, hour, n)) for noun, who, day, hour, n in facts]
    assert_same_features(_before(way), _matrix(_with(added), WAYS[way]))


earlier = st.tuples(
    st.sampled_from(["events", "orders", "subscriptions", "trait_changes"]),
    st.sampled_from(PEOPLE),
    st.integers(1, 50).map(lambda n: T - timedelta(days=n)),
    st.integers(0, 14),
    st.integers(0, 9),
    st.integers(1, 40 * 24).map(lambda hours: _at(T, 0) + timedelta(hours=hours)),
)


@lawful
@given(st.lists(earlier, min_size=1, max_size=6), st.sampled_from(range(len(WAYS))))
def test_nothing_received_later_changes_a_snapshot(facts: list[Any], way: int) -> None:
    added = [
        (noun, _of_noun(noun, who, day, hour, n) | {"received_at": received})
        for noun, who, day, hour, n, received in facts
    ]
    assert_same_features(_before(way), _matrix(_with(added), WAYS[way]))


@lawful
@given(st.integers(0, 30), st.integers(0, 2))
def test_what_became_of_old_rows_later_changes_nothing(days: int, way: int) -> None:
    tables = copy.deepcopy(BASE)
    then = T + timedelta(days=days)
    for row in tables["subscriptions"]:
        if row["ended_on"] is None or row["ended_on"] >= T:
            row["ended_on"], row["ended_because"] = then, "payment failed"
    for row in tables["tickets"]:
        if row["resolved_at"] is None:
            row["resolved_at"] = _at(then, 1 + 14 * (days == 0))
    for row in tables["messages"]:
        if row["opened_at"] is None:
            row["opened_at"] = _at(then, 14)
    assert_same_features(_before(way), _matrix(tables, WAYS[way]))


def test_what_the_files_of_people_and_accounts_say_today_is_in_no_snapshot() -> None:
    moved = {"plan": "moved", "country": "XX", "account_id": "blue", "traits": '{"a": "b"}'}
    people = [row | moved for row in BASE["people"]]
    accounts = [row | {"seats_count": 500, "plan": "x"} for row in BASE["accounts"]]
    assert_same_features(_before(0), _matrix({**BASE, "people": people, "accounts": accounts}, WAYS[0]))


def test_a_new_name_of_the_day_is_not_told_apart() -> None:
    added = _with([("events", _of_noun("events", "Ann", T, 1, 2))])
    first, other = (world(tables, as_of=END) for tables in (BASE, added))
    assert_same_features(first.features(T), other.features(T))


@settings(lawful, max_examples=4)
@given(st.randoms(use_true_random=False), st.integers(0, 2))
def test_the_order_of_rows_does_not_matter(order: Any, way: int) -> None:
    tables = {name: order.sample(rows, len(rows)) for name, rows in BASE.items()}
    assert_same_features(_before(way), _matrix(tables, WAYS[way]))


def test_the_labels_of_ids_do_not_matter() -> None:
    named = {who: f"{9 - n}-{who}" for n, who in enumerate(PEOPLE)}
    tables = {
        name: [{**row, "person_id": named[row["person_id"]]} if "person_id" in row else row for row in rows]
        for name, rows in BASE.items()
    }
    first, other = world(BASE, as_of=END), world(tables, as_of=END)
    ours, theirs = first.features(T), other.features(T)
    back = {new: old for old, new in named.items()}
    old_ids = first.external_ids(ours.person_ids.tolist())
    new_ids = other.external_ids(theirs.person_ids.tolist())
    place = {back[new_ids[number]]: row for row, number in enumerate(theirs.person_ids.tolist())}
    rows = np.array([place[old_ids[number]] for number in ours.person_ids.tolist()])
    moved = theirs.take(rows)
    assert ours.names == moved.names
    np.testing.assert_array_equal(ours.values, moved.values)


def test_a_world_of_the_day_itself_says_the_same() -> None:
    for number, way in enumerate(WAYS[:2]):
        opened = world(BASE, as_of=T, settings=way)
        assert_same_features(_before(number), opened.features(events=EVENTS))


# Both engines


def _on_both(spark: Engine, tables: Any, day: date, horizon: int, way: Settings) -> tuple[World, World]:
    worlds = (world(tables, settings=way), world(tables, engine=spark, settings=way))
    ours, theirs = (each.features(day) for each in worlds)
    assert_same_features(ours, theirs)
    one, other = (each.outcomes(day, horizon) for each in worlds)
    for field in ("person_ids", "has_left", "is_involuntary", "left_on", "renewal_count"):
        np.testing.assert_array_equal(getattr(one, field), getattr(other, field))
    return worlds


@pytest.mark.spark
@pytest.mark.parametrize("way", range(len(WAYS)))
def test_the_cast_is_known_alike_on_both_engines(spark: Engine, way: int) -> None:
    _on_both(spark, BASE, T, 30, WAYS[way])


@pytest.mark.spark
@pytest.mark.parametrize("way", range(2))
def test_a_simulated_business_is_known_alike_on_both_engines(spark: Engine, way: int) -> None:
    tables = simulated_tables(Business(customers=400, start=date(2025, 6, 1), end=date(2026, 3, 1)))
    ours, theirs = _on_both(spark, tables, date(2026, 1, 10), 40, WAYS[way])
    mine, other = (each.training(30, snapshots=2) for each in (ours, theirs))
    for one, two in zip(mine, other, strict=True):
        assert_same_features(one.matrix, two.matrix)
        np.testing.assert_array_equal(one.has_left, two.has_left)

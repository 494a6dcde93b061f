"""Are the features of a day the numbers that one counts by hand, and is leaving what the business means by it?"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pytest

from dangol.core.engine import Settings, World, world
from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import compiled
from dangol.core.errors import DataError, RequestError
from dangol.core.features.events import HALF, THIRD, counter
from dangol.core.features.feature import FAMILIES, UNITS
from dangol.core.features.known import days_to_renewal
from dangol.core.features.matrix import FeatureMatrix, alike, stacked
from dangol.core.features.purchases import order_days
from dangol.core.features.snapshot import FEATURES
from tests_support.cast import TABLES

T, END = date(2025, 3, 4), date(2025, 6, 1)


def _of(matrix: FeatureMatrix, opened: World, who: str) -> dict[str, float]:
    ids = {name: number for number, name in opened.external_ids(matrix.person_ids.tolist()).items()}
    (row,) = matrix.values[matrix.person_ids == ids[who]]
    return dict(zip(matrix.names, row.tolist(), strict=True))


def test_bob_as_counted_by_hand() -> None:
    opened = world(TABLES, as_of=END)
    bob = _of(opened.features(T), opened, "Bob")
    # Report Viewed on 6, 7, 30 January and 1 March; orders on 8 and 20 January, one returned on the 22nd.
    expected = {
        "usage_event_count_7d": 1, "usage_event_count_28d": 1, "usage_event_count_90d": 4, "usage_active_days_90d": 4,
        "usage_silent_days": 3, "usage_known_days": 57, "usage_trend_14d": 1, "usage_slope_28d": 0.3,
        "purchase_repeat_count": 1, "purchase_recency_days": 12, "purchase_age_days": 55, "purchase_silent_days": 43,
        "purchase_mean_amount": 20_000, "purchase_return_count": 1, "value_spent_amount": 30_000,
        "value_mrr_amount": 10_000, "support_open_count": 1, "support_open_days": 31, "support_wait_hours_90d": 6,
        "voice_nps_score": 3, "voice_nps_days": 2, "voice_answer_count_90d": 1, "voice_comment_tone": -1,
        "tenure_days": 58, "contract_renewal_days": 1, "contract_terms_days": 58, "payment_is_past_due": 0,
        "voice_message_open_rate_90d": np.nan, "event_count_28d Report Viewed": 1,
    }  # fmt: skip
    for name, value in expected.items():
        assert bob[name] == pytest.approx(value, nan_ok=True), name


def test_who_is_at_risk_and_who_left_by_contract() -> None:
    opened = world(TABLES, as_of=END)
    came = opened.outcomes(T, 30)
    names = opened.external_ids(came.person_ids.tolist())
    assert [names[number] for number in came.person_ids.tolist()] == ["Ann", "Bob", "Dan"]
    assert came.has_left.tolist() == [False, True, False]
    assert came.left_on.tolist() == [None, date(2025, 3, 5), None]
    assert came.renewal_count.tolist() == [1, 1, 1]
    assert came.hazard == pytest.approx(1 / 3)
    # Bob leaves within the gap: nobody can act on him any more.
    assert len(opened.outcomes(T, 30, gap_days=2)) == 2


def test_a_failed_payment_is_no_choice() -> None:
    rows = [
        row | {"ended_because": "card expired"} if row["person_id"] == "Bob" else row
        for row in TABLES["subscriptions"]
    ]
    assert world({**TABLES, "subscriptions": rows}, as_of=END).outcomes(T, 30).is_involuntary.tolist() == [
        False,
        True,
        False,
    ]


def test_who_left_by_silence() -> None:
    opened = world(TABLES, as_of=END, settings=Settings(customers="orders", inactivity_days=60))
    came = opened.outcomes(T, 60)
    names = opened.external_ids(came.person_ids.tolist())
    left = {names[n]: bool(gone) for n, gone in zip(came.person_ids.tolist(), came.has_left, strict=True)}
    assert left == {"Ann": False, "Bob": True, "Cat": False, "Dan": True}
    assert came.hazard is None


def test_training_is_oldest_first_with_the_same_columns() -> None:
    opened = world(TABLES, as_of=END)
    parts = opened.training(30, snapshots=[date(2025, 4, 20), T, date(2024, 1, 1)])
    assert [part.matrix.as_of for part in parts] == [T, date(2025, 4, 20)]
    assert parts[0].matrix.names == parts[1].matrix.names == opened.features().names
    assert len(stacked([part.matrix for part in parts])) == sum(map(len, parts))
    held_out = parts[0].is_held_out
    assert held_out is not None
    assert not held_out.any()


@pytest.mark.data
def test_the_retail_customers_at_risk_are_those_of_the_study(data: Path) -> None:
    opened = world(data / "online_retail_ii_orders.parquet", settings=Settings(inactivity_days=180))
    came = opened.outcomes(date(2011, 9, 9), 90)
    assert len(came) == 2_779
    assert came.left_rate == pytest.approx(0.385, abs=5e-4)


@pytest.mark.parametrize(("other", "amounts"), [("KRW", [5.0, 7.0]), ("USD", [None, None])])
def test_money_of_two_currencies_is_not_known(other: str, amounts: list[float | None]) -> None:
    duck = DuckDB()
    columns = "person_id, age, order_id, is_return, amount, currency"
    duck.define(
        "orders",
        f"select * from (values (1::bigint, 3::bigint, 'a', false, 5::decimal(18, 4), 'KRW'), "
        f"(2, 4, 'b', false, 7, '{other}')) t({columns})",
    )
    dtypes = {"person_id": "int64", "age": "int64", "order_id": "string", "is_return": "boolean",
              "amount": "decimal(18, 4)", "currency": "string"}  # fmt: skip
    days = order_days(ibis.table(dtypes, name="orders")).order_by("person_id")
    assert [row["amount"] for row in duck.run(compiled(days, "duckdb"))] == amounts


@pytest.mark.parametrize(
    ("bits", "events"), [(THIRD, 2**21 - 1), (THIRD, 2**21), (HALF, 2**31 - 1), (HALF, 2**31)]
)
def test_a_counter_that_may_have_run_over_is_unknown(bits: int, events: int) -> None:
    packed = ibis.table({"event_count": "int64", "sums": "int64"}, name="packed")
    duck = DuckDB()
    value = min(events, (1 << bits) - 1)
    duck.define("packed", f"select {events}::bigint as event_count, {value}::bigint << {bits} as sums")
    sql = compiled(packed.select(counted=counter(packed, "sums", 1, bits)), "duckdb")
    assert duck.run(sql).rows == [(None if events >= 1 << bits else events,)]


@pytest.mark.parametrize(
    ("began", "as_of", "days"),
    [(date(2025, 1, 31), date(2025, 2, 20), 8), (date(2025, 1, 31), date(2025, 2, 28), 0),
     (date(2025, 1, 5), date(2025, 12, 20), 16), (date(2025, 1, 20), date(2025, 3, 20), 0)],
)  # fmt: skip
def test_days_to_a_monthly_renewal(began: date, as_of: date, days: int) -> None:
    duck = DuckDB()
    rows = ibis.table({"day": "date"}, name="rows")
    duck.define("rows", f"select date '{began}' as day")
    assert duck.run(compiled(rows.select(days=days_to_renewal(rows.day, as_of)), "duckdb")).rows == [(days,)]


def test_names_beyond_the_counted_ones_still_count_as_used() -> None:
    events = [
        {"person_id": "Ann", "name": f"Use {n:02}", "occurred_at": datetime(2025, 2, 1) + timedelta(hours=n)}
        for n in range(40)
    ]
    matrix = world({"events": events}, as_of=T, settings=Settings(inactivity_days=90)).features()
    assert matrix.column("usage_feature_count_90d").tolist() == [40]
    assert matrix.column("usage_event_count_90d").tolist() == [40]
    assert sum(name.startswith("event_count_28d ") for name in matrix.names) == 24


def test_a_model_gets_the_columns_it_asks_for() -> None:
    one = FeatureMatrix(
        np.array([1, 2]), ("plan", "n"), np.array([[0.0, 5.0], [1.0, 6.0]]), None, {"plan": ("basic", "pro")}
    )
    other = one.like(("n", "plan", "gone"), {"plan": ("pro", "basic", "team")})
    np.testing.assert_array_equal(other.values, [[5, 1, np.nan], [6, 0, np.nan]])
    later = FeatureMatrix(np.array([1]), ("plan",), np.array([[0.0]]), None, {"plan": ("team",)})
    both = alike([one, later])
    assert both[0].names == both[1].names == ("plan", "n")
    assert both[1].categories["plan"] == ("basic", "pro", "team")
    np.testing.assert_array_equal(both[1].values, [[2, np.nan]])


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda w: w.features(END + timedelta(days=1)), "This world is as of 2025-06-01"),
        (lambda w: w.outcomes(date(2025, 5, 20), 30), "Ask as of 2025-05-02 or earlier"),
        (lambda w: w.outcomes(T, 0), "at least one day"),
        (lambda w: w.training(30, -1), "at least one day"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_says_so(ask: Any, says: str) -> None:
    with pytest.raises(RequestError, match=says):
        ask(world(TABLES, as_of=END))


def test_people_alone_are_no_customers() -> None:
    with pytest.raises(DataError, match="none of it says who is a customer"):
        world({"people": TABLES["people"]}, as_of=END).features()


def test_every_feature_says_itself_and_begins_with_its_family() -> None:
    heads = {"purchases": "purchase"}
    for feature in FEATURES.values():
        assert feature.name.startswith(f"{heads.get(feature.family, feature.family)}_")
        assert feature.unit in UNITS
    assert {feature.family for feature in FEATURES.values()} == set(FAMILIES)

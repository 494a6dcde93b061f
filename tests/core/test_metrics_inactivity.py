"""Does the data suggest the churn window that the published analysis of the shop gives?"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dangol.core.engine import World, world
from tests_support.compare import assert_same_rows
from tests_support.retail import retail_days

AS_OF = date(2011, 12, 10)


@pytest.fixture(scope="module")
def shop(data: Path) -> World:
    return world({"orders": retail_days(data)}, as_of=AS_OF)


@pytest.mark.data
def test_the_published_survival_and_return_curve(shop: World) -> None:
    curve = {row["inactive_days"]: row for row in shop.metric("return_curve")}
    away = {30: 0.582, 60: 0.387, 90: 0.295, 120: 0.237, 180: 0.173, 270: 0.130, 365: 0.100}
    back = {30: 0.593, 60: 0.485, 90: 0.414, 120: 0.351, 150: 0.301, 180: 0.251}
    assert {d: round(curve[d]["away_rate"], 3) for d in away} == away
    assert {d: round(curve[d]["return_rate"], 3) for d in back} == back
    assert all(row["low"] <= row["away_rate"] <= row["high"] for d, row in curve.items() if d > 0)


@pytest.mark.data
def test_the_suggested_window_of_the_shop(shop: World) -> None:
    row = shop.metric("inactivity_window").one()
    assert [row[f"{name}_days"] for name in ("median", "p80", "p90", "p95")] == [31, 87, 147, 221]
    curve = {r["inactive_days"]: r["return_rate"] for r in shop.metric("return_curve")}
    suggested = row["suggested_days"]
    # 0.251 at 180 days is not yet 0.25: the first day at or below it comes right after.
    assert 180 < suggested <= 185
    assert curve[suggested] <= 0.25 < curve[suggested - 1]
    assert curve[row["slipping_days"]] <= 0.5 < curve[row["slipping_days"] - 1]
    assert (row["threshold"], row["reason"]) == (0.25, None)
    assert isinstance(row["threshold"], float)


def _weekly(people: int, weeks: int) -> list[dict[str, Any]]:
    """Everybody comes every week, and one in twenty of those who came stops for good each week."""
    start, rows = date(2025, 1, 6), []
    for person in range(people):
        last = min(weeks, 1 + (person * 7919) % 40)
        days = (start + timedelta(days=7 * week + person % 5) for week in range(last))
        rows += [{"person_id": person, "name": "Opened", "occurred_on": d, "occurred_at": d} for d in days]
    return rows


def test_a_weekly_product_is_given_a_window_of_a_few_weeks(engine: Any) -> None:
    product = world({"events": _weekly(120, 40)}, as_of=date(2025, 10, 20), engine=engine)
    row = product.metric("inactivity_window", horizon_days=30).one()
    assert (row["suggested_days"], row["median_days"], row["reason"]) == (7, 7, None)


def test_too_few_gaps_and_a_window_not_reached_say_so() -> None:
    few = world({"events": _weekly(10, 3)}, as_of=date(2025, 10, 20)).metric("inactivity_window").one()
    assert (few["suggested_days"], few["slipping_days"], few["reason"]) == (None, None, "too_few")
    steady = [{"person_id": p, "name": "Opened", "occurred_on": (d := date(2025, 1, 1) + timedelta(days=n)), "occurred_at": d}
              for p in range(40) for n in range(60)]  # fmt: skip
    loyal = world({"events": steady}).metric("inactivity_window", horizon_days=1).one()
    assert (loyal["suggested_days"], loyal["median_days"], loyal["reason"]) == (None, 1, "not_reached")


def test_an_open_gap_is_not_a_long_one() -> None:
    """Bob came yesterday for the first time: his gap says nothing, and hides nobody's return."""
    rows = _weekly(60, 10)
    day = date(2025, 10, 19)
    bob = [
        {"person_id": 900 + n, "name": "Opened", "occurred_on": day, "occurred_at": day} for n in range(50)
    ]
    before = world({"events": rows}, as_of=date(2025, 10, 20)).metric("return_curve", until_days=20)
    after = world({"events": rows + bob}, as_of=date(2025, 10, 20)).metric("return_curve", until_days=20)
    assert before.column("return_rate") == after.column("return_rate")


@pytest.mark.data
@pytest.mark.spark
def test_the_shop_is_the_same_on_spark(data: Path, shop: World, spark: Any) -> None:
    other = world({"orders": retail_days(data)}, as_of=AS_OF, engine=spark)
    assert_same_rows(shop.metric("inactivity_window"), other.metric("inactivity_window"))


def test_where_most_never_come_back_there_is_no_day_of_slipping(engine: Any) -> None:
    """Nine in ten buy once: the return rate starts at a tenth, so no day of silence is the turning one."""
    first = date(2025, 1, 1)
    days = [(p, first + timedelta(days=n)) for p in range(100) for n in ((0, 20) if p % 10 == 0 else (0,))]
    rows = [{"person_id": p, "name": "Opened", "occurred_on": d, "occurred_at": d} for p, d in days]
    row = world({"events": rows}, as_of=date(2025, 9, 1), engine=engine).metric("inactivity_window").one()
    assert (row["suggested_days"], row["reason"]) == (None, "already_low")
    assert (row["slipping_days"], row["slipping_reason"]) == (None, "already_low")


@pytest.mark.data
def test_half_of_the_buyers_of_cdnow_do_not_come_back_from_the_first_day(data: Path) -> None:
    row = world(data / "CDNOW_master.txt").metric("inactivity_window").one()
    assert (row["slipping_days"], row["slipping_reason"]) == (None, "already_low")
    assert (row["suggested_days"], row["reason"]) == (60, None)

"""Are the cohorts those of the published tables, and is an unfinished period never averaged in?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dangol.core.calendar import Period
from dangol.core.engine import World, world
from dangol.core.errors import UnknownNameError
from tests_support.retail import retail_lines

AS_OF = date(2011, 12, 10)


def _percent(answer: Any, cohort: date) -> list[float]:
    rows = [row for row in answer if row["cohort_on"] == cohort and row["bucket"] > 0]
    return [round(100 * row["share_so_far"], 1) for row in rows]


@pytest.mark.data
def test_the_published_cohorts_of_online_retail(data: Path) -> None:
    answer = world({"orders": retail_lines(data)}, as_of=AS_OF).metric("cohort_retention")
    december, january = date(2010, 12, 1), date(2011, 1, 1)
    sizes = {row["cohort_on"]: row["cohort_count"] for row in answer}
    assert (sizes[december], sizes[january]) == (885, 417)
    assert _percent(answer, december) == [
        36.6, 32.3, 38.4, 36.3, 39.8, 36.3, 34.9, 35.4, 39.5, 37.4, 50.3, 26.6
    ]  # fmt: skip
    assert _percent(answer, january)[:3] == [22.1, 26.6, 23.0]
    last = next(row for row in answer if row["cohort_on"] == december and row["bucket"] == 12)
    assert (last["rate"], last["reason"]) == (None, "unfinished")


@pytest.mark.data
def test_keeping_cancellations_gives_the_other_published_table(data: Path) -> None:
    answer = world({"orders": retail_lines(data, with_returns=True)}, as_of=AS_OF).metric("cohort_retention")
    first = next(iter(answer))
    assert first["cohort_count"] == 948
    assert _percent(answer, date(2010, 12, 1))[:3] == [38.2, 33.4, 38.7]


@pytest.mark.data
def test_the_curve_is_the_weighted_average_of_the_finished_cells(data: Path) -> None:
    shop = world({"orders": retail_lines(data)}, as_of=AS_OF)
    cells = shop.metric("cohort_retention").records()
    for row in shop.metric("cohort_retention_curve"):
        finished = [c for c in cells if c["bucket"] == row["bucket"] and c["reason"] is None]
        retained, eligible = (
            sum(c["retained_count"] for c in finished),
            sum(c["cohort_count"] for c in finished),
        )
        assert (row["retained_count"], row["eligible_count"]) == (retained, eligible)
        assert row["cohort_count"] == len(finished)
        if eligible:
            assert row["rate"] == retained / eligible
            assert row["low"] <= row["rate"] <= row["high"]
        else:
            assert (row["rate"], row["low"], row["reason"]) == (None, None, "unfinished")


def _opened(days: dict[str, tuple[date, ...]], as_of: date) -> World:
    rows = [
        {"person_id": p, "name": "Opened", "occurred_on": d, "occurred_at": d} for p in days for d in days[p]
    ]
    return world({"events": rows}, as_of=as_of)


def test_the_definitions_on_the_worked_example(engine: Any) -> None:
    days = [{"person_id": 1, "name": "Opened", "occurred_on": date(2025, 3, d), "occurred_at": date(2025, 3, d)}
            for d in (1, 2, 8)]  # fmt: skip
    one = world({"events": days}, as_of=date(2025, 3, 11), engine=engine)
    period = Period(date(2025, 3, 1), date(2025, 3, 2))
    for kind, expected in (("on", {1: 1, 3: 0, 7: 1}), ("unbounded", {1: 1, 3: 1, 7: 1})):
        answer = one.metric("cohort_retention", grain="day", kind=kind, period=period)
        rates = {row["bucket"]: row["rate"] for row in answer}
        assert {day: rates[day] for day in expected} == expected


def test_people_known_before_the_period_are_no_cohort_of_it() -> None:
    two = _opened({"Ann": (date(2025, 1, 9), date(2025, 3, 3)), "Bob": (date(2025, 3, 4),)}, date(2025, 5, 1))
    answer = two.metric("cohort_retention", period=Period(date(2025, 3, 1), date(2025, 4, 1)))
    assert [(r["cohort_on"], r["bucket"], r["cohort_count"], r["rate"]) for r in answer] == [
        (date(2025, 3, 1), 0, 1, 1.0), (date(2025, 3, 1), 1, 1, 0.0)
    ]  # fmt: skip


@pytest.mark.parametrize("grain", ["week", "quarter", "year"])
def test_every_grain_has_its_buckets(grain: str) -> None:
    days = tuple(date(year, month, 3) for year in (2023, 2024) for month in (1, 4, 7, 10))
    answer = _opened({"Ann": days}, date(2025, 1, 1)).metric("cohort_retention", grain=grain)
    retained = {row["starts_on"]: row["retained_count"] for row in answer}
    assert sum(retained.values()) == {"week": 8, "quarter": 8, "year": 2}[grain]
    assert all(not count or any(start <= day for day in days) for start, count in retained.items())


def test_segments_split_a_cohort_and_miss_nobody(cast: World) -> None:
    whole = cast.metric("cohort_retention")
    parts = cast.metric("cohort_retention", segment="channel")
    assert {row["segment"] for row in parts} == {"search", "ads", "friend", None}
    for row in whole:
        own = [p for p in parts if (p["cohort_on"], p["bucket"]) == (row["cohort_on"], row["bucket"])]
        assert sum(p["retained_count"] for p in own) == row["retained_count"]
        assert sum(p["cohort_count"] for p in own) == row["cohort_count"]


def test_unknown_words_are_answered_with_the_nearest(cast: World) -> None:
    with pytest.raises(UnknownNameError, match="channel"):
        cast.metric("cohort_retention", segment="chanel")
    with pytest.raises(UnknownNameError, match="unbounded"):
        cast.metric("cohort_retention", kind="unbound")

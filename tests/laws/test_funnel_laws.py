"""Do three ways of counting an ordered funnel agree: SQL, NumPy and trying every chain?"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.core.calendar import Period
from dangol.core.engine import World, world
from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import Engine, compiled
from dangol.core.engine.funnel import people_reaching
from dangol.core.rollups.funnels import levels_reached
from dangol.core.schema import NOUNS

START, DAY = datetime(2025, 3, 1), 86400
PERIOD = Period(date(2025, 3, 1), date(2025, 4, 1))
STEPS = ("A", "B", "C")
Taken = tuple[int, int, int]
"""Person, seconds since the start, step."""

paths = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from([n * 3600 for n in range(0, 120, 5)]), st.integers(1, 3)),
    min_size=1, max_size=25,
)  # fmt: skip


def _by_hand(taken: list[Taken], window: int) -> list[int]:
    """Levels by trying every start: the earliest next step is the best one for a given start."""
    levels = {}
    for person in {row[0] for row in taken}:
        own = sorted((moment, step) for who, moment, step in taken if who == person)
        best = 0
        for place, (begun, step) in enumerate(own):
            level = 1 if step == 1 else 0
            for moment, later in own[place + 1 :] if level else []:
                level += later == level + 1 and moment <= begun + window
            best = max(best, level)
        levels[person] = best
    return [sum(level >= step for level in levels.values()) for step in (1, 2, 3)]


def _sql_levels(engine: Engine, taken: list[Taken], window: int) -> list[int]:
    rows = ", ".join(
        f"(cast({who} as bigint), timestamp '{START + timedelta(seconds=moment)}', cast({step} as bigint))"
        for who, moment, step in taken
    )
    engine.define("steps", f"select * from (values {rows}) as v(person_id, happened_at, step)")
    if engine.name == "spark":
        engine.define(
            "steps",
            f"select person_id, cast(happened_at as timestamp_ntz) as happened_at, step from (values {rows}) as v(person_id, happened_at, step)",
        )
    steps = ibis.table({"person_id": "int64", "happened_at": "timestamp", "step": "int64"}, name="steps")
    answer = engine.run(compiled(levels_reached(steps, 3, window), engine.dialect))
    return [sum(level >= step for level in answer.column("level")) for step in (1, 2, 3)]


def _events(duck: DuckDB, taken: list[Taken]) -> None:
    rows = ", ".join(
        f"({who}::bigint, '{STEPS[step - 1]}', timestamp '{START + timedelta(seconds=moment)}')"
        for who, moment, step in taken
    )
    columns = "person_id, name, occurred_at::date as occurred_on, occurred_at"
    duck.define("events", f"select {columns} from (values {rows}) as v(person_id, name, occurred_at)")


@settings(derandomize=True, max_examples=60, deadline=None)
@given(paths, st.sampled_from([3600, DAY, 3 * DAY]))
def test_numpy_and_sql_count_what_trying_every_chain_counts(taken: list[Taken], window: int) -> None:
    duck = DuckDB()
    expected = _by_hand(taken, window)
    assert _sql_levels(duck, taken, window) == expected
    _events(duck, taken)
    assert people_reaching(duck, STEPS, PERIOD, window) == expected
    duck.close()


@pytest.mark.spark
def test_spark_counts_the_same(spark: Engine) -> None:
    taken = [(n % 50, (n * 7919 % 700) * 3600, 1 + n * 31 % 3) for n in range(2000)]
    assert _sql_levels(spark, taken, DAY) == _by_hand(taken, DAY)


def test_many_people_in_many_chunks() -> None:
    """Enough keys that they are worked on in parts: nobody is cut in two."""
    duck = DuckDB()
    duck.define(
        "events",
        "select (i % 70000)::bigint as person_id, ['A', 'B', 'C'][1 + (i // 70000 * 31 + hash(i) % 3)::int % 3] as name, "
        "timestamp '2025-03-01' + interval (hash(i) % 2500000) second as occurred_at, "
        "occurred_at::date as occurred_on from range(420000) t(i)",
    )
    columns = {
        name: dtype
        for name, dtype in NOUNS["events"].dtypes.items()
        if name in ("person_id", "name", "occurred_on", "occurred_at")
    }
    events = ibis.table(columns, name="events")
    from dangol.core.rollups.funnels import steps_of_events

    levels = duck.run(
        compiled(levels_reached(steps_of_events(events, STEPS, PERIOD), 3, DAY), "duckdb")
    ).column("level")
    assert people_reaching(duck, STEPS, PERIOD, DAY) == [
        sum(level >= step for level in levels) for step in (1, 2, 3)
    ]
    assert sum(level == 3 for level in levels) > 100


def test_what_does_not_fit_the_key_is_left_to_sql() -> None:
    duck = DuckDB()
    _events(duck, [(2**40, 60, 1)])
    assert people_reaching(duck, STEPS, PERIOD, DAY) is None
    duck.define("events", "select 1::bigint as person_id, 'A' as name, date '2025-03-01' as occurred_on, "
                          "timestamp '2025-03-01 00:00:00.000001' as occurred_at")  # fmt: skip
    assert people_reaching(duck, STEPS, PERIOD, DAY) is None
    assert people_reaching(duck, [str(n) for n in range(8)], PERIOD, DAY) is None


def _shop(engine: Any) -> World:
    rows = [("Ann", "A", 1), ("Ann", "B", 2), ("Ann", "C", 3), ("Bob", "A", 1), ("Bob", "C", 2), ("Cat", "B", 1),
            ("Dan", "A", 1), ("Dan", "B", 9)]  # fmt: skip
    events = [
        {"person_id": who, "name": name, "occurred_at": datetime(2025, 3, day, 9)} for who, name, day in rows
    ]
    return world({"events": events}, as_of=date(2025, 3, 20), engine=engine)


def test_the_metric_counts_the_cast(engine: Any) -> None:
    answer = _shop(engine).metric("ordered_funnel", steps=STEPS)
    assert [(r["person_count"], r["rate"], r["step_rate"]) for r in answer] == [
        (3, 1.0, 1.0), (1, 1 / 3, 1 / 3), (1, 1 / 3, 1.0)
    ]  # fmt: skip
    nobody = _shop("duckdb").metric("ordered_funnel").records()
    assert {(r["person_count"], r["rate"], r["reason"]) for r in nobody} == {(0, None, "empty_denominator")}

"""Is a rollup of the old merged with a rollup of the new the rollup of both, and does it answer the same?"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis.expr.types import Table

from dangol.core.calendar import Grain, Period
from dangol.core.engine import Answer
from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import Engine, compiled
from dangol.core.metrics.cohort_retention import cohort_retention
from dangol.core.rollups.activity import activity_of_events, activity_of_orders
from dangol.core.rollups.cohorts import (
    Cohorts,
    cells_of_masks,
    cells_of_pairs,
    masks_of_activity,
    with_segment,
)
from dangol.core.rollups.masks import first_bucket
from dangol.core.rollups.person_day import PERSON_DAY, activity_of_person_day, merge_person_day, person_day
from dangol.core.rollups.person_state import PERSON_STATE, merge_person_state, person_state
from dangol.core.schema import NOUNS
from tests_support.compare import assert_same_rows

START, CUT, AS_OF = date(2023, 11, 20), date(2025, 2, 5), date(2025, 3, 14)
Row = tuple[int, date, Decimal | None, str | None, bool]
"""Person, day, amount, currency, and whether it is an order (True) or an event."""

rows = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.integers(0, (AS_OF - START).days - 1).map(lambda n: START + timedelta(days=n)),
        st.none() | st.decimals("-50", "500", places=2),
        st.sampled_from([None, "KRW", "KRW", "USD"]),
        st.booleans(),
    ),
    max_size=30,
)
lawful = settings(derandomize=True, max_examples=12, deadline=None)


def _define(engine: Engine, name: str, kind: str, facts: list[Row]) -> Table:
    """The events or the orders among the facts, as a view of the noun's shape."""
    noun = NOUNS[kind]
    known = ("person_id", noun.happened or "", "amount", "currency", "is_return")
    types = {
        "int64": "bigint",
        "float64": "double",
        "string": "string" if engine.name == "spark" else "varchar",
    }
    mine = [row for row in facts if row[4] == (kind == "orders")]
    selects = []
    for person, day, amount, currency, _ in [*mine, (0, START, None, None, False)]:
        values = (str(person), f"date '{day}'", "null" if amount is None else str(amount),
                  "null" if currency is None else f"'{currency}'", str(amount is not None and amount < 0))  # fmt: skip
        given = dict(zip(known, values, strict=True))
        columns = (
            f"cast({given.get(c, 'null')} as {types.get(t, t)}) as {c}" for c, t in noun.dtypes.items()
        )
        selects.append(f"select {', '.join(columns)}")
    engine.define(name, f"select * from ({' union all '.join(selects)}) t where person_id > 0")
    return ibis.table(dict(noun.dtypes), name=name)


def _days(engine: Engine, name: str, facts: list[Row]) -> Table:
    return person_day(
        _define(engine, f"{name}_e", "events", facts), _define(engine, f"{name}_o", "orders", facts)
    )


def _ask(engine: Engine, expression: Table) -> Answer:
    return engine.run(compiled(expression, engine.dialect))


def _check_merge(engine: Engine, facts: list[Row]) -> None:
    old, new = [r for r in facts if r[1] < CUT], [r for r in facts if r[1] >= CUT]
    whole, one, other = _days(engine, "whole", facts), _days(engine, "old", old), _days(engine, "new", new)
    assert_same_rows(_ask(engine, whole), _ask(engine, merge_person_day(one, other)))
    merged = merge_person_state(person_state(one, CUT), person_state(other, AS_OF), CUT, AS_OF)
    assert_same_rows(_ask(engine, person_state(whole, AS_OF)), _ask(engine, merged))


@lawful
@given(rows)
def test_merging_rollups_is_rolling_up_both(facts: list[Row]) -> None:
    duck = DuckDB()
    _check_merge(duck, facts)
    duck.close()


FACTS: list[Row] = [
    (person, START + timedelta(days=(person * 97 + step * 41) % 480), Decimal(step) - 3, ("KRW", "USD", None)[person % 3], step % 2 == 0)
    for person in range(1, 8) for step in range(9)
]  # fmt: skip


@pytest.mark.spark
def test_merging_rollups_on_spark(spark: Engine) -> None:
    _check_merge(spark, FACTS)


@lawful
@given(rows)
def test_a_day_may_be_split_between_the_two_parts(facts: list[Row]) -> None:
    duck = DuckDB()
    halves = (_days(duck, "odd", facts[::2]), _days(duck, "even", facts[1::2]))
    assert_same_rows(_ask(duck, _days(duck, "whole", facts)), _ask(duck, merge_person_day(*halves)))
    duck.close()


@lawful
@given(rows, st.sampled_from(["week", "month", "quarter"]), st.booleans())
def test_masks_and_pairs_give_the_same_cohorts(facts: list[Row], grain: str, is_unbounded: bool) -> None:
    duck = DuckDB()
    activity = activity_of_events(_define(duck, "e", "events", facts))
    for period in (Period(date(2024, 2, 1), AS_OF), Period(date(2024, 2, 1), date(2024, 6, 1))):
        cohorts = Cohorts(period, AS_OF, Grain(grain), is_unbounded=is_unbounded)
        by_masks = cells_of_masks(with_segment(masks_of_activity(activity, cohorts), None, None), cohorts)
        by_pairs = cells_of_pairs(activity, None, None, cohorts)
        order = ("segment", "cohort", "bucket", "cohort_count", "retained_count")
        assert_same_rows(_ask(duck, by_masks.select(*order)), _ask(duck, by_pairs.select(*order)))
    duck.close()


def _three_ways(engine: Engine, facts: list[Row], kind: str, grain: str) -> None:
    raw = {"event": activity_of_events, "order": activity_of_orders}[kind](
        _define(engine, "raw", f"{kind}s", facts)
    )
    only = [row for row in facts if row[4] == (kind == "order")]
    days = _days(engine, "d", only)
    engine.define("person_day", compiled(days, engine.dialect))
    stored = ibis.table(PERSON_DAY, name="person_day")
    engine.define("person_state", compiled(person_state(stored, AS_OF), engine.dialect))
    states = ibis.table(PERSON_STATE, name="person_state")
    first = first_bucket(AS_OF, Grain(grain)) if grain in ("week", "month") else START
    for start in (first, date(2024, 11, 4)):
        arguments: dict[str, Any] = {"period": Period(start, AS_OF), "as_of": AS_OF, "grain": Grain(grain)}
        from_rows = _ask(engine, cohort_retention(raw, **arguments))
        from_days = _ask(engine, cohort_retention(activity_of_person_day(stored, kind), **arguments))
        from_states = _ask(engine, cohort_retention(raw.limit(0), **arguments, person_state=states))
        assert_same_rows(from_rows, from_days)
        assert_same_rows(from_rows, from_states)


@settings(lawful, max_examples=5)
@given(rows, st.sampled_from(["event", "order"]), st.sampled_from(["week", "month"]))
def test_cohorts_are_the_same_from_events_days_and_states(facts: list[Row], kind: str, grain: str) -> None:
    duck = DuckDB()
    _three_ways(duck, facts, kind, grain)
    duck.close()


@pytest.mark.spark
@pytest.mark.parametrize("grain", ["week", "month"])
def test_cohorts_are_the_same_from_events_days_and_states_on_spark(spark: Engine, grain: str) -> None:
    _three_ways(spark, FACTS, "event", grain)

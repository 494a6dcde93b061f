"""Do a rule and its negation divide everyone, and does nothing change before the moment that a rule names?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ibis.expr.types import Table

from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import Engine, compiled
from dangol.core.rules import Moment, count, members, members_only, rule, spelled_plainly, text_of
from tests_support.rule_oracle import expected
from tests_support.rule_worlds import (
    AT,
    PEOPLE,
    Records,
    behaviour_leaves,
    define,
    hand_over,
    single_leaves,
    trees,
    worlds,
)

lawful = settings(
    derandomize=True, max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
Row = dict[str, Any]
Answers = dict[int, tuple[bool, datetime | None]]


@pytest.fixture(scope="module")
def duck() -> Iterator[DuckDB]:
    engine = DuckDB(threads=1)
    yield engine
    engine.close()


def _answers(engine: Engine, written: Row, tables: dict[str, Table], at: datetime) -> Answers:
    answer = engine.run(compiled(members(written, tables, Moment(at)), engine.dialect))
    assert answer.columns == ("person_id", "is_member", "next_flip_at")
    assert sorted(answer.column("person_id")) == list(PEOPLE), "everyone, once"
    assert None not in answer.column("is_member"), "an answer is never unknown"
    return {person: (is_member, flip) for person, is_member, flip in answer.rows}


def _members(answers: Answers) -> set[int]:
    return {person for person, (is_member, _flip) in answers.items() if is_member}


@given(records=worlds, written=trees)
@lawful
def test_a_rule_and_its_negation_divide_everyone(duck: DuckDB, records: Records, written: Row) -> None:
    tables = define(duck, records)
    yes = _answers(duck, written, tables, AT)
    no = _answers(duck, {"not": written}, tables, AT)
    assert _members(yes) | _members(no) == set(PEOPLE)
    assert not _members(yes) & _members(no)
    assert {p: flip for p, (_is, flip) in yes.items()} == {p: flip for p, (_is, flip) in no.items()}


@given(records=worlds, written=trees)
@lawful
def test_an_audience_is_whom_one_finds_by_hand(duck: DuckDB, records: Records, written: Row) -> None:
    tables = define(duck, records)
    wanted = expected(written, records, AT)
    assert _members(_answers(duck, written, tables, AT)) == wanted
    only = duck.run(compiled(members_only(written, tables, Moment(AT)), duck.dialect))
    assert sorted(only.column("person_id")) == sorted(wanted)
    assert duck.run(compiled(count(written, tables, Moment(AT)), duck.dialect)).rows == [(len(wanted),)]


@given(records=worlds, written=trees, minutes=st.lists(st.integers(1, 60 * 24 * 60), min_size=3, max_size=3))
@lawful
def test_nothing_changes_before_the_flip(
    duck: DuckDB, records: Records, written: Row, minutes: list[int]
) -> None:
    now = _answers(duck, written, define(duck, records), AT)
    flips = {flip for _is, flip in now.values() if flip}
    assert all(flip > AT for flip in flips)
    later = [AT + timedelta(minutes=each) for each in minutes]
    for moment in {*later, *(flip - timedelta(microseconds=1) for flip in flips)} - {AT}:
        then = expected(written, records, moment)
        for person, (is_member, flip) in now.items():
            if flip is None or moment < flip:
                assert (person in then) == is_member, f"{person} changed at {moment}, before {flip}"


@given(records=worlds, written=behaviour_leaves | single_leaves)
@lawful
def test_one_condition_flips_at_that_very_moment(duck: DuckDB, records: Records, written: Row) -> None:
    for person, (is_member, flip) in _answers(duck, written, define(duck, records), AT).items():
        if flip and "then not" not in written and "365 days" not in written.values():
            assert (person in expected(written, records, flip)) != is_member


@given(written=trees)
@settings(lawful, max_examples=200)
def test_a_rule_reads_back_from_every_spelling(written: Row) -> None:
    tree = rule(written)
    assert rule(text_of(tree)) == tree
    assert rule(spelled_plainly(tree)) == tree


@pytest.mark.spark
@given(records=worlds, written=trees)
@settings(lawful, max_examples=8, suppress_health_check=list(HealthCheck))
def test_spark_divides_everyone_alike(spark: Engine, duck: DuckDB, records: Records, written: Row) -> None:
    tables = hand_over(duck, records, spark)
    assert _answers(spark, written, tables, AT) == _answers(duck, written, tables, AT)

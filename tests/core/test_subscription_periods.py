"""Which periods do changes of subscriptions amount to? Trials, pauses, unpaid invoices, notices, and late news."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise, permutations
from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import compiled
from dangol.core.rollups.subscriptions import (
    CANCELLED,
    CHANGED,
    CHANGES,
    ENDED,
    FAILED,
    KINDS,
    PAID,
    PAUSED,
    RESUMED,
    STARTED,
    TRIAL_ENDED,
    TRIAL_STARTED,
    subscription_periods,
)

TYPES = {"string": "text", "int64": "bigint"}
SQL = compiled(subscription_periods(ibis.table(CHANGES, name="subscription_changes")), "duckdb")
Told = dict[str, Any]


@pytest.fixture(scope="module")
def duck() -> Iterator[DuckDB]:
    engine = DuckDB()
    yield engine
    engine.close()


def said(day: int, kind: str, **more: Any) -> Told:
    """A change on a day of March."""
    moment = {"changed_at": datetime(2026, 3, day, 9), "changed_on": date(2026, 3, day), "position": day}
    return dict.fromkeys(CHANGES) | {"subscription_id": "s", "person_id": 1, "kind": kind} | moment | more


def started(day: int = 1, **more: Any) -> Told:
    return said(day, STARTED, **({"plan": "pro", "mrr_amount": 10, "currency": "USD"} | more))


def periods(duck: DuckDB, *changes: Told) -> list[tuple[Any, ...]]:
    """Day it starts, day it ends, standing, amount, why it ended."""
    columns = ", ".join(f"{name} {TYPES.get(dtype, dtype)}" for name, dtype in CHANGES.items())
    duck.execute(f"create or replace table subscription_changes ({columns})")
    marks = ", ".join("?" * len(CHANGES))
    for each in changes:
        duck.execute(f"insert into subscription_changes values ({marks})", list(each.values()))
    sql = f"select started_on, ended_on, status, mrr_amount, ended_because from ({SQL}) order by all"
    return [(row[0].day, row[1] and row[1].day, row[2], float(row[3]), row[4]) for row in duck.run(sql).rows]


def test_a_pause_is_a_period_and_the_terms_go_on(duck: DuckDB) -> None:
    assert periods(duck, started(), said(9, PAUSED), said(15, RESUMED), said(20, ENDED, reason="price")) == [
        (1, 9, "active", 10, None), (9, 15, "paused", 10, None), (15, 20, "active", 10, "price"),
    ]  # fmt: skip


def test_an_unpaid_invoice_is_past_due_until_it_is_paid(duck: DuckDB) -> None:
    assert periods(duck, started(), said(5, FAILED), said(7, FAILED), said(9, PAID), said(12, PAID)) == [
        (1, 5, "active", 10, None), (5, 9, "past_due", 10, None), (9, None, "active", 10, None),
    ]  # fmt: skip


def test_a_notice_ends_it_on_its_day(duck: DuckDB) -> None:
    notice = said(5, CANCELLED, ends_on=date(2026, 3, 25), reason="competitor")
    assert periods(duck, started(), notice) == [(1, 25, "active", 10, "competitor")]
    assert periods(duck, started(), notice, said(25, ENDED)) == [(1, 25, "active", 10, "competitor")]


def test_who_goes_on_has_withdrawn_the_notice(duck: DuckDB) -> None:
    notice = said(5, CANCELLED, ends_on=date(2026, 3, 25))
    assert periods(duck, started(), notice, said(8, CHANGED, mrr_amount=20)) == [
        (1, 8, "active", 10, None), (8, None, "active", 20, None),
    ]  # fmt: skip


def test_a_trial_that_is_converted_and_one_that_is_not(duck: DuckDB) -> None:
    trial = said(1, TRIAL_STARTED, plan="pro")
    assert periods(duck, trial, said(8, TRIAL_ENDED)) == [(1, 8, "trial", 0, None)]
    converted = (said(8, TRIAL_ENDED, is_converted=True), started(8, position=99))
    assert periods(duck, trial, *converted) == [(1, 8, "trial", 0, None), (8, None, "active", 10, None)]


def test_of_one_day_the_last_change_holds(duck: DuckDB) -> None:
    first, second = said(5, CHANGED, mrr_amount=20), said(5, CHANGED, mrr_amount=30, position=99)
    assert periods(duck, started(), second, first) == [
        (1, 5, "active", 10, None),
        (5, None, "active", 30, None),
    ]


def test_a_second_life_is_a_new_period(duck: DuckDB) -> None:
    assert periods(duck, started(), said(5, ENDED), said(6, ENDED), started(9, mrr_amount=7)) == [
        (1, 5, "active", 10, None), (9, None, "active", 7, None),
    ]  # fmt: skip


def test_the_order_in_which_changes_come_does_not_matter(duck: DuckDB) -> None:
    changes = [started(), said(9, PAUSED), said(15, RESUMED, mrr_amount=15), said(20, ENDED)]
    answers = {tuple(periods(duck, *order)) for order in permutations(changes)}
    assert len(answers) == 1


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 28), st.sampled_from(KINDS), st.integers(1, 3)), max_size=9))
def test_periods_never_overlap_and_are_never_empty(told: list[tuple[int, str, int]]) -> None:
    engine = DuckDB()
    changes = [said(day, kind, mrr_amount=amount, position=n) for n, (day, kind, amount) in enumerate(told)]
    found = periods(engine, *changes)
    engine.close()
    for start, end, *_ in found:
        assert end is None or start < end
    for (_, end, *_), (start, *_) in pairwise(found):
        assert end is not None
        assert end <= start

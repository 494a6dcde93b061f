"""What must hold of recurring revenue for any business whatever: does the bridge stand, and does nothing else move it?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any

import ibis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.core.calendar import Period
from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import compiled
from dangol.core.metrics import find
from dangol.core.rollups.movements import GAINS, LOSSES
from dangol.core.rollups.recurring import changes, merged, months_of
from dangol.core.rollups.vendor_profiles import PROFILES
from dangol.core.schema import NOUNS

Row = dict[str, Any]
START, AS_OF = date(2025, 1, 1), date(2025, 7, 1)
HALF_A_YEAR = Period(START, AS_OF)
law = settings(derandomize=True, max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def subscription(draw: st.DrawFn) -> Row:
    starts = START + timedelta(days=draw(st.integers(0, 170)))
    lasts = draw(st.none() | st.integers(1, 120))
    ends = None if lasts is None else starts + timedelta(days=lasts)
    return {
        "person_id": draw(st.integers(1, 5)),
        "started_on": starts,
        "ended_on": ends if ends and ends < AS_OF else None,
        "mrr_amount": Decimal(draw(st.integers(0, 4))) * Decimal("10.01"),
        "status": draw(st.sampled_from(["active", "active", "active", "paused", "trial", "past_due"])),
    }


businesses = st.lists(subscription(), min_size=1, max_size=14)


ENGINE = DuckDB()


@cache
def _sql(metric: str, period: Period, **parameters: Any) -> str:
    """One compilation of each question serves every business."""
    tables = {"subscriptions": NOUNS["subscriptions"].table()}
    known = find(metric).build(tables, period=period, as_of=period.end, **parameters)
    return compiled(known, ENGINE.dialect)


def _hold(rows: list[Row]) -> None:
    """Make these rows the subscriptions of the engine."""
    dtypes = NOUNS["subscriptions"].dtypes
    sql_types = {"string": "varchar", "int64": "bigint"}
    columns = ", ".join(
        f"r.{name}::{sql_types.get(dtype, dtype)} as {name}" for name, dtype in dtypes.items()
    )
    filled = [{name: row.get(name) for name in dtypes} for row in rows]
    ENGINE.execute(
        f"create or replace table subscriptions as select {columns} from (select unnest(?) as r)", [filled]
    )


def ask(metric: str, rows: list[Row], period: Period = HALF_A_YEAR, **parameters: Any) -> list[Row]:
    _hold(rows)
    return ENGINE.run(_sql(metric, period, **parameters)).records()


def bridge(rows: list[Row], **parameters: Any) -> list[Row]:
    return ask("mrr_movements", rows, **parameters)


@law
@given(rows=businesses, profile=st.sampled_from(sorted(PROFILES)))
def test_the_bridge_stands_and_each_month_starts_where_the_last_one_ended(
    rows: list[Row], profile: str
) -> None:
    months = bridge(rows, profile=profile)
    for row in months:
        gained, lost = (sum(row[f"{name}_amount"] for name in names) for names in (GAINS, LOSSES))
        assert row["start_amount"] + gained - lost == row["end_amount"]
        came = row["new_count"] + row["reactivation_count"] + row["resume_count"]
        assert row["start_count"] + came - row["pause_count"] - row["churn_count"] == row["end_count"]
        assert all(value >= 0 for name, value in row.items() if name.endswith(("_amount", "_count")))
    for earlier, later in pairwise(months):
        assert earlier["end_amount"] == later["start_amount"]
        assert earlier["end_count"] == later["start_count"]


@law
@given(rows=businesses)
def test_no_more_leaves_than_was_there(rows: list[Row]) -> None:
    for row in bridge(rows):
        assert sum(row[f"{name}_amount"] for name in LOSSES) <= row["start_amount"]
        assert row["churn_count"] <= row["start_count"]


@law
@given(rows=businesses, months=st.sampled_from([1, 3]))
def test_gross_retention_is_at_most_one_and_at_most_net(rows: list[Row], months: int) -> None:
    net = ask("net_dollar_retention", rows, months=months)
    gross = ask("gross_dollar_retention", rows, months=months)
    for n, g in zip(net, gross, strict=True):
        parts = n["expansion_amount"] - n["contraction_amount"] - n["pause_amount"] - n["churn_amount"]
        assert n["then_amount"] + parts == n["now_amount"]
        if g["rate"] is None:
            assert (n["rate"], n["reason"]) == (None, g["reason"])
        else:
            assert 0 <= g["rate"] <= min(1, n["rate"]) + 1e-12


@law
@given(rows=businesses)
def test_a_month_back_both_paths_tell_the_same(rows: list[Row]) -> None:
    """The retention of one month, from two moments laid over each other, is the bridge of that month."""
    moved = bridge(rows)
    kept = ask("net_dollar_retention", rows, months=1)
    for row, back in zip(moved, kept, strict=True):
        assert row["start_amount"] == back["then_amount"]
        for name in ("expansion", "contraction", "pause", "churn"):
            came = row["resume_amount"] if name == "expansion" else Decimal(0)
            assert row[f"{name}_amount"] <= back[f"{name}_amount"] <= row[f"{name}_amount"] + came


@law
@given(rows=businesses, profile=st.sampled_from(sorted(PROFILES)), seed=st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_the_names_of_people_matter(
    rows: list[Row], profile: str, seed: Any
) -> None:
    renamed = [row | {"person_id": 1000 - 7 * row["person_id"]} for row in rows]
    seed.shuffle(renamed)
    assert bridge(renamed, profile=profile) == bridge(rows, profile=profile)


def _split(row: Row) -> list[Row]:
    """The same terms in two rows that touch."""
    last = (row["ended_on"] or AS_OF) - timedelta(days=1)
    middle = row["started_on"] + (last - row["started_on"]) // 2
    if middle <= row["started_on"]:
        return [row]
    return [row | {"ended_on": middle}, row | {"started_on": middle}]


@law
@given(rows=businesses, profile=st.sampled_from(["playbook", "chartmogul", "stripe", "profitwell"]))
def test_a_row_split_into_two_that_touch_changes_nothing(rows: list[Row], profile: str) -> None:
    """Not for baremetrics, whose thirty days of grace are counted from the start of a past-due row."""
    assert bridge([part for row in rows for part in _split(row)], profile=profile) == bridge(
        rows, profile=profile
    )


@law
@given(rows=businesses, years=st.integers(1, 3))
def test_everything_a_year_later_is_the_same_a_year_later(rows: list[Row], years: int) -> None:
    days = (START.replace(year=START.year + 4 * years) - START).days

    def later(day: date | None) -> date | None:
        return day and day + timedelta(days=days)

    moved = [
        row | {"started_on": later(row["started_on"]), "ended_on": later(row["ended_on"])} for row in rows
    ]
    start, end = later(START), later(AS_OF)
    assert start is not None
    assert end is not None
    shifted = bridge(moved, period=Period(start, end))
    drop = ("starts_on", "ends_on")
    assert [_without(row, drop) for row in shifted] == [_without(row, drop) for row in bridge(rows)]


def _without(row: Row, names: tuple[str, ...]) -> Row:
    return {name: value for name, value in row.items() if name not in names}


@law
@given(rows=businesses, cut=st.integers(0, 14))
def test_two_ledgers_merged_are_the_ledger_of_both(rows: list[Row], cut: int) -> None:
    _hold(rows)
    table = NOUNS["subscriptions"].table()
    day = START + timedelta(days=12 * cut)

    def ledger(part: Callable[[Any], Any]) -> Any:
        return changes(table.filter(part(table)), PROFILES["playbook"], months_of(HALF_A_YEAR), AS_OF)

    early, late = ledger(lambda t: t.started_on < day), ledger(lambda t: t.started_on >= day)
    both, whole = merged(early, late), ledger(lambda _: ibis.literal(value=True))
    assert sorted(_rows(both)) == sorted(_rows(whole))


def _rows(table: Any) -> list[Any]:
    return ENGINE.run(compiled(table, ENGINE.dialect)).rows

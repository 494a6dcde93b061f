"""Do the customer metrics obey the laws of counting people, whatever the data?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis.expr.types import Table

from dangol.core.calendar import Grain, Period
from dangol.core.engine import Answer
from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import compiled
from dangol.core.metrics import find
from dangol.core.rollups.activity import activity_of_orders
from dangol.core.rollups.stays import stays_of_orders, stays_of_subscriptions
from dangol.core.rollups.tenures import tenures_of_orders, tenures_of_subscriptions
from dangol.core.schema import NOUNS
from tests_support.compare import assert_same_rows

START, AS_OF = date(2025, 1, 6), date(2025, 6, 30)
PERIOD = Period(date(2025, 2, 3), AS_OF)
Span = tuple[int, int, int, str | None]
"""Person, first day and length in days (0 or less: still running), and why it ended."""
Purchase = tuple[int, int, int]
"""Person, day and amount; below 0 for a return."""

days = st.integers(0, (AS_OF - START).days - 1)
spans = st.lists(
    st.tuples(
        st.integers(1, 6),
        days,
        st.integers(-20, 90),
        st.sampled_from([None, "price", "폐업", "card declined"]),
    ),
    max_size=14,
)
purchases = st.lists(st.tuples(st.integers(1, 6), days, st.integers(-30, 300)), max_size=30)
lawful = settings(derandomize=True, max_examples=15, deadline=None)

SUBSCRIPTION_METRICS = ("customer_retention_rate", "customer_churn_rate", "churn_by_reason", "avoidable_churn", "leaky_bucket", "leak_holes")  # fmt: skip
ORDER_METRICS = (
    "repeat_purchase_rate", "first_to_second_purchase", "purchase_frequency", "purchase_interval",
    "new_and_existing_spend", "rfm", "active_users", "lifecycle_states", "lifecycle_flows", "leaky_bucket",
    "leak_holes",
)  # fmt: skip


@pytest.fixture(scope="module")
def duck() -> Any:
    engine = DuckDB(threads=1)
    yield engine
    engine.close()


def _tables(as_of: date, *, is_shop: bool) -> dict[str, Table]:
    tables = {name: NOUNS[name].table() for name in ("orders", "subscriptions", "people")}
    shop = (tables["orders"], 30, as_of)
    tables["activity"] = activity_of_orders(tables["orders"])
    tables["tenures"] = (
        tenures_of_orders(*shop) if is_shop else tenures_of_subscriptions(tables["subscriptions"])
    )
    tables["stays"] = stays_of_orders(*shop) if is_shop else stays_of_subscriptions(tables["subscriptions"])
    return tables


@cache
def _sql(name: str, is_shop: bool, weeks: int, grain: Grain, settings: tuple[tuple[str, Any], ...]) -> str:
    """The metric's SQL, everything moved by so many weeks; compiled once, run on every example."""
    shift = timedelta(weeks=weeks)
    metric = find(name)
    defaults = {
        "period": Period(PERIOD.start + shift, PERIOD.end + shift),
        "as_of": AS_OF + shift,
        "grain": grain,
        "min_buyers": 2,
    }
    given = {key: value for key, value in defaults.items() if key in metric.parameters} | dict(settings)
    return compiled(metric.build(_tables(AS_OF + shift, is_shop=is_shop), **given), "duckdb")


def _ask(
    duck: DuckDB,
    name: str,
    *,
    is_shop: bool = False,
    weeks: int = 0,
    grain: Grain = Grain.WEEK,
    **settings: Any,
) -> Answer:
    return duck.run(_sql(name, is_shop, weeks, grain, tuple(settings.items())))


def _fill(duck: DuckDB, noun: str, rows: list[dict[str, str]]) -> None:
    """The rows, SQL by column, as the view of a noun."""
    types = {"int64": "bigint", "float64": "double", "string": "varchar"}
    dtypes = NOUNS[noun].dtypes
    lines = [
        "select "
        + ", ".join(f"cast({row.get(c, 'null')} as {types.get(t, t)}) as {c}" for c, t in dtypes.items())
        for row in [*rows, {"person_id": "-1"}]
    ]
    duck.define(noun, f"select * from ({' union all '.join(lines)}) where person_id > 0")


def _subscribe(duck: DuckDB, rows: list[Span], weeks: int = 0) -> None:
    shift = timedelta(weeks=weeks)
    written = []
    for person, first, length, why in rows:
        start = START + timedelta(days=first) + shift
        end = start + timedelta(days=length)
        over = length > 0 and end < AS_OF + shift
        written.append({
            "person_id": str(person), "started_on": f"date '{start}'", "status": "'active'", "mrr_amount": str(10 + length % 3),
            "ended_on": f"date '{end}'" if over else "null",
            "ended_because": f"'{why}'" if over and why else "null",
        })  # fmt: skip
    _fill(duck, "subscriptions", written)
    _fill(
        duck,
        "people",
        [{"person_id": str(p), "channel": f"'c{p % 2}'"} for p in sorted({row[0] for row in rows})],
    )


def _buy(duck: DuckDB, rows: list[Purchase], weeks: int = 0) -> None:
    shift = timedelta(weeks=weeks)
    written = [
        {"person_id": str(p), "ordered_on": f"date '{START + timedelta(days=d) + shift}'", "amount": str(a),
         "is_return": str(a < 0)}
        for p, d, a in rows
    ]  # fmt: skip
    _fill(duck, "orders", written)
    _fill(duck, "people", [{"person_id": str(p)} for p in sorted({row[0] for row in rows})])


def _counts(answer: Answer, *keys: str) -> Counter[tuple[Any, ...]]:
    """Every count of an answer under its keys: what adds up over disjoint people."""
    sums: Counter[tuple[Any, ...]] = Counter()
    for row in answer:
        key = tuple(row[k] for k in keys)
        for column, value in row.items():
            if column.endswith("_count") and not column.startswith("mean"):
                sums[*key, column] += value
    return +sums


def _in_at(rows: list[Span], day: date) -> set[int]:
    """Who is a customer just before a day begins, by the definition."""
    inside = set()
    for person, first, length, _why in rows:
        start = START + timedelta(days=first)
        end = start + timedelta(days=length)
        over = length > 0 and end < AS_OF
        if start < day and (not over or end >= day):
            inside.add(person)
    return inside


@lawful
@given(rows=spans)
def test_retention_equals_sets_of_people(duck: DuckDB, rows: list[Span]) -> None:
    _subscribe(duck, rows)
    for row in _ask(duck, "customer_retention_rate"):
        start, end = _in_at(rows, row["starts_on"]), _in_at(rows, row["ends_on"])
        assert (row["start_count"], row["end_count"], row["kept_count"]) == (
            len(start),
            len(end),
            len(start & end),
        )


@lawful
@given(rows=spans)
def test_kept_and_lost_make_one(duck: DuckDB, rows: list[Span]) -> None:
    _subscribe(duck, rows)
    pairs = zip(_ask(duck, "customer_retention_rate"), _ask(duck, "customer_churn_rate"), strict=True)
    for kept, lost in pairs:
        assert kept["reason"] == lost["reason"]
        assert kept["rate"] is None or kept["rate"] + lost["rate"] == pytest.approx(1.0, abs=1e-15)


def _conserves(answer: Answer) -> None:
    before = None
    for row in answer:
        assert before in (None, row["start_count"])
        before = row["start_count"] + row["new_count"] + row["returned_count"] - row["lost_count"]
        assert before == row["end_count"]


@lawful
@given(rows=spans)
def test_nobody_appears_or_vanishes_in_the_bucket(duck: DuckDB, rows: list[Span]) -> None:
    _subscribe(duck, rows)
    _conserves(_ask(duck, "leaky_bucket"))


@lawful
@given(rows=purchases)
def test_nobody_appears_or_vanishes_in_a_shop(duck: DuckDB, rows: list[Purchase]) -> None:
    _buy(duck, rows)
    _conserves(_ask(duck, "leaky_bucket", is_shop=True))


@lawful
@given(rows=spans)
def test_the_holes_are_the_whole_outflow(duck: DuckDB, rows: list[Span]) -> None:
    _subscribe(duck, rows)
    bucket = _ask(duck, "leaky_bucket")
    outflow = (sum(bucket.column("lost_count")), sum(bucket.column("outflow_amount"), Decimal(0)))
    for by in ("tenure", "reason", "plan", "channel"):
        holes = _ask(duck, "leak_holes", by=by)
        assert (sum(holes.column("lost_count")), sum(holes.column("lost_amount"), Decimal(0))) == outflow
        assert [row["place"] for row in holes] == list(range(1, len(holes) + 1))
    causes = _ask(duck, "churn_by_reason")
    assert (sum(causes.column("lost_count")), sum(causes.column("lost_amount"), Decimal(0))) == outflow
    kinds = _ask(duck, "avoidable_churn")
    for row in kinds:
        parts = (row[f"{kind}_count"] for kind in ("avoidable", "involuntary", "natural", "unknown"))
        assert sum(parts) == row["lost_count"]


@lawful
@given(rows=spans)
def test_weeks_add_up_to_the_year(duck: DuckDB, rows: list[Span]) -> None:
    _subscribe(duck, rows)
    flows = ("new_count", "returned_count", "lost_count")
    inside = Period(date(2025, 1, 1), date(2026, 1, 1))
    by_month = _ask(duck, "leaky_bucket", grain=Grain.MONTH, period=inside)
    (year,) = _ask(duck, "leaky_bucket", grain=Grain.YEAR, period=inside).records()
    assert [sum(by_month.column(name)) for name in flows] == [year[name] for name in flows]


@lawful
@given(rows=purchases)
def test_everybody_is_in_one_state_and_flows_conserve(duck: DuckDB, rows: list[Purchase]) -> None:
    _buy(duck, rows)
    stock: Counter[str] = Counter()
    flows: dict[date, list[dict[str, Any]]] = {}
    for row in _ask(duck, "lifecycle_flows"):
        flows.setdefault(row["starts_on"], []).append(row)
    started = False
    for _day, moved in sorted(flows.items()):
        left: Counter[str] = Counter()
        now: Counter[str] = Counter()
        for row in moved:
            left[row["from_state"]] += row["people_count"]
            now[row["to_state"]] += row["people_count"]
        left.pop("outside", None)
        assert not started or left == stock
        stock, started = now, True
    ever = {person for person, _d, amount in rows if amount >= 0}
    assert not started or stock.total() == len(ever)
    states = _ask(duck, "lifecycle_states", window_days=7)
    assert sum(states.column("people_count")) == len(ever)


@lawful
@given(rows=purchases)
def test_the_last_flows_end_in_the_states_of_the_day(duck: DuckDB, rows: list[Purchase]) -> None:
    """A week that ends on the day is the window of seven days before it: the two metrics are one definition."""
    _buy(duck, rows)
    stock: Counter[str] = Counter()
    for row in _ask(duck, "lifecycle_flows"):
        if row["ends_on"] == AS_OF:
            stock[row["to_state"]] += row["people_count"]
    states = _ask(duck, "lifecycle_states", window_days=7)
    assert stock == +Counter({row["state"]: row["people_count"] for row in states})


@lawful
@given(rows=purchases)
def test_rolling_activity_is_the_same_as_counting(duck: DuckDB, rows: list[Purchase]) -> None:
    _buy(duck, rows)
    bought = {(person, START + timedelta(days=day)) for person, day, amount in rows if amount >= 0}
    for row in _ask(duck, "active_users", window_days=9):
        behind = {p for p, day in bought if row["day"] - timedelta(days=9) < day <= row["day"]}
        assert row["active_count"] == len(behind)


ADDITIVE: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("leaky_bucket", ("starts_on",), False),
    ("churn_by_reason", ("starts_on", "cause"), False),
    ("leak_holes", ("hole",), False),
    ("customer_churn_rate", ("starts_on",), False),
    ("leaky_bucket", ("starts_on",), True),
    ("lifecycle_states", ("state",), True),
    ("lifecycle_flows", ("starts_on", "from_state", "to_state"), True),
    ("active_users", ("day",), True),
    ("repeat_purchase_rate", (), True),
    ("first_to_second_purchase", ("within_days",), True),
    ("purchase_frequency", ("starts_on",), True),
    ("new_and_existing_spend", ("starts_on",), True),
)


@pytest.mark.parametrize(("name", "keys", "is_shop"), ADDITIVE)
@settings(lawful, max_examples=4)
@given(subscribed=spans, bought=purchases)
def test_disjoint_groups_add_up(
    duck: DuckDB,
    name: str,
    keys: tuple[str, ...],
    is_shop: bool,
    subscribed: list[Span],
    bought: list[Purchase],
) -> None:
    rows: list[Any] = bought if is_shop else subscribed
    write: Callable[[DuckDB, list[Any]], None] = _buy if is_shop else _subscribe
    parts: Counter[tuple[Any, ...]] = Counter()
    for odd in (0, 1):
        write(duck, [row for row in rows if row[0] % 2 == odd])
        parts += _counts(_ask(duck, name, is_shop=is_shop), *keys)
    write(duck, rows)
    assert _counts(_ask(duck, name, is_shop=is_shop), *keys) == parts


EACH = [(name, False) for name in SUBSCRIPTION_METRICS] + [(name, True) for name in ORDER_METRICS]


@pytest.mark.parametrize(("name", "is_shop"), EACH)
@settings(lawful, max_examples=4)
@given(subscribed=spans, bought=purchases)
def test_neither_row_order_nor_labels_matter(
    duck: DuckDB, name: str, is_shop: bool, subscribed: list[Span], bought: list[Purchase]
) -> None:
    rows: list[Any] = bought if is_shop else subscribed
    write: Callable[[DuckDB, list[Any]], None] = _buy if is_shop else _subscribe
    write(duck, rows)
    before = _ask(duck, name, is_shop=is_shop)
    write(duck, [(1000 - 7 * row[0], *row[1:]) for row in reversed(rows)])
    assert_same_rows(before, _ask(duck, name, is_shop=is_shop))


@pytest.mark.parametrize(("name", "is_shop"), EACH)
@settings(lawful, max_examples=3)
@given(subscribed=spans, bought=purchases, weeks=st.just(31))
def test_time_shifted_by_weeks_shifts_the_answer(
    duck: DuckDB, name: str, is_shop: bool, subscribed: list[Span], bought: list[Purchase], weeks: int
) -> None:
    rows: list[Any] = bought if is_shop else subscribed
    write: Callable[..., None] = _buy if is_shop else _subscribe
    write(duck, rows)
    here = _ask(duck, name, is_shop=is_shop)
    write(duck, rows, weeks)
    there = _ask(duck, name, is_shop=is_shop, weeks=weeks)
    back = [
        tuple(value - timedelta(weeks=weeks) if isinstance(value, date) else value for value in row)
        for row in there.rows
    ]
    assert_same_rows(here, Answer(there.columns, back))

"""On which small worlds and random rules are audiences tried? People with gaps, events in and out of windows."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import ibis
from hypothesis import strategies as st
from ibis.expr.types import Table

from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import Engine
from dangol.core.schema import NOUNS

AT = datetime(2025, 3, 10)
"""When the rules are asked: the start of a day."""

Row = dict[str, Any]
Records = dict[str, list[Row]]

EVENTS = ("Report Viewed", "보고서 열람", "Signed Up")
_SQL = {"int64": "bigint", "float64": "double", "string": "varchar"}


def define(engine: DuckDB, records: Records) -> dict[str, Table]:
    """The records as views of typed nouns, and the unbound tables over them."""
    for name, rows in records.items():
        dtypes = NOUNS[name].dtypes
        types = {column: _SQL.get(dtype, dtype) for column, dtype in dtypes.items()}
        selects = [
            "select " + ", ".join(f"cast({_sql(row.get(c))} as {types[c]}) as {c}" for c in dtypes)
            for row in [*rows, {}]
        ]
        required = NOUNS[name].columns[0].name if name != "orders" else "person_id"
        union = " union all ".join(selects)
        engine.define(name, f"select * from ({union}) t where {required} is not null")
    return {name: ibis.table(dict(NOUNS[name].dtypes), name=name) for name in records}


def hand_over(duck: DuckDB, records: Records, target: Engine) -> dict[str, Table]:
    """The same tables on another engine, by way of Parquet: its plans stay small."""
    tables = define(duck, records)
    place = duck.folder / uuid.uuid4().hex
    for name in records:
        duck.write_parquet(f"select * from {name}", place / name)
        target.read_parquet(name, place / name)
    return tables


def _sql(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, (bool, int, float, Decimal)):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


_moments = st.integers(-40 * 24, -1).map(lambda hours: AT + timedelta(hours=hours)) | st.integers(
    -40, -1
).map(lambda days: AT + timedelta(days=days))
_days = st.integers(-800, 20).map(lambda days: AT.date() + timedelta(days=days))
_amounts = st.none() | st.integers(-3, 20).map(lambda n: Decimal(n) / 2)
_traits = st.none() | st.fixed_dictionaries(
    {},
    optional={
        "city": st.sampled_from(["Seoul", "부산", "", "12", None]),
        "visits": st.sampled_from([0, 3, 7.5, "9", "many", True, None]),
        "renews": st.sampled_from(["2025-03-01", "2025-03-10", "2025-03-12T10:00:00", "soon", "2024-02-29"]),
    },
).map(lambda fields: json.dumps(fields, ensure_ascii=False))


def _person(number: int) -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries(
        {
            "person_id": st.just(number),
            "external_id": st.just(f"c{number}"),
            "plan": st.sampled_from([None, "", "pro", "프로", "basic"]),
            "email": st.sampled_from([None, "a@x.kr", "b@y.com", "A@x.kr"]),
            "joined_on": st.none() | _days,
            "account_id": st.sampled_from([None, "acme", "blue", "gone"]),
            "referrer_id": st.sampled_from([None, 1, 2]),
            "traits": _traits,
        }
    )


def _row(*people: int) -> dict[str, st.SearchStrategy[Any]]:
    return {"person_id": st.sampled_from(people), "amount": _amounts}


def _dated(row: Row, at: str, on: str) -> Row:
    return row | {on: row[at].date()}


PEOPLE = (1, 2, 3, 4, 5)
_events = st.fixed_dictionaries(
    _row(*PEOPLE)
    | {"name": st.sampled_from(EVENTS), "occurred_at": _moments, "object_id": st.sampled_from([None, "x", "y"]),
       "properties": st.none() | st.sampled_from(['{"rating": 4}', '{"rating": "2", "tag": "a b"}', "{}"])}
).map(lambda row: _dated(row, "occurred_at", "occurred_on"))  # fmt: skip
_orders = st.fixed_dictionaries(
    _row(*PEOPLE) | {"ordered_at": _moments, "is_return": st.booleans(), "channel": st.sampled_from([None, "web"])}
).map(lambda row: _dated(row, "ordered_at", "ordered_on"))  # fmt: skip
_tickets = st.fixed_dictionaries(
    {"person_id": st.sampled_from(PEOPLE), "ticket_id": st.just("t"), "opened_at": _moments,
     "resolved_at": st.none() | _moments, "topic": st.sampled_from([None, "billing"])}
).map(lambda row: _dated(row, "opened_at", "opened_on"))  # fmt: skip
_scores = st.fixed_dictionaries(
    {"person_id": st.sampled_from(PEOPLE), "name": st.sampled_from(["churn", "value"]),
     "value": st.none() | st.sampled_from([0.1, 0.5, 0.9]), "band": st.sampled_from([None, "high", "low"]),
     "scored_on": _days.filter(lambda day: day < AT.date())}
)  # fmt: skip

worlds: st.SearchStrategy[Records] = st.fixed_dictionaries(
    {
        "people": st.tuples(*map(_person, PEOPLE)).map(list),
        "accounts": st.just(
            [
                {"account_id": "acme", "industry": "retail", "seats_count": 3, "traits": '{"tier": "A"}'},
                {
                    "account_id": "blue",
                    "industry": None,
                    "seats_count": None,
                    "created_on": date(2024, 3, 12),
                },
            ]
        ),
        "events": st.lists(_events, max_size=14),
        "orders": st.lists(_orders, max_size=10),
        "tickets": st.lists(_tickets, max_size=4),
        "scores": st.lists(
            _scores, max_size=5, unique_by=lambda row: (row["person_id"], row["name"], row["scored_on"])
        ),
    }
)

_spans = st.sampled_from(["1 day", "7 days", "2 weeks", "36 hours", "1 month", "30 days"])
_event = st.sampled_from([*EVENTS, "Order Completed", "Order Refunded", "Ticket Opened", "Ticket Resolved"])
_literal_days = _days


def _leaf(*parts: Any) -> st.SearchStrategy[Row]:
    """One dict out of several, each fixed or drawn."""
    drawn = [part if isinstance(part, st.SearchStrategy) else st.just(part) for part in parts]
    return st.tuples(*drawn).map(lambda dicts: {k: v for each in dicts for k, v in each.items()})


def _one(**words: st.SearchStrategy[Any]) -> st.SearchStrategy[Row]:
    return st.one_of(*(value.map(lambda v, w=w: {w.replace("_", " "): v}) for w, value in words.items()))


_true = st.just(True)
_texts = st.sampled_from(["pro", "프로", "Seoul", "12", "a", "@x"])
_text_tests = {
    "is": _texts, "is_not": _texts, "any_of": st.lists(_texts, min_size=1, max_size=3),
    "none_of": st.lists(_texts, min_size=1, max_size=3), "contains": _texts, "starts_with": _texts,
    "ends_with": st.sampled_from([".kr", "o"]), "is_set": _true, "is_empty": _true,
}  # fmt: skip
_numbers = st.sampled_from([0, 1, 2.5, 3, 7.5, 9])
_pairs = st.tuples(_numbers, _numbers).map(sorted)
_number_tests = {"over": _numbers, "under": _numbers, "between": _pairs}
_day_tests = {
    "before": _literal_days, "after": _literal_days, "between": st.tuples(_literal_days, _literal_days).map(sorted),
    "within_the_last": _spans, "within_the_next": _spans,
    "anniversary_within": st.sampled_from(["1 day", "7 days", "2 months", "365 days"]),
}  # fmt: skip

trait_leaves = st.one_of(
    _leaf({"trait": "plan"}, _one(**_text_tests)),
    _leaf({"trait": "email"}, _one(**_text_tests)),
    _leaf({"trait": "traits.city"}, _one(**_text_tests)),
    _leaf({"trait": "traits.visits"}, _one(**_number_tests, **{"is": _numbers, "is_not": _numbers})),
    _leaf({"trait": "referrer_id"}, _one(**_number_tests, is_set=_true)),
    _leaf({"trait": "joined_on"}, _one(**_day_tests, is_empty=_true)),
    _leaf({"trait": "traits.renews"}, _one(**_day_tests)),
    _leaf({"account trait": "industry"}, _one(**_text_tests)),
    _leaf({"account trait": "traits.tier"}, _one(**{"is": st.sampled_from(["A", "B"]), "is_empty": _true})),
    _leaf({"account trait": "created_on"}, _one(anniversary_within=st.just("7 days"), is_set=_true)),
    _leaf({"score": "churn"}, _one(**_number_tests, is_empty=_true)),
    _leaf({"band": "value"}, _one(**{"is": st.sampled_from(["high", "low"]), "is_not": st.just("high")})),
    _leaf({"random": "spring"}, _one(under=st.sampled_from([10, 50]), between=st.just([20, 80]))),
)
_heads = st.sampled_from(["did", "did not", "account did", "account did not"])
_windows = st.one_of(
    st.just({}),
    _one(within_the_last=_spans),
    _one(since=_literal_days),
    _one(during=st.tuples(_literal_days, _literal_days).map(sorted)),
)
_measures = st.one_of(
    st.just({}),
    _one(at_least=st.integers(0, 3), at_most=st.integers(0, 3), exactly=st.integers(0, 3)),
    _leaf({"total": "amount"}, _one(**_number_tests)),
    _leaf({"average": "amount"}, _one(**_number_tests)),
)
_with_amount = st.sampled_from([*EVENTS, "Order Completed", "Order Refunded"])
_where = st.one_of(
    st.just({}), st.just({}),
    _one(**_number_tests).map(lambda test: {"where": [{"property": "amount"} | test]}),
)  # fmt: skip
_ratings = _one(**_number_tests).map(lambda test: {"where": [{"property": "rating"} | test]})


def _head(heads: st.SearchStrategy[str], events: st.SearchStrategy[str]) -> st.SearchStrategy[Row]:
    return st.tuples(heads, events).map(lambda pair: {pair[0]: pair[1]})


behaviour_leaves = st.one_of(
    _leaf(_head(_heads, _event), _windows),
    _leaf(_head(_heads, _with_amount), _where, _measures, _windows),
    _leaf(_head(_heads, st.sampled_from(EVENTS)), _ratings, _windows),
    _leaf(
        _head(st.sampled_from(["first did", "last did", "account first did", "account last did"]), _event),
        _one(before=_literal_days, after=_literal_days, within_the_last=_spans),
    ),
    _leaf(
        _head(st.sampled_from(["did", "account did"]), _event),
        _one(then=_event, then_not=_event),
        {"within": "2 days"},
        _one(within_the_last=st.sampled_from(["7 days", "30 days"])) | st.just({}),
    ),
)
single_leaves = trait_leaves | behaviour_leaves
trees = st.recursive(
    single_leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda rules: {"all": rules}),
        st.lists(inner, min_size=1, max_size=3).map(lambda rules: {"any": rules}),
        inner.map(lambda rule: {"not": rule}),
    ),
    max_leaves=5,
)

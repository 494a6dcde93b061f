"""How does a loose relation become a typed noun? Columns cast, defaults filled, people numbered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dangol.core.engine.duck import DuckDB
from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.schema import NOUNS, Noun

_SQL_TYPES = {"string": "varchar", "int64": "bigint", "float64": "double", "decimal(18, 4)": "decimal(18, 4)"}

# What a column is when the source does not have it: SQL over the columns it does have.
_DERIVED: Mapping[tuple[str, str], str] = {
    ("orders", "is_return"): "coalesce(try_cast(amount as double) < 0, false)",
    ("subscriptions", "status"): "'active'",
}


def stage_records(duck: DuckDB, tables: Mapping[str, Any]) -> frozenset[str]:
    """Make a typed table `staged_NOUN` of each noun given as records or as anything DuckDB can scan."""
    for name, source in tables.items():
        if name not in NOUNS:
            raise UnknownNameError("table", name, NOUNS)
        _register(duck, f"loose_{name}", source, NOUNS[name])
    _number_people(duck, tables)
    for name in tables:
        if name != "people":
            _type(duck, NOUNS[name])
    return frozenset(tables) | {"people"}


def _register(duck: DuckDB, name: str, source: Any, noun: Noun) -> None:
    if not isinstance(source, Sequence):
        duck.connection.register(name, source)
        return
    columns = list(dict.fromkeys(key for row in source for key in row)) or list(noun.dtypes)
    unknown = [column for column in columns if column not in noun.dtypes]
    if unknown:
        raise UnknownNameError(f"column of {noun.name}", unknown[0], noun.dtypes)
    fields = ", ".join(f"r.{column}" for column in columns)
    rows = [{column: row.get(column) for column in columns} for row in source]
    if not rows:
        duck.execute(
            f"create table {name} as select {', '.join(f'null as {c}' for c in columns)} where false"
        )
        return
    duck.execute(f"create table {name} as select {fields} from (select unnest(?) as r)", [rows])


def _number_people(duck: DuckDB, tables: Mapping[str, Any]) -> None:
    """Whole-number ids stay as they are; any other id gets a number, in the order of the ids."""
    with_people = [n for n in tables if "person_id" in NOUNS[n].dtypes]
    union = " union ".join(
        f"select distinct person_id::varchar as external_id from loose_{n}" for n in with_people
    )
    union = union or "select null::varchar as external_id where false"
    duck.execute(
        f"create table person_numbers as with ids as (select * from ({union}) where external_id is not null), "
        "whole as (select bool_and(try_cast(external_id as bigint) is not null "
        "and try_cast(external_id as bigint)::varchar = external_id) as yes from ids) "
        "select external_id, case when whole.yes then try_cast(external_id as bigint) "
        "else row_number() over (order by external_id) end as person_id from ids, whole"
    )
    if "people" in tables:
        _type(duck, NOUNS["people"])
        return
    columns = ", ".join(
        name if name in ("person_id", "external_id") else f"null::{_sql_type(dtype)} as {name}"
        for name, dtype in NOUNS["people"].dtypes.items()
    )
    duck.execute(f"create table staged_people as select {columns} from person_numbers")


def _type(duck: DuckDB, noun: Noun) -> None:
    """`loose_NOUN` with every column of the noun, cast, under the name `staged_NOUN`."""
    have = {row[0] for row in duck.execute(f"describe loose_{noun.name}").fetchall()}
    exprs = [f"{_expression(noun, name, have)} as {name}" for name in noun.dtypes]
    join = (
        "join person_numbers p on p.external_id = l.person_id::varchar" if "person_id" in noun.dtypes else ""
    )
    duck.execute(
        f"create table staged_{noun.name} as select {', '.join(exprs)} from loose_{noun.name} l {join}"
    )


def _expression(noun: Noun, name: str, have: set[str]) -> str:
    target = _sql_type(noun.dtypes[name])
    if name == "person_id":
        return "p.person_id"
    if name == "external_id":
        return "p.external_id"
    if name in have:
        value = f"l.{name}::{target}"
        default = _DERIVED.get((noun.name, name))
        return f"coalesce({value}, {default})" if default else value
    if (noun.name, name) in _DERIVED:
        return _DERIVED[noun.name, name]
    twin = name[:-3] + ("_at" if name.endswith("_on") else "_on")
    if name.endswith(("_on", "_at")) and twin in have and noun[name].is_required:
        return f"l.{twin}::{target}"
    if noun[name].is_required:
        raise RequestError(
            f"The table {noun.name} was given.",
            f"It has no column {name}, without which it says nothing.",
            f"Give at least {', '.join(c.name for c in noun.columns if c.is_required)}.",
        )
    return f"null::{target}"


def _sql_type(dtype: str) -> str:
    return _SQL_TYPES.get(dtype, dtype)

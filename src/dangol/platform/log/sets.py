"""How does a set of values become one parameter of a query, on SQLite and on PostgreSQL?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from django.db import connection


def is_postgresql() -> bool:
    """Whether the operational database is PostgreSQL."""
    return connection.vendor == "postgresql"


def member_of(dtype: str) -> str:
    """SQL for `column IN (set)` after the column; the set is one parameter, made by `as_set`."""
    return f"= any(%s::{dtype}[])" if is_postgresql() else "in (select value from json_each(%s))"


def as_set(values: Iterable[Any]) -> Any:
    """The values as the parameter that `member_of` and `rows_of` read."""
    return list(values) if is_postgresql() else msgspec.json.encode(list(values)).decode()


def rows_of(columns: Sequence[tuple[str, str]]) -> str:
    """SQL of a derived table `given` with these columns (name, type), one parameter a column on PostgreSQL.

    On SQLite it is one parameter: a list of rows. `as_rows` makes the parameters for both.
    """
    names = ", ".join(name for name, _ in columns)
    if is_postgresql():
        arrays = ", ".join(f"%s::{dtype}[]" for _, dtype in columns)
        return f"(select * from unnest({arrays}) as u({names})) as given"
    fields = ", ".join(f"json_extract(value, '$[{n}]') as {name}" for n, (name, _) in enumerate(columns))
    return f"(select {fields} from json_each(%s)) as given"


def as_rows(rows: Sequence[Sequence[Any]]) -> list[Any]:
    """The parameters of `rows_of`."""
    if is_postgresql():
        return [list(column) for column in zip(*rows, strict=True)]
    return [msgspec.json.encode(rows).decode()]


def cut(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Slices of at most `size`."""
    return (rows[start : start + size] for start in range(0, len(rows), size))

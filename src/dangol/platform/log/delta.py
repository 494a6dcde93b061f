"""How do rows become part of a Delta table? DuckDB writes the files, one Delta commit says that they count.

A commit carries the position up to which the table then holds everything. A file that was written for a commit
that never came is seen by no reader and goes with the next vacuum.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from dangol.core.engine.duck import DuckDB, quoted
from dangol.platform.kernel import clock
from dangol.platform.log.lake import APP, forget, opened_table, table_path
from dangol.platform.log.segments import make_durable
from dangol.platform.log.space import check_space

MONTH: Final = "month"
"""The partition column: the month in which a row happened, such as 2026-11; not in the files."""
ROW_GROUP: Final = 122_880
KEPT_HOURS: Final = 2
"""How long a file that no longer counts is kept, for worlds that were opened before."""
_CONFIGURATION: Final = {
    "delta.enableDeletionVectors": "false",  # readers take the list of files as it is
    "delta.checkpointInterval": "50",
    "delta.logRetentionDuration": "interval 2 days",
}
_TYPES: Final = {
    "bigint": "long",
    "varchar": "string",
    "double": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp_ntz",
    "decimal(18,4)": "decimal(18,4)",
}


class RacedError(RuntimeError):
    """Another process, which took over while this one stood still, has done this already."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a table: its path inside the table's folder, its month and its size."""

    path: str
    month: str
    size: int
    row_count: int


@dataclass
class Change:
    """What one commit does to a table."""

    added: list[Any] = field(default_factory=list)
    removed: list[Any] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def write_months(engine: DuckDB, table: str, relation: str, columns: Mapping[str, str], order: str) -> Change:
    """Write the rows of a relation that has a column `month` as files of a table, one a month."""
    change = Change()
    months = engine.execute(
        f"select distinct {MONTH} from {relation} where {MONTH} is not null order by 1"
    ).fetchall()
    for (month,) in months:
        sql = f"select {', '.join(columns)} from {relation} where {MONTH} = {quoted(month)} order by {order}"
        change.added.append(write_file(engine, table, month, sql))
    return change


def write_file(engine: DuckDB, table: str, month: str, sql: str, *, is_new: bool = True) -> Any:
    """Write the rows of a query as one file of a month; the action that adds it. `is_new`: not a rewrite."""
    from deltalake.transaction import AddAction

    path = table_path(table) / f"{MONTH}={month}" / f"part-{secrets.token_hex(10)}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    check_space()
    try:
        engine.execute(
            f"copy ({sql}) to {quoted(str(path))} (format parquet, compression zstd, row_group_size {ROW_GROUP})"
        )
        make_durable(path)
        told = engine.execute(f"select sum(num_rows)::bigint from parquet_file_metadata({quoted(str(path))})")
        count = told.fetchall()[0][0]
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return AddAction(
        path=path.relative_to(table_path(table)).as_posix(),
        size=path.stat().st_size,
        partition_values={MONTH: month},
        modification_time=_milliseconds(),
        data_change=is_new,
        stats=json.dumps({"numRecords": count}),
    )


def removal(each: File, *, is_new: bool = True) -> Any:
    """The action that takes a file out of a table."""
    from deltalake.transaction import RemoveAction

    return RemoveAction(each.path, is_new, _milliseconds(), each.size, {MONTH: each.month})


def files_of(table: str) -> list[File]:
    """The files that count now."""
    found = opened_table(table_path(table))
    if found is None:
        return []
    actions = found.get_add_actions(flatten=True)
    names = actions.schema.names
    columns = {name: actions.column(names.index(name)).to_pylist() for name in names if name in _WANTED}
    rows = zip(*(columns[name] for name in _WANTED), strict=True)
    return [File(unquote(path), month, size, count or 0) for path, month, size, count in rows]


_WANTED: Final = ("path", f"partition.{MONTH}", "size_bytes", "num_records")


def commit(
    table: str, columns: Mapping[str, str], change: Change, position: int | None = None, *, once: str = ""
) -> None:
    """Make the change count; with a position, say that the table holds everything up to it.

    `once` is a name for this change, which `is_done` knows afterwards.
    """
    from deltalake import CommitProperties, DeltaTable, Transaction

    path = table_path(table)
    schema = _schema(columns)
    if opened_table(path) is None:
        path.mkdir(parents=True, exist_ok=True)
        DeltaTable.create(str(path), schema, partition_by=[MONTH], configuration=_CONFIGURATION)
    said = [Transaction(APP, position)] if position is not None else []
    said += [Transaction(once, 1)] if once else []
    told = CommitProperties(app_transactions=said or None)
    held = DeltaTable(str(path))
    if position is not None and (held.transaction_version(APP) or 0) >= position:
        raise RacedError(f"{table} holds everything up to {position} already.")
    held.create_write_transaction(
        [*change.added, *change.removed],
        mode="append",
        schema=schema,
        partition_by=[MONTH],
        commit_properties=told,
    )
    forget(path)


def is_done(table: str, once: str) -> bool:
    """Whether a change of that name was committed."""
    found = opened_table(table_path(table))
    return found is not None and found.transaction_version(once) is not None


def vacuum(table: str, *, hours: int = KEPT_HOURS) -> int:
    """Remove files that no longer count, and those that never did, from the disk; how many."""
    found = opened_table(table_path(table))
    if found is None:
        return 0
    return len(found.vacuum(hours, dry_run=False, enforce_retention_duration=False, full=True))


def _schema(columns: Mapping[str, str]) -> Any:
    from deltalake import Field, Schema
    from deltalake.schema import PrimitiveType

    fields = [
        Field(name, PrimitiveType(_TYPES[dtype.lower().replace(" ", "")])) for name, dtype in columns.items()
    ]
    return Schema([*fields, Field(MONTH, PrimitiveType("string"))])


def _milliseconds() -> int:
    return int(clock.now().timestamp() * 1000)


def full_path(table: str, each: File) -> Path:
    """Where a file lies."""
    return table_path(table) / each.path

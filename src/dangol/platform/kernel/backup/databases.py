"""How is a database written to files at one moment, and filled from them? SQLite whole, PostgreSQL table by table.

PostgreSQL is copied through our own connection: no program of it has to be installed here, and none can be of
another version than the server.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

SQLITE: Final = "dangol.sqlite3"
TABLES: Final = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY c.relname ORDER BY c.relname"""
SEQUENCES: Final = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()"

Counts = dict[str, int]


def write(folder: Path) -> Counts:
    """Write the database as it is at one moment into a folder; the rows of each table."""
    folder.mkdir(parents=True)
    return _write_sqlite(folder) if connection.vendor == "sqlite" else _write_postgresql(folder)


def _write_sqlite(folder: Path) -> Counts:
    connection.ensure_connection()
    with closing(sqlite3.connect(folder / SQLITE)) as copy:
        connection.connection.backup(copy)
        # A copy lies alone: without a write-ahead log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        return counts_of_sqlite(copy)


def counts_of_sqlite(file: sqlite3.Connection) -> Counts:
    """The rows of each table, those of full-text indexes left out."""
    found = file.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    tables = dict(found.fetchall())
    virtual = tuple(name for name, sql in tables.items() if str(sql).upper().startswith("CREATE VIRTUAL"))
    plain = [name for name in tables if not name.startswith(virtual or ("\x00",))]
    return {name: file.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in sorted(plain)}


def _write_postgresql(folder: Path) -> Counts:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(TABLES)
        tables = dict(cursor.fetchall())
        counts = {
            name: _copy_out(cursor, folder / f"{name}.copy", name, columns)
            for name, columns in tables.items()
        }
        cursor.execute(SEQUENCES)
        told = {"columns": tables, "sequences": dict(cursor.fetchall()), "migrations": _applied()}
    (folder / "tables.json").write_text(json.dumps(told), encoding="utf-8")
    return counts


def _copy_out(cursor: Any, path: Path, table: str, columns: list[str]) -> int:
    with (
        path.open("wb") as file,
        cursor.copy(f'COPY (SELECT {_named(columns)} FROM "{table}") TO STDOUT') as rows,
    ):
        for piece in rows:
            file.write(piece)
    cursor.execute(f'SELECT count(*) FROM "{table}"')
    return int(cursor.fetchone()[0])


def _named(columns: list[str]) -> str:
    return ", ".join(f'"{each}"' for each in columns)


def _applied() -> list[tuple[str, str]]:
    return sorted(MigrationExecutor(connection).loader.applied_migrations)


def is_empty() -> bool:
    """Whether the database has no tables yet."""
    return not connection.introspection.table_names()


def fill(folder: Path) -> Counts:
    """Fill an empty PostgreSQL from the files; the rows of each table."""
    told = json.loads((folder / "tables.json").read_text(encoding="utf-8"))
    _make_tables([(app, name) for app, name in told["migrations"]])
    with transaction.atomic(), connection.cursor() as cursor:
        for table in told["columns"]:
            cursor.execute(f'DELETE FROM "{table}"')
        for table, columns in told["columns"].items():
            with cursor.copy(f'COPY "{table}" ({_named(columns)}) FROM STDIN') as rows:
                for piece in _pieces(folder / f"{table}.copy"):
                    rows.write(piece)
        for name, last in told["sequences"].items():
            if last is not None:
                cursor.execute("SELECT setval(%s, %s)", [f'"{name}"', last])
        return {name: _count(cursor, name) for name in told["columns"]}


def _make_tables(applied: list[tuple[str, str]]) -> None:
    """The tables as they were when the backup was made, also where this version has changed them since."""
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    known = {each for each in applied if each in graph.nodes}
    last = [
        each
        for each in known
        if not any(c.key[0] == each[0] and c.key in known for c in graph.node_map[each].children)
    ]
    executor.migrate(sorted(last))


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f'SELECT count(*) FROM "{table}"')
    return int(cursor.fetchone()[0])


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(256 * 1024):
            yield piece

"""What must an engine be able to do? Hold named tables, run an expression, write it to Parquet."""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Protocol

import ibis
from ibis.expr.operations import Node
from ibis.expr.types import Table
from numpy.typing import NDArray

from dangol.core.engine.answer import Answer


class Engine(Protocol):
    """One place where expressions run. `dialect` is the Ibis dialect that its SQL is compiled for."""

    name: ClassVar[str]
    dialect: ClassVar[str]

    def define(self, name: str, sql: str) -> None:
        """Make `name` a view over a query in the engine's own SQL."""

    def read_parquet(self, name: str, path: str | Path) -> None:
        """Make `name` a view over Parquet: a file, a folder or a glob."""

    def run(self, sql: str) -> Answer:
        """Run a query; a QueryError with the SQL in it when the engine fails."""

    def columns(self, sql: str) -> dict[str, NDArray[Any]]:
        """Run a query and give its columns as arrays, without a Python row.

        A null is NaN among numbers, NaT among days and None among words; a column of truths has none.
        """

    def kept(self, name: str, sql: str) -> AbstractContextManager[None]:
        """Make `name` a table that is worked out once, for as long as the context lasts."""

    def write_parquet(self, sql: str, path: Path) -> None:
        """Run a query and leave its rows as Parquet files in the folder `path`."""

    def close(self) -> None:
        """Let go of what the engine holds; a second call does nothing."""


def compiled(expression: Table, dialect: str) -> str:
    """The SQL of an expression over unbound tables.

    Kept once made: a dashboard asks the same again, and compiling can take longer than answering.
    """
    return _sql(expression.op(), dialect)


def load_compiler() -> None:
    """Load the dialects of SQL, a third of a second that can pass while an engine reads its files."""
    importlib.import_module("ibis.backends.sql.compilers")


@lru_cache(maxsize=512)
def _sql(operation: Node, dialect: str) -> str:
    return str(ibis.to_sql(operation.to_expr(), dialect=dialect))

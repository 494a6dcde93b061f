"""How does an expression run on this machine? DuckDB in process, by its own driver."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import numpy as np
from numpy.typing import NDArray

from dangol.core.engine.answer import Answer, plain
from dangol.core.errors import QueryError

# Spark's function for one field of JSON text, so that one expression runs on both; null where it is not JSON.
_JSON_FIELD = (
    "create or replace macro get_json_object(j, path) as "
    "case when json_valid(j) then json_extract_string(j, path) end"
)

_FETCHED = 16
"""Columns that are fetched together."""


class DuckDB:
    """An embedded engine: `:memory:` catalogue, spilling to `folder` when `memory` (bytes as text) is full."""

    name: ClassVar[str] = "duckdb"
    dialect: ClassVar[str] = "duckdb"

    def __init__(self, *, memory: str | None = None, threads: int | None = None) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="dangol-", ignore_cleanup_errors=True)
        config: dict[str, Any] = {"temp_directory": self._spill.name}
        if memory:
            config["memory_limit"] = memory
        if threads:
            config["threads"] = threads
        self.connection = duckdb.connect(":memory:", config=config)
        self.execute("set TimeZone = 'UTC'")
        # It would write between the lines of a terminal or a log; long work shows progress of its own.
        self.execute("set enable_progress_bar = false")
        self.execute(_JSON_FIELD)

    @property
    def folder(self) -> Path:
        """A folder of this engine's own, gone when it is closed."""
        return Path(self._spill.name)

    def define(self, name: str, sql: str) -> None:
        """Make `name` a view over a DuckDB query."""
        self.execute(f'create or replace view "{name}" as {sql}')

    def read_parquet(self, name: str, path: str | Path) -> None:
        """Make `name` a view over Parquet."""
        self.define(name, f"select * from read_parquet({quoted(parquet_glob(path))})")

    def run(self, sql: str) -> Answer:
        """Run a query and fetch all of its rows."""
        cursor = self.execute(sql)
        columns = tuple(str(field[0]) for field in cursor.description or ())
        return Answer(columns, [tuple(map(plain, row)) for row in cursor.fetchall()], sql)

    def columns(self, sql: str) -> dict[str, NDArray[Any]]:
        """Run a query once and fetch its columns, some at a time: all at once would hold them twice."""
        self.execute(f"create or replace temp table handed_over as {sql}")
        try:
            names = [str(row[0]) for row in self.execute("describe handed_over").fetchall()]
            found: dict[str, NDArray[Any]] = {}
            for first in range(0, len(names), _FETCHED):
                some = ", ".join(f'"{name}"' for name in names[first : first + _FETCHED])
                for name, values in self.execute(f"select {some} from handed_over").fetchnumpy().items():
                    found[name] = without_mask(values)
            return found
        finally:
            self.execute("drop table if exists handed_over")

    @contextmanager
    def kept(self, name: str, sql: str) -> Iterator[None]:
        """Work a query out once, as a table `name` of this connection while the context lasts."""
        self.execute(f'create or replace temp table "{name}" as {sql}')
        try:
            yield
        finally:
            self.execute(f'drop table if exists temp."{name}"')

    def write_parquet(self, sql: str, path: Path) -> None:
        """Write the rows of a query to one Parquet file inside the folder `path`."""
        path.mkdir(parents=True, exist_ok=True)
        target = quoted(str(path / "part-0.parquet"))
        self.execute(f"copy ({self._in_plain_types(sql)}) to {target} (format parquet, compression zstd)")

    def execute(self, sql: str, values: list[Any] | None = None) -> duckdb.DuckDBPyConnection:
        """Run one statement of DuckDB's own SQL, for what the loaders need."""
        try:
            return self.connection.execute(sql, values) if values else self.connection.execute(sql)
        except duckdb.Error as error:
            raise QueryError(self.name, sql, str(error)) from error

    def _in_plain_types(self, sql: str) -> str:
        """The query with sums of whole numbers as BIGINT: Parquet has no wider one, and would keep a DOUBLE."""
        columns = self.execute(f"describe {sql}").fetchall()
        wide = [name for name, dtype, *_ in columns if dtype == "HUGEINT"]
        casts = ", ".join(f'"{name}"::bigint as "{name}"' for name in wide)
        return f"select * replace ({casts}) from ({sql})" if wide else sql

    def close(self) -> None:
        """Close the connection and remove the spill folder."""
        self.connection.close()
        self._spill.cleanup()


def without_mask(values: Any) -> NDArray[Any]:
    """A fetched column with its nulls as NaN, NaT or None."""
    if not np.ma.isMaskedArray(values):
        return np.asarray(values)
    if values.dtype.kind in "iuf":
        return np.where(np.ma.getmaskarray(values), np.nan, values.data)
    if values.dtype.kind == "M":
        return np.asarray(values.filled(np.datetime64("NaT")))
    plain = np.array(values.data)
    if (
        values.dtype.kind == "O"
    ):  # filled(None) would write the mark that masked arrays have for a missing object
        plain[np.ma.getmaskarray(values)] = None
    return plain


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def parquet_glob(path: str | Path) -> str:
    """What DuckDB reads for a path: a folder means every Parquet file in it and below."""
    return f"{path}/**/*.parquet" if Path(path).is_dir() else str(path)

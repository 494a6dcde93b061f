"""Which engine reads and writes the files of the log? A DuckDB in memory, one a thread that needs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from dangol.core.engine.duck import DuckDB

MEMORY: Final = "1GB"
"""What one working engine may take before it spills to disk."""
_kept: Final = threading.local()


def working_engine() -> DuckDB:
    """The engine of this thread; it keeps no table between two pieces of work."""
    if not hasattr(_kept, "engine"):
        _kept.engine = DuckDB(memory=MEMORY)
        _kept.engine.execute("set preserve_insertion_order = true")
    engine: DuckDB = _kept.engine
    return engine


@contextmanager
def tables(*names: str) -> Iterator[DuckDB]:
    """The working engine; the tables of these names are gone in the end, whatever happened."""
    engine = working_engine()
    try:
        yield engine
    finally:
        for name in names:
            engine.execute(f"drop table if exists {name}")


def listed(values: list[str]) -> str:
    """A list of string literals, as in `read_parquet([...])` and `in (...)`."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)

"""What did an engine answer? Column names, rows of plain Python values, and the SQL that made them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a query. Values are int, float, Decimal, str, bool, date, datetime or None (unknown)."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    sql: str = ""

    def records(self) -> list[dict[str, Any]]:
        """One dict a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def column(self, name: str) -> list[Any]:
        """One column's values, top to bottom."""
        position = self.columns.index(name)
        return [row[position] for row in self.rows]

    def one(self) -> dict[str, Any]:
        """The only row; a ValueError when there is none or several."""
        (record,) = self.records()
        return record

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.records())

    def __len__(self) -> int:
        return len(self.rows)


def plain(value: Any) -> Any:
    """A driver's value as plain Python; NaN and infinity, which no metric may give, become None."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value

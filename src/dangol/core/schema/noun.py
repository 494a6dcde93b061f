"""What is a typed table: its columns, their meaning and the headings they are found by?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
from ibis.expr.types import Table

from dangol.core.language import Said

PERSON_ID = "int64"
MONEY = "decimal(18, 4)"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, Ibis type, meaning, and the headings that users' files give it."""

    name: str
    dtype: str
    means: Said
    is_required: bool = False
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Noun:
    """One typed table. `happened` is the date column that `as_of` cuts on; None for people and accounts."""

    name: str
    title: Said
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    happened: str | None = None

    @property
    def dtypes(self) -> Mapping[str, str]:
        """Ibis type by column name, in order."""
        return {column.name: column.dtype for column in self.columns}

    def table(self) -> Table:
        """The unbound table that metrics and rules are written over."""
        return ibis.table(dict(self.dtypes), name=self.name)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

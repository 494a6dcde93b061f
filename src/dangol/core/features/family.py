"""What does a family of features need, and what does it say? Its catalogue, and its expressions over the nouns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import ibis
from ibis.expr.types import IntegerValue, NumericValue, Table
from ibis.expr.types import Value as Expr

from dangol.core.features.feature import Direction, Feature
from dangol.core.language import Said

WINDOWS = (7, 14, 28, 90)
"""Days of the windows back from the day of the snapshot."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the families build on: the nouns as they were known on the day, with their ages (see `Cut.known`)."""

    nouns: Mapping[str, Table]
    at_risk: Table
    """See `labels.at_risk`."""
    sums: Table | None
    """One row a person: see `event_sums`. None without events."""
    names: tuple[str, ...] = ()
    """The events that are told apart, the most common first."""


@dataclass(frozen=True, slots=True)
class Family:
    """One family: `build` gives tables of one row a person, with the columns of `features` among them.

    A table whose nouns are not there is left out. In the columns of `zero`, somebody without a row has 0; in every
    other one it is unknown.
    """

    features: tuple[Feature, ...]
    build: Callable[[Known], Sequence[Table]]
    zero: tuple[str, ...] = ()


def windowed(
    family: str, name: str, said: Said, unit: str, direction: Direction = 0,
    windows: tuple[int, ...] = WINDOWS,
) -> tuple[Feature, ...]:  # fmt: skip
    """The same over each window; `{days}` in the texts is its length."""
    return tuple(
        Feature(f"{name}_{days}d", said.format(days=days), family, unit, direction) for days in windows
    )


def real(value: Expr) -> NumericValue:
    """A number as a float."""
    return value.cast("float64")


def share(part: Expr, whole: Expr) -> NumericValue:
    """Part / whole; null where the whole is 0."""
    return real(part) / real(whole).nullif(0.0)


def balance(now: Expr, before: Expr) -> NumericValue:
    """(now - before) / (now + before): -1 stopped, 0 as before, 1 began; null where both are 0."""
    return share(now - before, now + before)


def flag(condition: Expr) -> NumericValue:
    """1 where it holds, else 0."""
    return real(ibis.ifelse(condition, 1, 0))


def count(condition: Expr) -> IntegerValue:
    """How many rows of a group meet a condition."""
    return condition.cast("int64").sum()


def one_row(parts: Sequence[Table], columns: Mapping[str, str]) -> Table:
    """Tables of one row a person as one, by sorting rather than by joining; a column that one lacks is null in it.

    Joins of joins are where engines go wrong on large data, and rows of a person meet in a grouping as well.
    """
    rows = [
        part.select("person_id", **{name: part[name] if name in part.columns else ibis.null(dtype) for name, dtype in columns.items()})
        for part in parts
    ]  # fmt: skip
    every = rows[0] if len(rows) == 1 else ibis.union(*rows)
    return every.group_by("person_id").agg(**{name: every[name].max() for name in columns})

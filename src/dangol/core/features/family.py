"""What does a family of features need, and what does it say? Its catalogue, and its expressions over the nouns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import ibis
from ibis.expr.types import NumericValue, Table
from ibis.expr.types import Value as Expr

from dangol.core.features.feature import Direction, Feature
from dangol.core.features.known import Cut
from dangol.core.language import Said

WINDOWS = (7, 14, 28, 90)
"""Days of the windows back from the day of the snapshot."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the families build on: the nouns as they were known, and the one pass over the events."""

    cut: Cut
    nouns: Mapping[str, Table]
    at_risk: Table
    """person_id int64, since_on date: from when on each has been a customer without a break."""
    sums: Table | None
    """One row a person: see `event_sums`. None without events."""
    names: tuple[str, ...] = ()
    """The events that are told apart, the most common first."""


@dataclass(frozen=True, slots=True)
class Family:
    """One family: `build` gives one row a person with the columns of `features`, or None without its nouns."""

    features: tuple[Feature, ...]
    build: Callable[[Known], Table | None]


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


def joined(at_risk: Table, parts: Sequence[Table], *, zero: Sequence[str] = ()) -> Table | None:
    """The parts beside one another, one row a person at risk; in columns of `zero`, no row means 0. None of none."""
    if not parts:
        return None
    whole = at_risk.select("person_id")
    for part in parts:
        whole = whole.left_join(part, "person_id").drop("person_id_right")
    return whole.mutate(**{name: whole[name].fill_null(0) for name in zero if name in whole.columns})

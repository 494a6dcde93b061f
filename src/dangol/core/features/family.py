"""What does a family of features need, and what does it say? Its catalogue, and its expressions over the nouns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    """One family: `build` gives one row a person with the columns of `features`, or None without its nouns.

    In the columns of `zero`, somebody without a row has 0; in every other one it is unknown. Where there is
    `finish`, the rows are sums, and it makes the features of them once they stand beside the customers at risk.
    """

    features: tuple[Feature, ...]
    build: Callable[[Known], Table | None]
    zero: tuple[str, ...] = ()
    finish: Callable[[Table, Known], Mapping[str, Expr]] | None = None


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


def beside(left: Table | None, right: Table | None) -> Table | None:
    """Two parts of a family, a person's rows beside one another; None is a part without its nouns."""
    if left is None or right is None:
        return right if left is None else left
    both = left.outer_join(right, "person_id")
    person = ibis.coalesce(both.person_id, both.person_id_right)
    return both.mutate(person_id=person).drop("person_id_right")

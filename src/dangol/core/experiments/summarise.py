"""What must be kept of each arm to judge it? From one row a unit to sufficient statistics, on any engine.

    units: unit_id, arm string, start_on date (optional), a column for each value, base, covariate and segment

The rows never leave the engine: one aggregate an outcome gives counts, sums and sums of products by arm, and they
are the same on DuckDB and Spark. `summaries_of_columns` does the same with arrays in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from typing import Any, Final

import ibis
import numpy as np
import numpy.typing as npt
from ibis.expr.types import Table

from dangol.core.experiments.readout import Measured
from dangol.core.language import Said
from dangol.core.stats.moments import Moments

Rows = Iterable[Mapping[str, Any]]
Ask = Callable[[Table], Rows]
"""Runs an expression and gives its rows: `world.ask`, or any engine's."""
Columns = Mapping[str, npt.NDArray[Any]]

ARM: Final = "arm"
DAY: Final = "start_on"


@dataclass(frozen=True, slots=True)
class Judged:
    """An outcome and its columns: `value`, for a ratio `base` under it, and what was known `before` the start."""

    measured: Measured
    value: str
    base: str | None = None
    before: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """The columns without which a unit cannot be judged."""
        return (self.value, self.base) if self.base else (self.value,)

    @property
    def columns(self) -> tuple[str, ...]:
        """All of its columns."""
        return (*self.known, *self.before)

    def before_said(self, column: str) -> Said:
        """What a column of `before` is called: by its heading, or as this outcome in the time before."""
        if column == f"{self.measured.name}_before":
            said = self.measured.said
            return Said(f"{said.en}, before", f"이전 {said.ko}")
        heading = column.removeprefix("_")
        return Said(heading, heading)


@dataclass(frozen=True, eq=False)
class Summary:
    """One outcome by arm. `unknown` counts the units whose outcome is not known; they are not in the moments."""

    judged: Judged
    arms: Mapping[str, Moments]
    unknown: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Summaries:
    """Everything that a readout needs of the units.

    `counts` are all units by arm, `counts_among` those by day and by segment; `segments` are by segment and its
    value, of the first outcome.
    """

    counts: Mapping[str, int]
    outcomes: tuple[Summary, ...]
    counts_among: Mapping[tuple[str, str], Mapping[str, int]] = field(default_factory=dict)
    segments: Mapping[tuple[str, str], Summary] = field(default_factory=dict)


def moments_by(units: Table, judged: Judged, by: Sequence[str] = (ARM,)) -> Table:
    """by..., n, unknown_count, sum_I and product_I_J for the columns of an outcome, I <= J counted from 0.

    Covariates that are not known count as their mean over everybody.
    """
    columns = judged.columns
    numbers = {f"x{n}": _number(units, name, name in judged.before) for n, name in enumerate(columns)}
    rows = units.select(*by, **numbers)
    is_known = ibis.literal(value=True)
    for n in range(len(judged.known)):
        is_known &= rows[f"x{n}"].notnull()
    rows = rows.mutate(is_known=is_known)
    x = [ibis.ifelse(rows.is_known, rows[f"x{n}"], ibis.literal(0.0)) for n in range(len(columns))]
    sums = {f"sum_{n}": each.sum() for n, each in enumerate(x)}
    pairs = combinations_with_replacement(range(len(x)), 2)
    products = {f"product_{i}_{j}": (x[i] * x[j]).sum() for i, j in pairs}
    one, none = ibis.literal(1).cast("int64"), ibis.literal(0).cast("int64")
    return rows.group_by(*by).agg(
        n=ibis.ifelse(rows.is_known, one, none).sum(),
        unknown_count=ibis.ifelse(rows.is_known, none, one).sum(),
        **sums,
        **products,
    )


def counts_by(units: Table, by: Sequence[str] = (ARM,)) -> Table:
    """by..., n: how many units there are."""
    return units.group_by(*by).agg(n=units.count())


def summaries_on(
    ask: Ask, units: Table, judged: Sequence[Judged], *, segments: Sequence[str] = ()
) -> Summaries:
    """The summaries of a table of units, by questions to its engine; the first outcome also by segment."""
    among: dict[tuple[str, str], dict[str, int]] = {}
    for name in (*((DAY,) if DAY in units.columns else ()), *segments):
        for row in ask(counts_by(units, (ARM, name))):
            among.setdefault((name, str(row[name])), {})[row[ARM]] = int(row["n"])
    return Summaries(
        {row[ARM]: int(row["n"]) for row in ask(counts_by(units))},
        tuple(_summary(ask(moments_by(units, each)), each) for each in judged),
        dict(sorted(among.items())),
        {
            (segment, value): found
            for segment in segments
            for value, found in _by_value(
                ask(moments_by(units, judged[0], (ARM, segment))), judged[0], segment
            )
        },
    )


def summaries_of_columns(
    columns: Columns, judged: Sequence[Judged], *, segments: Sequence[str] = ()
) -> Summaries:
    """The same of equally long columns in memory; a NaN is unknown."""
    arms = np.asarray(columns[ARM]).astype(str)
    known = {
        name: np.array([str(value) for value in columns[name]])
        for name in (*segments, *((DAY,) if DAY in columns else ()))
    }
    among = {
        (name, str(value)): _counted(arms[values == value])
        for name, values in known.items()
        for value in np.unique(values)
    }
    return Summaries(
        _counted(arms),
        tuple(_summary_of_columns(columns, arms, each) for each in judged),
        among,
        {
            (segment, str(value)): _summary_of_columns(columns, arms, judged[0], known[segment] == value)
            for segment in segments
            for value in np.unique(known[segment])
        },
    )


def _number(units: Table, name: str, is_covariate: bool) -> Any:
    number = units[name].cast("float64")
    number = ibis.ifelse(number.isnan(), ibis.null("float64"), number)
    return number.fill_null(number.mean().over(ibis.window())).fill_null(0.0) if is_covariate else number


def _summary(rows: Rows, judged: Judged) -> Summary:
    arms, unknown = {}, {}
    for row in sorted(rows, key=lambda each: str(each[ARM])):
        arms[row[ARM]] = _moments(row, judged.columns)
        unknown[row[ARM]] = int(row["unknown_count"])
    return Summary(judged, arms, unknown)


def _moments(row: Mapping[str, Any], columns: tuple[str, ...]) -> Moments:
    size = len(columns)
    products = np.empty((size, size))
    for i, j in combinations_with_replacement(range(size), 2):
        products[i, j] = products[j, i] = float(row[f"product_{i}_{j}"])
    return Moments(columns, int(row["n"]), np.array([float(row[f"sum_{n}"]) for n in range(size)]), products)


def _by_value(rows: Rows, judged: Judged, segment: str) -> Iterable[tuple[str, Summary]]:
    values: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        values.setdefault(str(row[segment]), []).append(row)
    return ((value, _summary(values[value], judged)) for value in sorted(values))


def _counted(arms: npt.NDArray[Any]) -> dict[str, int]:
    names, counts = np.unique(arms, return_counts=True)
    return {str(name): int(count) for name, count in zip(names, counts, strict=True)}


def _summary_of_columns(
    columns: Columns, arms: npt.NDArray[Any], judged: Judged, among: npt.NDArray[np.bool_] | None = None
) -> Summary:
    numbers = {name: np.asarray(columns[name], dtype=np.float64) for name in judged.columns}
    for name in judged.before:
        numbers[name] = _filled(numbers[name])
    here = np.ones(len(arms), dtype=np.bool_) if among is None else among
    is_known = here & ~np.isnan(np.array([numbers[name] for name in judged.known])).any(axis=0)
    found, unknown = {}, {}
    for arm in np.unique(arms[here]):
        own = arms == arm
        found[str(arm)] = Moments.of({name: values[is_known & own] for name, values in numbers.items()})
        unknown[str(arm)] = int((here & own & ~is_known).sum())
    return Summary(judged, found, unknown)


def _filled(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What is not known as the mean of what is; 0 where nothing is."""
    known = values[~np.isnan(values)]
    filled: npt.NDArray[np.float64] = np.where(np.isnan(values), known.mean() if len(known) else 0.0, values)
    return filled

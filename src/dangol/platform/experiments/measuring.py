"""What happened to each unit of an experiment? The core's outcomes over a roster that is laid beside the world's tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import ibis
import numpy as np
from ibis.expr.types import Table

from dangol.core.engine import World
from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import compiled
from dangol.core.errors import RequestError
from dangol.core.experiments.exposure import UNIT
from dangol.core.experiments.outcomes import units_of, waiting
from dangol.core.language import Said
from dangol.platform.experiments.outcomes import OUTCOMES, answerable

SEGMENTS: Final[Mapping[str, Said]] = {
    "channel": Said("Channel", "유입 경로"),
    "plan": Said("Plan", "요금제"),
    "country": Said("Country", "국가"),
}
"""By what an effect may be told apart."""
UNKNOWN: Final = "–"
_NAME: Final = "roster"


@dataclass(frozen=True, slots=True)
class Roster:
    """Who takes part: equally long columns, one entry a unit; accounts by the ids that sources give them."""

    unit_ids: Sequence[int] | Sequence[str]
    arms: Sequence[str]
    starts: Sequence[date]
    conflicts: frozenset[int] | frozenset[str] = frozenset()
    """Units that were in several arms: counted, not analysed."""
    unit: str = "person"

    @classmethod
    def of(cls, people: Sequence[int], start: date) -> Roster:
        """People without arms who all begin on one day."""
        return cls(people, ["all"] * len(people), [start] * len(people))


@dataclass(frozen=True, slots=True)
class Measures:
    """The units whose horizon is over as a table on the world, and how many are not among them."""

    units: Table
    waiting_count: int
    excluded_count: int


def measured(
    world: World, roster: Roster, outcomes: Sequence[str], days: int, segments: Sequence[str] = ()
) -> Measures:
    """The units of a roster with their outcomes and segments; a RequestError when the data cannot answer."""
    missing = [name for name in outcomes if name not in answerable(world)]
    if missing:
        raise _unanswerable(missing)
    table = _laid_out(_duck(world), roster)
    tables = world.tables()
    units = units_of(tables, table, list(outcomes), horizon_days=days, as_of=world.as_of, unit=roster.unit)  # type: ignore[arg-type]
    (counts,) = world.ask(waiting(table, horizon_days=days, as_of=world.as_of))
    return Measures(
        _with_segments(units, tables, roster.unit, segments),
        int(counts["waiting_count"]),
        int(counts["excluded_count"]),
    )


def values_of(
    world: World, people: Sequence[int], starts: Sequence[date], outcome: str, days: int
) -> dict[str, Any]:
    """unit_id, value and, for a ratio, base of people whose horizon is over, as arrays by rising number; NaN is unknown."""
    found = measured(world, Roster(people, ["all"] * len(people), starts), [outcome], days).units
    columns = {"unit_id": found.unit_id, "value": found[outcome].cast("float64")}
    if f"{outcome}_base" in found.columns:
        columns["base"] = found[f"{outcome}_base"].cast("float64")
    told = _duck(world).execute(compiled(found.select(**columns).order_by("unit_id"), "duckdb")).fetchnumpy()
    return {name: np.ma.filled(values, np.nan) for name, values in told.items()}


def _duck(world: World) -> DuckDB:
    if not isinstance(world.engine, DuckDB):
        raise TypeError("The platform's worlds stand on DuckDB.")
    return world.engine


def _laid_out(duck: DuckDB, roster: Roster) -> Table:
    """The roster as a table of the engine: unit_id, arm, start_on, is_conflict."""
    known, codes = np.unique(np.array(roster.arms, dtype=object).astype(str), return_inverse=True)
    is_person = roster.unit == "person"
    given = {
        "unit_id": np.array(roster.unit_ids, dtype=np.int64 if is_person else object),
        "code": codes.astype(np.int64),
        "start_on": np.array(roster.starts, dtype="datetime64[D]").astype("datetime64[us]"),
        "is_conflict": np.array([each in roster.conflicts for each in roster.unit_ids], dtype=np.bool_),
    }
    dtype = "bigint" if is_person else "varchar"
    names = {"code": np.arange(len(known)), "arm": known.astype(object)}
    with _registered(duck, given_roster=given, given_arms=names):
        duck.execute(
            f"create or replace temp table {_NAME} as select unit_id::{dtype} as unit_id, arm::varchar as arm, "
            "start_on::date as start_on, is_conflict::boolean as is_conflict from given_roster join given_arms using (code)"
        )
    columns = {
        UNIT: "int64" if is_person else "string",
        "arm": "string",
        "start_on": "date",
        "is_conflict": "boolean",
    }
    return ibis.table(columns, name=_NAME)


@contextmanager
def _registered(duck: DuckDB, **tables: Mapping[str, Any]) -> Iterator[None]:
    """Arrays as tables, for one statement."""
    for name, columns in tables.items():
        duck.connection.register(name, dict(columns))
    try:
        yield
    finally:
        for name in tables:
            duck.connection.unregister(name)


def _with_segments(units: Table, tables: Mapping[str, Table], unit: str, segments: Sequence[str]) -> Table:
    """With what is known of the people, or of the accounts, by which the effect is told apart."""
    noun, key = ("accounts", "account_id") if unit == "account" else ("people", "person_id")
    chosen = [name for name in segments if noun in tables and name in tables[noun].columns]
    if not chosen:
        return units
    known = tables[noun].select(segment_id=tables[noun][key], **{name: tables[noun][name] for name in chosen})
    both = units.left_join(known, units[UNIT] == known.segment_id)
    return both.select(
        *units.columns, **{name: both[name].cast("string").fill_null(UNKNOWN) for name in chosen}
    )


def _unanswerable(missing: Sequence[str]) -> RequestError:
    names = [OUTCOMES[name].measured.said if name in OUTCOMES else Said(name, name) for name in missing]
    needs = sorted({need for name in missing if name in OUTCOMES for need in OUTCOMES[name].needs})
    return RequestError(
        Said(f"The effect on {', '.join(n.en for n in names)} was asked for.", f"{', '.join(n.ko for n in names)}에 대한 효과를 물으셨습니다."),
        Said(f"The data holds no {', '.join(needs)} yet.", f"아직 필요한 데이터({', '.join(needs)})가 없습니다."),
        Said("Bring them in, or judge by another outcome.", "데이터를 가져오거나 다른 결과 지표를 고르십시오."),
    )  # fmt: skip

"""What happened to each unit of an experiment? One row a unit: arm, start, outcomes, what was before, and segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from dangol.core.engine import World
from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import compiled
from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.experiments.outcomes import OUTCOMES, Outcome

SEGMENTS: Final[Mapping[str, Said]] = {
    "channel": Said("Channel", "유입 경로"),
    "plan": Said("Plan", "요금제"),
    "country": Said("Country", "국가"),
}
"""By what an effect may be told apart."""


@dataclass(frozen=True, slots=True)
class Roster:
    """Who takes part: equally long columns, one entry a person; several people may share a unit."""

    unit_ids: Sequence[int]
    person_ids: Sequence[int]
    arms: Sequence[str]
    starts: Sequence[date]
    conflicts: frozenset[int] = frozenset()
    """Units that were in several arms: counted, not analysed."""


def answerable(world: World) -> dict[str, Outcome]:
    """The outcomes that the data can answer."""
    have = {*world.nouns, *world.tables()}
    return {name: each for name, each in OUTCOMES.items() if have >= set(each.needs)}


def measured(
    world: World, roster: Roster, outcomes: Sequence[str], days: int, segments: Sequence[str] = ()
) -> dict[str, Any]:
    """Columns, one entry a unit whose horizon is over: unit_id, arm, start_on, and for each outcome its value,
    `NAME_base` and `NAME_before`; NaN where unknown. `waiting` and `excluded` are counts.

    Units in several arms are left out.
    """
    missing = [name for name in outcomes if name not in answerable(world)]
    if missing:
        raise _unanswerable(missing)
    duck = _duck(world)
    _lay_out(duck, roster, days)
    conflicts = len(roster.conflicts)
    _keep_ripe(duck, world.as_of)
    (waiting,) = duck.execute("select count(distinct unit_id) from waiting_roster").fetchone() or (0,)
    told = _units(duck, world, segments)
    for name in outcomes:
        told |= _answers(duck, world, name)
    return told | {"waiting": int(waiting), "excluded": conflicts}


def _duck(world: World) -> DuckDB:
    if not isinstance(world.engine, DuckDB):
        raise TypeError("The platform's worlds stand on DuckDB.")
    return world.engine


def _lay_out(duck: DuckDB, roster: Roster, days: int) -> None:
    known, codes = np.unique(np.array(roster.arms, dtype=object).astype(str), return_inverse=True)
    given: dict[str, Any] = {
        "unit_id": np.array(roster.unit_ids, dtype=np.int64),
        "person_id": np.array(roster.person_ids, dtype=np.int64),
        "arm_code": codes.astype(np.int64),
        "start_on": np.array([np.datetime64(each, "us") for each in roster.starts], dtype="datetime64[us]"),
        "is_conflict": np.isin(
            np.array(roster.unit_ids, dtype=np.int64), np.array(sorted(roster.conflicts), dtype=np.int64)
        ),
    }
    duck.connection.register("given_roster", given)
    try:
        duck.execute(
            "create or replace temp table every_roster as select unit_id, person_id, arm_code, "
            f"start_on::date as start_on, {int(days)} as days from given_roster where not is_conflict"
        )
    finally:
        duck.connection.unregister("given_roster")
    duck.connection.register("given_arms", {"arm_code": np.arange(len(known)), "arm": known.astype(object)})
    try:
        duck.execute(
            "create or replace temp table arms_by_code as select arm_code::bigint as arm_code, arm::varchar as arm from given_arms"
        )
    finally:
        duck.connection.unregister("given_arms")


def _keep_ripe(duck: DuckDB, as_of: date) -> None:
    """Those whose horizon is over; a unit begins when the first of its people does."""
    first = "select unit_id, person_id, arm_code, min(start_on) over (partition by unit_id) as start_on, days from every_roster"
    is_over = f"start_on + days <= date '{as_of.isoformat()}'"
    duck.execute(f"create or replace temp table roster as select * from ({first}) where {is_over}")
    duck.execute(
        f"create or replace temp table waiting_roster as select * from ({first}) where not ({is_over})"
    )


def _units(duck: DuckDB, world: World, segments: Sequence[str]) -> dict[str, Any]:
    chosen = [name for name in segments if name in SEGMENTS and "people" in world.nouns]
    values = "".join(f", coalesce(min(p.{name}), '–') as {name}" for name in chosen)
    join = "left join people p on p.person_id = r.person_id" if chosen else ""
    return _columns(duck, (
        f"select r.unit_id, any_value(a.arm) as arm, min(r.start_on) as start_on{values} "
        f"from roster r join arms_by_code a using (arm_code) {join} group by r.unit_id order by r.unit_id"
    ))  # fmt: skip


def _answers(duck: DuckDB, world: World, name: str) -> dict[str, Any]:
    for derived in ("tenures",):
        if derived in OUTCOMES[name].needs:
            duck.define(derived, compiled(world.tables()[derived], "duckdb"))
    found = _columns(duck, f"select value, base, before from ({OUTCOMES[name].sql}) order by unit_id")
    return {name: found["value"], f"{name}_base": found["base"], f"{name}_before": found["before"]}


def _columns(duck: DuckDB, sql: str) -> dict[str, Any]:
    """The columns of a query as arrays; unknown numbers are NaN, unknown texts None."""
    told = duck.execute(sql).fetchnumpy()
    return {name: _plain(values) for name, values in told.items()}


def _plain(values: Any) -> Any:
    if not isinstance(values, np.ma.MaskedArray):
        return values
    empty: Any = np.nan if values.dtype.kind == "f" else None
    whole: Any = values if values.dtype.kind == "f" else values.astype(object)
    return whole.filled(empty)


def _unanswerable(missing: Sequence[str]) -> RequestError:
    names = [OUTCOMES[name].measured.said if name in OUTCOMES else Said(name, name) for name in missing]
    needs = sorted({need for name in missing if name in OUTCOMES for need in OUTCOMES[name].needs})
    return RequestError(
        Said(f"The effect on {', '.join(n.en for n in names)} was asked for.", f"{', '.join(n.ko for n in names)}에 대한 효과를 물으셨습니다."),
        Said(f"The data holds no {', '.join(needs)} yet.", f"아직 필요한 데이터({', '.join(needs)})가 없습니다."),
        Said("Bring them in, or judge by another outcome.", "데이터를 가져오거나 다른 결과 지표를 고르십시오."),
    )  # fmt: skip

"""Which rollups are stored beside the data, and do they fit this world? Written once, read by every dashboard."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ibis
from ibis.expr.types import Table

from dangol.core.engine.engine import Engine, compiled
from dangol.core.errors import DataError
from dangol.core.language import Said
from dangol.core.rollups.person_day import PERSON_DAY, activity_of_person_day, person_day
from dangol.core.rollups.person_state import PERSON_STATE, person_state

_ABOUT = "rollups.json"
Basis = Mapping[str, int | str]
"""What rollups are made of: the rows of each noun, and the time zone that its days are of."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Rollups of everything known before `as_of`; the person_state is of one kind of activity."""

    as_of: date
    activity: str
    """The noun whose rows the person_state counts as activity: events or orders."""
    basis: Basis
    """What they were made of. People are numbered anew in other data, so theirs would be somebody else's days."""
    is_daily: bool = False
    """Whether each person and day has one row: there is only one currency in the person_day."""

    def tables(self, activity: str | None) -> dict[str, Table]:
        """What metrics may use instead of raw rows, when `activity` (events or orders) counts as being active."""
        if activity is None:
            return {}
        days = ibis.table(PERSON_DAY, name="person_day")
        active = activity_of_person_day(days, activity.removesuffix("s"))
        tables = {"person_day": days, "activity": active}
        if self.is_daily:
            tables["active_days"] = active.select("person_id", "active_on")
        if activity == self.activity:
            tables["person_state"] = ibis.table(PERSON_STATE, name="person_state")
        return tables


def write_rollups(
    engine: Engine, raw: dict[str, Table], activity: str, as_of: date, basis: Basis, folder: Path
) -> None:
    """Leave person_day and person_state as Parquet in `folder`, from the raw tables (events, orders or both)."""
    days = person_day(raw.get("events"), raw.get("orders"))
    # In the order in which windows over a person's days read them.
    engine.write_parquet(
        compiled(days.order_by("person_id", "active_on"), engine.dialect), folder / "person_day"
    )
    engine.read_parquet("person_day", folder / "person_day")
    days = ibis.table(PERSON_DAY, name="person_day")
    own = days.filter(days[f"{activity.removesuffix('s')}_count"] > 0)
    engine.write_parquet(compiled(person_state(own, as_of), engine.dialect), folder / "person_state")
    currencies = days.agg(known=days.currency.nunique(), unknown=days.currency.isnull().any())
    (row,) = engine.run(compiled(currencies, engine.dialect))
    is_daily = int(row["known"] or 0) + int(bool(row["unknown"])) <= 1
    about = {"as_of": as_of.isoformat(), "activity": activity, "basis": dict(basis), "is_daily": is_daily}
    (folder / _ABOUT).write_text(json.dumps(about), encoding="utf-8")


def read_rollups(engine: Engine, folder: Path, as_of: date, basis: Basis) -> Stored:
    """Make the rollups in `folder` views of the engine; a DataError when they are of another day or other data."""
    stored = _about(folder)
    if stored.as_of != as_of:
        raise DataError(
            Said(f"The rollups in {folder} were asked for.", f"{folder}의 집계를 요청하셨습니다."),
            Said(
                f"They hold what was known before {stored.as_of}; this world is as of {as_of}.",
                f"{stored.as_of} 이전에 알려진 내용이고, 이 데이터는 {as_of} 기준입니다.",
            ),
            Said(
                f"Write them again with write_rollups, or open the world with as_of={stored.as_of}.",
                f"write_rollups로 다시 쓰거나, as_of={stored.as_of}로 여십시오.",
            ),
        )
    if dict(stored.basis) != dict(basis):
        raise DataError(
            Said(f"The rollups in {folder} were asked for.", f"{folder}의 집계를 요청하셨습니다."),
            Said(
                f"They were made of other data ({_shown(stored.basis)}) than this world ({_shown(basis)}).",
                f"이 데이터({_shown(basis)})가 아닌 다른 데이터({_shown(stored.basis)})로 만든 집계입니다.",
            ),
            Said("Write them again with write_rollups.", "write_rollups로 다시 쓰십시오."),
        )
    for name in ("person_day", "person_state"):
        engine.read_parquet(name, folder / name)
    return stored


def _shown(basis: Basis) -> str:
    return ", ".join(f"{name}: {value}" for name, value in sorted(basis.items())) or "-"


def _about(folder: Path) -> Stored:
    try:
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        day, is_daily = date.fromisoformat(about["as_of"]), bool(about["is_daily"])
        return Stored(day, about["activity"], about["basis"], is_daily)
    except (OSError, ValueError, KeyError) as error:
        raise DataError(
            Said(f"The rollups in {folder} were asked for.", f"{folder}의 집계를 요청하셨습니다."),
            Said(f"There is no readable {_ABOUT} in it.", f"읽을 수 있는 {_ABOUT} 파일이 없습니다."),
            Said(
                "Write them first with world.write_rollups(folder).",
                "먼저 world.write_rollups(folder)로 쓰십시오.",
            ),
        ) from error

"""Which arm is each unit in? Drawn once, kept for ever; of several that turn out to be one person the earliest holds.

Nothing is rewritten by a merge: a person has all the rows of those who are part of them, and two different arms
among those are a conflict, kept and not analysed. Undo the merge, and both have their own arms again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection, transaction

from dangol.core.experiments.assignment import assign
from dangol.core.experiments.design import Arm, Design
from dangol.core.stats.sequential import TUNED_AT
from dangol.platform.experiments.models import Experiment
from dangol.platform.log.merges import Merged, merged
from dangol.platform.log.sets import as_rows, as_set, cut, is_postgresql, member_of, rows_of
from dangol.platform.people.models import Account, Person

AT_ONCE: Final = 20_000
_COLUMNS: Final = (("unit_id", "bigint"), ("arm", "smallint"))
_ROWS: Final = (
    "select unit_id, id, arm, assigned_at, exposed_at from experiments_assignment where experiment_id = %s"
)
Unit = int
Row = Sequence[Any]
"""id, arm, assigned_at, exposed_at"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit stands: the arm it keeps, since when, whether it has begun, and whether it was in others too."""

    arm: int
    assigned_at: datetime
    exposed_at: datetime | None
    is_conflict: bool


def design_of(row: Experiment) -> Design:
    """The experiment as the core declares it; a RequestError where it is none."""
    return Design(
        name=row.name,
        arms=tuple(Arm(str(each["name"]), float(each["share"])) for each in row.arms),
        outcome=row.outcome,
        salt=row.salt,
        unit=row.whom,  # type: ignore[arg-type]
        horizon_days=row.horizon_days,
        smallest_effect=row.smallest,
        guardrails=tuple(row.guardrails),
        segments=tuple(row.segments),
        planned_units=row.planned_units or TUNED_AT,
    )


def units_of(row: Experiment, person_ids: Iterable[int]) -> dict[int, Unit]:
    """The unit of each person: themselves as merged now, or their account; nothing for who has no account."""
    people = merged()
    roots = {each: people.winner(each) for each in person_ids}
    if row.whom == Experiment.Whom.PERSON:
        return roots
    accounts = accounts_of(set(roots.values()))
    return {each: accounts[root] for each, root in roots.items() if root in accounts}


def accounts_of(person_ids: Collection[int]) -> dict[int, Unit]:
    """The account's key of each person who has one."""
    sql = (
        f"select p.id, a.id from {Person._meta.db_table} p join {Account._meta.db_table} a "
        f"on a.account_id = p.account_id where p.id {member_of('bigint')}"
    )
    found: dict[int, Unit] = {}
    with connection.cursor() as cursor:
        for part in cut(sorted(person_ids), AT_ONCE):
            cursor.execute(sql, [as_set(part)])
            found.update(cursor.fetchall())
    return found


def people_of(row: Experiment, units: Collection[Unit]) -> dict[Unit, list[int]]:
    """The people behind each unit: the person, or everybody of the account."""
    if row.whom == Experiment.Whom.PERSON:
        return {unit: [unit] for unit in units}
    sql = (
        f"select a.id, p.id from {Person._meta.db_table} p join {Account._meta.db_table} a "
        f"on a.account_id = p.account_id where p.merged_into is null and p.erased_at is null "
        f"and a.id {member_of('bigint')} order by p.id"
    )
    found: dict[Unit, list[int]] = {}
    with connection.cursor() as cursor:
        for part in cut(sorted(units), AT_ONCE):
            cursor.execute(sql, [as_set(part)])
            for unit, person in cursor.fetchall():
                found.setdefault(unit, []).append(person)
    return found


def places(row: Experiment, units: Collection[Unit]) -> dict[Unit, Place]:
    """Where these units stand, as merged now; nothing for those who were never drawn."""
    people = _merges_of(row)
    family = _family(people, units)
    found: dict[Unit, list[Row]] = {}
    with connection.cursor() as cursor:
        for part in cut(sorted(family), AT_ONCE):
            cursor.execute(f"{_ROWS} and unit_id {member_of('bigint')}", [row.pk, as_set(part)])
            _gather(found, people, cursor)
    return {unit: _place(rows) for unit, rows in found.items()}


def every_place(row: Experiment) -> dict[Unit, Place]:
    """Where everybody of an experiment stands, as merged now."""
    found: dict[Unit, list[Row]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [row.pk])
        _gather(found, _merges_of(row), cursor)
    return {unit: _place(rows) for unit, rows in found.items()}


def _merges_of(row: Experiment) -> Merged:
    """Merges are of people; accounts have none."""
    return merged() if row.whom == Experiment.Whom.PERSON else Merged({}, (0, 0, None))


def _family(people: Merged, units: Collection[Unit]) -> set[Unit]:
    return people.everyone(units) if people.winners else set(units)


def _gather(found: dict[Unit, list[Row]], people: Merged, rows: Iterable[Any]) -> None:
    """The rows of each unit, under the number that it stands for now."""
    for unit, *told in rows:
        found.setdefault(people.winner(unit), []).append(told)


def _place(rows: list[Row]) -> Place:
    """Of several histories that are one now, the arm that was drawn first (SCIENCE 4.1)."""
    if len(rows) == 1:
        ((_, arm, assigned, exposed),) = rows
        return Place(arm, _moment(assigned), None if exposed is None else _moment(exposed), is_conflict=False)
    rows.sort(key=lambda row: (_moment(row[2]), row[0]))
    seen = [_moment(row[3]) for row in rows if row[3] is not None]
    return Place(
        rows[0][1],
        _moment(rows[0][2]),
        min(seen, default=None),
        is_conflict=len({row[1] for row in rows}) > 1,
    )


def _moment(told: Any) -> datetime:
    """SQLite hands moments over without a zone, where the ORM is not asked; they are UTC."""
    moment = told if isinstance(told, datetime) else datetime.fromisoformat(told)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def draw(row: Experiment, units: Collection[Unit], at: datetime) -> dict[Unit, Place]:
    """Every unit gets a place, those who have one keep it; set by set, so that a million take seconds."""
    found: dict[Unit, Place] = {}
    for part in cut(sorted(set(units)), AT_ONCE):
        found |= places(row, part)
        new = [unit for unit in part if unit not in found]
        if new:
            found |= _insert(row, new, at)
    return found


@transaction.atomic
def _insert(row: Experiment, units: Sequence[Unit], at: datetime) -> dict[Unit, Place]:
    """New rows; whoever draws the same unit at the same time draws the same arm, so one row is as good as the other."""
    number = {arm["name"]: n for n, arm in enumerate(row.arms)}
    arms = [number[arm] for arm in assign(design_of(row), units)]
    sql = (
        "insert into experiments_assignment (experiment_id, unit_id, arm, assigned_at) "
        f"select %s, unit_id, arm, %s from {rows_of(_COLUMNS)} where true on conflict do nothing"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [row.pk, _written(at), *as_rows(list(zip(units, arms, strict=True)))])
    return {unit: Place(arm, at, None, is_conflict=False) for unit, arm in zip(units, arms, strict=True)}


def _written(at: datetime) -> Any:
    return at if is_postgresql() else connection.ops.adapt_datetimefield_value(at)


def mark_exposed(row: Experiment, units: Collection[Unit], at: datetime) -> None:
    """Their arms matter from this moment on."""
    family = _family(_merges_of(row), units)
    with connection.cursor() as cursor:
        for part in cut(sorted(family), AT_ONCE):
            cursor.execute(
                "update experiments_assignment set exposed_at = %s where exposed_at is null and experiment_id = %s "
                f"and unit_id {member_of('bigint')}",
                [_written(at), row.pk, as_set(part)],
            )

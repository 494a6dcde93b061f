"""Who is compared in an experiment, in which arm, and since when? From the draws here, the log, or a holdout."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dangol.core.engine import World
from dangol.core.experiments.assignment import is_held_out
from dangol.core.experiments.design import Holdout as Share
from dangol.core.experiments.exposure import assigned
from dangol.platform.experiments.drawing import every_place
from dangol.platform.experiments.holding import held_out_by, units_by_holdout
from dangol.platform.experiments.measuring import Roster
from dangol.platform.experiments.models import Experiment, Holdout
from dangol.platform.kernel.queries import business
from dangol.platform.log.merges import merged
from dangol.platform.people.models import Account, Person
from dangol.platform.people.models.person import LISTED


def roster_of(row: Experiment, world: World) -> Roster:
    """Everybody who was eligible, whether reached or not (intent to treat)."""
    if row.enrols == Experiment.Enrols.LOG:
        return _logged(row, world)
    if row.enrols == Experiment.Enrols.HOLDOUT:
        return _held(row)
    return _drawn(row)


def _drawn(row: Experiment) -> Roster:
    """Units that have begun here; those of several arms after a merge are counted and left out."""
    found = {unit: place for unit, place in every_place(row).items() if place.exposed_at is not None}
    rows = [
        (unit, row.arms[place.arm]["name"], day_of(place.exposed_at))
        for unit, place in found.items()
        if place.exposed_at is not None
    ]
    return _roster(row, rows, frozenset(unit for unit, place in found.items() if place.is_conflict))


def _logged(row: Experiment, world: World) -> Roster:
    """The exposures that another tool logged; of several of a person the first, none where their arms differ."""
    tables = world.tables()
    if "exposures" not in tables:
        return _roster(row, [], frozenset())
    found = world.ask(assigned(tables["exposures"], row.key, people=tables.get("people"), unit=row.whom))  # type: ignore[arg-type]
    rows = [(each["unit_id"], each["arm"], each["start_on"]) for each in found]
    return _of_ids(row, rows, frozenset(each["unit_id"] for each in found if each["is_conflict"]))


def _held(row: Experiment) -> Roster:
    """Everybody who was known when the holdout began: left alone, or not."""
    holdout = (
        Holdout.objects.filter(salt=row.salt, started_at__lte=row.started_at).order_by("-started_at").first()
    )
    if holdout is None or row.started_at is None:
        return _roster(row, [], frozenset())
    known = Person.objects.filter(LISTED, first_seen_at__lt=row.started_at).values_list("pk", flat=True)
    units = units_by_holdout(holdout, list(known))
    alone, day = held_out_by(holdout, list(units)), day_of(row.started_at)
    names = [arm["name"] for arm in row.arms]
    if row.whom == Experiment.Whom.ACCOUNT:
        sides = {unit: names[0] if each in alone else names[1] for each, unit in units.items()}
        return _roster(row, [(unit, arm, day) for unit, arm in sides.items()], frozenset())
    rows = [(each, names[0] if each in alone else names[1], day) for each in units]
    torn = _torn(holdout)
    return _roster(row, rows, frozenset(each for each, first in units.items() if first in torn))


def _torn(holdout: Holdout) -> frozenset[int]:
    """The first numbers of those whose numbers, before they were one person, fell on both sides."""
    families: dict[int, list[int]] = defaultdict(list)
    for loser, winner in merged().winners.items():
        families[winner].append(loser)
    every = {each for winner, losers in families.items() for each in (winner, *losers)}
    if not every:
        return frozenset()
    ids = sorted(every)
    side = dict(zip(ids, is_held_out(Share(holdout.salt, holdout.share), ids).tolist(), strict=True))
    return frozenset(
        min(winner, *losers)
        for winner, losers in families.items()
        if len({side[each] for each in (winner, *losers)}) > 1
    )


def _roster(row: Experiment, rows: Sequence[tuple[int, str, date]], conflicts: frozenset[int]) -> Roster:
    """The same with accounts by the ids that the world knows them by."""
    if row.whom == Experiment.Whom.PERSON:
        return _of_ids(row, rows, conflicts)
    names = dict(Account.objects.values_list("pk", "account_id"))
    named = [(names[unit], arm, day) for unit, arm, day in rows if unit in names]
    return _of_ids(row, named, frozenset(names[unit] for unit in conflicts if unit in names))


def _of_ids(row: Experiment, rows: Sequence[tuple[Any, str, date]], conflicts: frozenset[Any]) -> Roster:
    units, arms, starts = zip(*sorted(rows), strict=True) if rows else ((), (), ())
    return Roster(units, arms, starts, conflicts, row.whom)


def day_of(moment: datetime) -> date:
    """The day of the business on which something began."""
    return moment.astimezone(ZoneInfo(business().time_zone)).date()

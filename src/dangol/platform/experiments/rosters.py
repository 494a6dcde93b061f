"""Who is compared in an experiment, in which arm, and since when? From the draws here, the log, or a holdout."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dangol.core.engine import World
from dangol.core.engine.duck import quoted
from dangol.core.experiments.assignment import is_held_out
from dangol.core.experiments.design import Holdout as Share
from dangol.platform.experiments.drawing import every_place, people_of
from dangol.platform.experiments.holding import held_out_by, units_by_holdout
from dangol.platform.experiments.measuring import Roster
from dangol.platform.experiments.models import Experiment, Holdout
from dangol.platform.kernel.queries import business
from dangol.platform.log.merges import merged
from dangol.platform.people.models import Person
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
    people = people_of(row, list(found)) if row.whom == Experiment.Whom.ACCOUNT else {u: [u] for u in found}
    rows = [
        (unit, person, row.arms[place.arm]["name"], day_of(place.exposed_at))
        for unit, place in found.items()
        for person in people.get(unit, ())
        if place.exposed_at is not None
    ]
    return _roster(rows, frozenset(unit for unit, place in found.items() if place.is_conflict))


def _logged(row: Experiment, world: World) -> Roster:
    """The exposures that another tool logged; of several of a person the first, and none where their arms differ."""
    if "exposures" not in world.nouns:
        return _roster([], frozenset())
    answer = world.engine.run(
        "select person_id, arg_min(arm, exposed_at) as arm, min(exposed_on) as day, count(distinct arm) > 1 as is_conflict "
        f"from exposures where experiment = {quoted(row.key)} group by person_id"
    )
    rows = [(person, person, arm, day) for person, arm, day, _ in answer.rows]
    return _roster(rows, frozenset(person for person, _, _, is_conflict in answer.rows if is_conflict))


def _held(row: Experiment) -> Roster:
    """Everybody who was known when the holdout began: left alone, or not."""
    holdout = (
        Holdout.objects.filter(salt=row.salt, started_at__lte=row.started_at).order_by("-started_at").first()
    )
    if holdout is None or row.started_at is None:
        return _roster([], frozenset())
    known = Person.objects.filter(LISTED, first_seen_at__lt=row.started_at).values_list("pk", flat=True)
    units = units_by_holdout(holdout, list(known))
    alone, day = held_out_by(holdout, list(units)), day_of(row.started_at)
    names = [arm["name"] for arm in row.arms]
    rows = [(units[each], each, names[0] if each in alone else names[1], day) for each in units]
    return _roster(rows, _torn(holdout) if row.whom == Experiment.Whom.PERSON else frozenset())


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


def _roster(rows: list[tuple[int, int, str, date]], conflicts: frozenset[int]) -> Roster:
    units, people, arms, starts = zip(*sorted(rows), strict=True) if rows else ((), (), (), ())
    return Roster(units, people, arms, starts, conflicts)


def day_of(moment: datetime) -> date:
    """The day of the business on which something began."""
    return moment.astimezone(ZoneInfo(business().time_zone)).date()

"""Which arm does a unit get? For the worker that brings an audience in, and for developers' own code."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.experiments.drawing import Place, draw, places, units_of
from dangol.platform.experiments.exposing import expose
from dangol.platform.experiments.holding import held_out
from dangol.platform.experiments.models import Experiment
from dangol.platform.experiments.seeing import edited_experiment
from dangol.platform.kernel import clock
from dangol.platform.kernel.access.viewer import SYSTEM, Viewer
from dangol.platform.log.identities import DIRECTORY
from dangol.platform.people.models import Person

MOST: Final = 1_000
"""People whom developers' code may ask about in one call."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The answer for one person: the arm, or None with the reason."""

    user_id: str
    person_id: int | None
    arm: str | None
    reason: str
    """assigned, held_out, ended, no_account, not_yours"""


def assign(
    experiment_id: int, person_ids: Collection[int], *, viewer: Viewer = SYSTEM
) -> dict[int, str | None]:
    """The arm of each person, drawn now or long ago, said to the log for every arm at this instant.

    None: left alone, because they are held out of everything, have no account where accounts are drawn, or the
    experiment takes nobody any more. Whoever has an arm keeps it, also after merges and after the end.
    """
    row = edited_experiment(viewer, experiment_id)
    return {person: arm for person, (arm, _) in placed(row, person_ids, clock.now()).items()}


def placed(
    row: Experiment, person_ids: Collection[int], at: datetime, *, exposes: bool = True
) -> dict[int, tuple[str | None, str]]:
    """The arm of each person and why; the log hears of those who begin now."""
    _check_begun(row)
    units = units_of(row, person_ids)
    left_alone = held_out(units, row.key)
    known = places(row, set(units.values()))
    if row.state == Experiment.State.RUNNING and not is_over(row, at):
        new = {unit for person, unit in units.items() if person not in left_alone and unit not in known}
        known |= draw(row, new, at)
    if exposes and row.state == Experiment.State.RUNNING:
        wanted = {unit for person, unit in units.items() if person not in left_alone}
        expose(row, {unit: place for unit, place in known.items() if unit in wanted}, at)
    return {person: _told(row, person, units, left_alone, known) for person in person_ids}


def _told(
    row: Experiment, person: int, units: dict[int, int], left_alone: set[int], known: dict[int, Place]
) -> tuple[str | None, str]:
    if person not in units:
        return None, "no_account"
    if person in left_alone:
        return None, "held_out"
    if row.state == Experiment.State.DECIDED:
        return row.chosen, "decided"
    place = known.get(units[person])
    return (row.arms[place.arm]["name"], "assigned") if place else (None, "ended")


def is_over(row: Experiment, at: datetime) -> bool:
    """Whether its last day for units to come in has passed."""
    return row.ends_on is not None and at.date() > row.ends_on


def assign_users(
    viewer: Viewer, experiment: int, user_ids: Sequence[str], *, exposes: bool = True
) -> list[Placed]:
    """The same by the ids that the caller's own code uses; an id that nobody had becomes a customer's."""
    row = edited_experiment(viewer, experiment)
    _check_begun(row)
    names = [("user_id", each) for each in user_ids[:MOST]]
    numbers = DIRECTORY.numbered(names) if viewer.units is None else DIRECTORY.known(names)
    mine = _own(viewer, set(numbers.values()))
    known = {
        each: numbers[name] for each, name in zip(user_ids, names, strict=True) if numbers.get(name) in mine
    }
    found = placed(row, set(known.values()), clock.now(), exposes=exposes)
    return [
        Placed(each, known[each], *found[known[each]])
        if each in known
        else Placed(each, None, None, "not_yours")
        for each in user_ids
    ]


def _own(viewer: Viewer, numbers: set[int]) -> set[int]:
    """Those whom the viewer may see; who sees everybody may also name people that nobody knows yet."""
    if viewer.units is None:
        return numbers
    return set(Person.objects.filter(pk__in=numbers, unit_id__in=viewer.units).values_list("pk", flat=True))


def expose_units(viewer: Viewer, experiment: int, user_ids: Sequence[str]) -> int:
    """Say that the arm begins to matter to these, of whichever arm; how many units began."""
    row = edited_experiment(viewer, experiment)
    _check_begun(row)
    numbers = DIRECTORY.known([("user_id", each) for each in user_ids[:MOST]])
    units = units_of(row, _own(viewer, set(numbers.values())))
    return expose(row, places(row, set(units.values())), clock.now())


def _check_begun(row: Experiment) -> None:
    """Arms are drawn here only for experiments that were designed here and have begun."""
    if row.state == Experiment.State.DRAFT or row.enrols not in ("start", "entry", "code"):
        raise RequestError(
            Said(f"An arm of the experiment {row.name!r} was asked for.", f"실험 {row.name!r}의 실험군을 물으셨습니다."),
            Said("It has not begun, or its arms are drawn elsewhere.", "아직 시작하지 않았거나 다른 곳에서 나누는 실험입니다."),
            Said("Start it first.", "먼저 시작해 주십시오."),
        )  # fmt: skip

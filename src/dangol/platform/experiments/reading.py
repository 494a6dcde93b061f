"""What does an experiment say so far? Its units measured, its arms compared, the answer kept until something moves."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import closing
from datetime import date, timedelta
from typing import Any, Final

from dangol.core.engine import World
from dangol.core.errors import DangolError, RequestError
from dangol.core.experiments.reading import read_summaries
from dangol.core.experiments.readout import Readout as Told
from dangol.core.experiments.summarise import summaries_on
from dangol.core.language import Said
from dangol.platform.experiments.drawing import design_of
from dangol.platform.experiments.measuring import measured
from dangol.platform.experiments.models import Experiment, Readout
from dangol.platform.experiments.outcomes import judged_of
from dangol.platform.experiments.rosters import roster_of
from dangol.platform.experiments.seeing import eyes_of, why
from dangol.platform.kernel import clock
from dangol.platform.log.queries import position
from dangol.platform.people.queries import world_for

HARMFUL: Final = frozenset({"worse", "guardrail"})
"""Rulings on which a stop is suggested; nothing is stopped by itself."""
WHOLE: Final = frozenset({"start", "log", "holdout"})
"""Those who are in it were all there from its beginning: how many they are is known before any outcome."""


def keep(row: Experiment) -> None:
    """Read an experiment out and keep what it says, or why it says nothing."""
    began, at, now = time.perf_counter(), position(), clock.now()
    told: dict[str, Any] = {}
    failure = None
    try:
        with closing(world_for(eyes_of(row.unit_id))) as world:
            told = read(row, world).to_plain()
    except DangolError as error:
        failure = why(error)
    before = Readout.objects.filter(experiment=row).first()
    is_harmful = row.state == Experiment.State.RUNNING and told.get("ruling") in HARMFUL
    Readout.objects.update_or_create(
        experiment=row,
        defaults={
            "told": told,
            "failure": failure,
            "position": at,
            "computed_at": now,
            "seconds": time.perf_counter() - began,
            "harm_at": ((before and before.harm_at) or now) if is_harmful else None,
        },
    )


def read(row: Experiment, world: World) -> Told:
    """The readout of an experiment over a world; the rows of its units never leave the engine."""
    names = [row.outcome, *row.guardrails]
    roster = roster_of(row, world)
    if not len(roster.unit_ids):
        raise _too_early(row, None)
    found = measured(world, roster, names, row.horizon_days, row.segments)
    segments = [name for name in row.segments if name in found.units.columns]
    summaries = summaries_on(world.ask, found.units, [judged_of(name) for name in names], segments=segments)
    if not summaries.counts:
        raise _too_early(row, min(roster.starts))
    if row.planned_units is None and row.enrols in WHOLE:
        row.planned_units = max(len(roster.unit_ids), 1)
        Experiment.objects.filter(pk=row.pk, planned_units=None).update(planned_units=row.planned_units)
    return read_summaries(
        design_of(row), summaries, cost=_cost(row, summaries.counts), waiting_count=found.waiting_count,
        excluded_count=found.excluded_count, as_of=world.as_of,
    )  # fmt: skip


def _cost(row: Experiment, counts: Mapping[str, int]) -> dict[str, float]:
    """What was spent on each arm but the control."""
    if row.cost is None:
        return {}
    return {each["name"]: float(row.cost) * counts.get(each["name"], 0) for each in row.arms[1:]}


def _too_early(row: Experiment, first: date | None) -> RequestError:
    asked = Said(
        f"The experiment {row.name!r} was to be read out.", f"실험 {row.name!r}을(를) 판독하려고 했습니다."
    )
    if first is None:
        return RequestError(
            asked, Said("Nobody is in it yet.", "아직 아무도 참여하지 않았습니다."),
            Said("The worker brings them in; own code asks for their arms.", "작업자가 곧 불러오거나, 직접 만든 코드가 실험군을 물으면 참여하게 됩니다."),
        )  # fmt: skip
    day = first + timedelta(days=row.horizon_days)
    return RequestError(
        asked, Said("Nobody's horizon is over yet.", "아직 관찰 기간이 끝난 고객이 없습니다."),
        Said(f"The first readout can be made on {day}.", f"첫 판독은 {day}에 할 수 있습니다."),
    )  # fmt: skip

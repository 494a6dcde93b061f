"""What does the business's own past teach? A model of each kind, kept with its card, used when the card allows it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from dangol.core.engine import World
from dangol.core.errors import DangolError, DataError
from dangol.core.language import Said
from dangol.core.predict.card import Card
from dangol.core.predict.labelled import Labelled
from dangol.platform.foresight import registry, worth
from dangol.platform.foresight.models import ModelVersion, Run
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.people.models import Person
from dangol.platform.people.models.person import LISTED
from dangol.platform.people.queries import world_for

SEED: Final = 1
HORIZONS: Final = ((270, 90), (180, 60), (90, 30))
"""Days of history that are there, and the horizon that they allow: three windows of it at least."""
MOST_SNAPSHOTS: Final = 14
"""Four weeks apart each, they reach the same season of last year."""
MOST_ROWS: Final = 3_000_000
"""Customers times snapshots that are learned from: about 2 GB of numbers. More customers, fewer snapshots."""
Trained = tuple[Card, str]
"""The card of a model and its text."""


def train(run: Run) -> dict[str, Any]:
    """Train every kind of model that the data allows; what came of each."""
    with closing(world_for(SYSTEM)) as world:
        run.as_of = world.as_of
        past = Past(world)
        return {kind: _trained(kind, learn, past) for kind, learn in LEARNERS.items()}


@dataclass
class Past:
    """The world that is learned from; snapshots of it are made once for all who need them."""

    world: World

    @cached_property
    def horizon_days(self) -> int:
        """How many days ahead the history allows to look; a DataError where it is too short for any."""
        found = horizon_of(self.world)
        if found is None:
            raise _too_short(self.world)
        return found

    @cached_property
    def snapshots(self) -> tuple[Labelled, ...]:
        """What was known on some days, and who left within the horizon after them."""
        people = max(Person.objects.filter(LISTED).count(), 1)
        snapshots = max(2, min(MOST_SNAPSHOTS, MOST_ROWS // people))
        return self.world.training(self.horizon_days, snapshots=snapshots)


def horizon_of(world: World) -> int | None:
    """How many days ahead the history allows to look; None where it is too short for any."""
    days = (world.as_of - world.period().start).days
    return next((horizon for least, horizon in HORIZONS if days >= least), None)


def _trained(kind: str, learn: Callable[[Past], Trained], past: Past) -> dict[str, Any]:
    """One kind of model: kept, or the sentence that says why there is none."""
    began = time.perf_counter()
    try:
        card, text = learn(past)
    except DangolError as error:
        reason = Said(error.in_("en"), error.in_("ko"))
        registry.note_impossible(kind, reason)
        return {"reason": registry.plain(reason)}
    version = registry.keep(kind, card, text, time.perf_counter() - began)
    return {"version": version.version, "state": version.state}


def _churn(past: Past) -> Trained:
    from dangol.core.predict.churn import fit_churn

    model = fit_churn(past.snapshots, horizon_days=past.horizon_days, seed=SEED)
    return model.card, model.to_text()


def _value(past: Past) -> Trained:
    return worth.learned(past.world, SEED)


def _health(past: Past) -> Trained:
    from dangol.platform.foresight import healthy

    return healthy.learned(past.world, past.snapshots, past.horizon_days, SEED)


def _too_short(world: World) -> DangolError:
    days = (world.as_of - world.period().start).days
    return DataError(
        Said("A model of leaving was to be trained.", "이탈 모형을 학습하려고 했습니다."),
        Said(f"The data reaches back {days} days.", f"데이터가 {days}일치뿐입니다."),
        Said(
            "It takes 90 days to know who left within 30.",
            "30일 안에 떠난 고객을 알려면 90일치가 필요합니다.",
        ),
    )


LEARNERS: Final[dict[str, Callable[[Past], Trained]]] = {
    ModelVersion.Kind.CHURN: _churn,
    ModelVersion.Kind.VALUE: _value,
    ModelVersion.Kind.HEALTH: _health,
}

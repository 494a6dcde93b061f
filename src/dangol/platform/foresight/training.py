"""What does the business's own past teach? A model of each kind, kept with its card, used when the card allows it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

from dangol.core.engine import World
from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.core.predict.card import Card
from dangol.platform.foresight import registry, worth
from dangol.platform.foresight.models import ModelVersion, Run
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.people.queries import world_for

SEED: Final = 1
HORIZONS: Final = ((270, 90), (180, 60), (90, 30))
"""Days of history that are there, and the horizon that they allow: three windows of it at least."""
SNAPSHOTS: Final = 6
Trained = tuple[Card, str]
"""The card of a model and its text."""


def train(run: Run) -> dict[str, Any]:
    """Train every kind of model that the data allows; what came of each."""
    with closing(world_for(SYSTEM)) as world:
        run.as_of = world.as_of
        return {kind: _trained(kind, learn, world) for kind, learn in LEARNERS.items()}


def horizon_of(world: World) -> int | None:
    """How many days ahead the history allows to look; None where it is too short for any."""
    days = (world.as_of - world.period().start).days
    return next((horizon for least, horizon in HORIZONS if days >= least), None)


def _trained(kind: str, learn: Callable[[World], Trained], world: World) -> dict[str, Any]:
    """One kind of model: kept, or the sentence that says why there is none."""
    began = time.perf_counter()
    try:
        card, text = learn(world)
    except DangolError as error:
        reason = Said(error.in_("en"), error.in_("ko"))
        registry.note_impossible(kind, reason)
        return {"reason": registry.plain(reason)}
    version = registry.keep(kind, card, text, time.perf_counter() - began)
    return {"version": version.version, "state": version.state}


def _churn(world: World) -> Trained:
    from dangol.core.predict.churn import fit_churn

    horizon = horizon_of(world)
    if horizon is None:
        raise _too_short(world)
    training = world.training(horizon, snapshots=SNAPSHOTS)
    model = fit_churn(training, horizon_days=horizon, seed=SEED)
    return model.card, model.to_text()


def _value(world: World) -> Trained:
    return worth.learned(world, SEED)


def _too_short(world: World) -> DangolError:
    from dangol.core.errors import DataError

    days = (world.as_of - world.period().start).days
    return DataError(
        Said("A model of leaving was to be trained.", "이탈 모형을 학습하려고 했습니다."),
        Said(f"The data reaches back {days} days.", f"데이터가 {days}일치뿐입니다."),
        Said(
            "It takes 90 days to know who left within 30.",
            "30일 안에 떠난 고객을 알려면 90일치가 필요합니다.",
        ),
    )


LEARNERS: Final[dict[str, Callable[[World], Trained]]] = {
    ModelVersion.Kind.CHURN: _churn,
    ModelVersion.Kind.VALUE: _value,
}

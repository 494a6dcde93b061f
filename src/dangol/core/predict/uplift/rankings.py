"""How do people choose without a trial? By response, and by risk: the rankings that a learner of effects must beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dangol.core.predict.uplift.columns import Floats
from dangol.core.predict.uplift.outcome_model import Maker, OutcomeModel, outcome_model_of
from dangol.core.predict.uplift.trial import Trial


@dataclass(frozen=True, slots=True)
class Ranked:
    """A model of one arm, read upwards (`sign` 1) or downwards (-1). Its score ranks, and is no effect."""

    model: OutcomeModel
    sign: float

    def uplift(self, values: Floats) -> Floats:
        """The score by which customers are put in order, [n]."""
        return self.sign * self.model.predict(values)

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"model": self.model.to_plain(), "sign": self.sign}


def fit_response(trial: Trial, maker: Maker) -> Ranked:
    """First who most probably has the outcome when treated."""
    arm = trial.is_treated
    return Ranked(maker.fit(trial.matrix.values[arm], trial.outcome[arm], is_rate=True), 1.0)


def fit_risk(trial: Trial, maker: Maker) -> Ranked:
    """First who most probably lacks the outcome when left alone: those at risk."""
    arm = ~trial.is_treated
    return Ranked(maker.fit(trial.matrix.values[arm], trial.outcome[arm], is_rate=True), -1.0)


def ranked_of(plain: dict[str, Any]) -> Ranked:
    """What `Ranked.to_plain` wrote."""
    return Ranked(outcome_model_of(plain["model"]), plain["sign"])

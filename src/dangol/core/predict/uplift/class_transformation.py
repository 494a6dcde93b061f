"""Class transformation: who did what the arms' difference is made of? One model of a new class gives the effect.

    z = 1 for the treated with the outcome and the untreated without it
    effect(x) = 2 P(z = 1 | x) - 1,   each customer weighing 1 / probability of the own arm

Source: Jaskowski & Jaroszewicz 2012 (ICML workshop on clinical data analysis); the weights make unequal arms equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dangol.core.predict.uplift.columns import Floats
from dangol.core.predict.uplift.outcome_model import Maker, OutcomeModel, outcome_model_of
from dangol.core.predict.uplift.trial import Trial


@dataclass(frozen=True, slots=True)
class TransformedEffects:
    """The fitted model of the new class."""

    model: OutcomeModel

    def uplift(self, values: Floats) -> Floats:
        """Change of the chance of the outcome by treating each, [n]."""
        return 2 * self.model.predict(values) - 1

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"model": self.model.to_plain()}


def fit_transformed(trial: Trial, maker: Maker) -> TransformedEffects:
    """One model of the new class."""
    z = np.where(trial.is_treated, trial.outcome, 1 - trial.outcome)
    return TransformedEffects(maker.fit(trial.matrix.values, z, trial.weights, is_rate=True))


def transformed_effects_of(plain: dict[str, Any]) -> TransformedEffects:
    """What `TransformedEffects.to_plain` wrote."""
    return TransformedEffects(outcome_model_of(plain["model"]))

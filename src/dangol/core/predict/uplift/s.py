"""S-learner: one model of the outcome in which being treated is one more feature. What changes when it is switched?

    effect(x) = m(x, 1) - m(x, 0)

It shrinks effects towards none, which serves where they are small. Source: Kunzel et al. 2019 (PNAS 116:4156).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dangol.core.predict.uplift.columns import Floats
from dangol.core.predict.uplift.outcome_model import Maker, OutcomeModel, outcome_model_of
from dangol.core.predict.uplift.trees import ROUNDS
from dangol.core.predict.uplift.trial import Trial


@dataclass(frozen=True, slots=True)
class SEffects:
    """The fitted model; its last column is whether the customer was treated."""

    model: OutcomeModel

    def uplift(self, values: Floats) -> Floats:
        """Change of the chance of the outcome by treating each, [n]."""
        with_it, without = (np.column_stack([values, np.full(len(values), arm)]) for arm in (1.0, 0.0))
        return self.model.predict(with_it) - self.model.predict(without)

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"model": self.model.to_plain()}


def fit_s(trial: Trial, maker: Maker) -> SEffects:
    """One model on both arms, with twice the trees of a model of one arm."""
    values = np.column_stack([trial.matrix.values, trial.is_treated.astype(np.float64)])
    return SEffects(maker.with_number().fit(values, trial.outcome, is_rate=True, rounds=2 * ROUNDS))


def s_effects_of(plain: dict[str, Any]) -> SEffects:
    """What `SEffects.to_plain` wrote."""
    return SEffects(outcome_model_of(plain["model"]))

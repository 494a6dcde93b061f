"""DR-learner: what is each customer's doubly robust effect, and what goes with it? Right if either half is right.

    phi = m1(x) - m0(x) + z (y - m1(x)) / e - (1 - z) (y - m0(x)) / (1 - e)
    effect(x) = a model of phi;  z is being treated, e its chance

m1 and m0 are cross-fitted: each customer's are of models that never saw them. Source: Kennedy 2023 (EJS 17:3008).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.core.predict.uplift.columns import Floats
from dangol.core.predict.uplift.outcome_model import Maker, OutcomeModel, outcome_model_of
from dangol.core.predict.uplift.t import fit_t
from dangol.core.predict.uplift.trial import Trial

FOLDS = 2


@dataclass(frozen=True, slots=True)
class DREffects:
    """The fitted model of the effect."""

    model: OutcomeModel

    def uplift(self, values: Floats) -> Floats:
        """Change of the chance of the outcome by treating each, [n]."""
        return self.model.predict(values)

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"model": self.model.to_plain()}


def fit_dr(trial: Trial, maker: Maker) -> DREffects:
    """Outcome models in FOLDS folds, then a model of the doubly robust effects."""
    phi = doubly_robust(trial, *cross_fitted(trial, maker, folds_of(trial, FOLDS, maker.seed)))
    return DREffects(maker.fit(trial.matrix.values, phi, is_rate=False))


def dr_effects_of(plain: dict[str, Any]) -> DREffects:
    """What `DREffects.to_plain` wrote."""
    return DREffects(outcome_model_of(plain["model"]))


def doubly_robust(trial: Trial, with_it: Floats, without: Floats) -> Floats:
    """The phi of the module's equation, [n]: unbiased for the effect where `trial.chance` is right; its mean is AIPW.

    `with_it` and `without` are m1 and m0, of models that did not see the customer.
    """
    y, e = trial.outcome, trial.chance
    own = np.where(trial.is_treated, (y - with_it) / e, -(y - without) / (1 - e))
    return np.asarray(with_it - without + own)


def cross_fitted(trial: Trial, maker: Maker, folds: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """m1 and m0 of everyone, [n] each, from models of the other folds."""
    with_it, without = np.empty(len(trial)), np.empty(len(trial))
    for fold in np.unique(folds):
        mine = folds == fold
        arms = fit_t(trial.take(~mine), maker)
        with_it[mine] = arms.treated.predict(trial.matrix.values[mine])
        without[mine] = arms.control.predict(trial.matrix.values[mine])
    return with_it, without


def folds_of(trial: Trial, count: int, seed: int) -> npt.NDArray[np.int64]:
    """A fold from 0 for each customer, [n]: by chance, and each with its part of both arms and of both outcomes."""
    rng = np.random.default_rng(seed)
    folds = np.empty(len(trial), dtype=np.int64)
    stratum = 2 * trial.is_treated + trial.outcome
    for each in np.unique(stratum):
        rows = np.flatnonzero(stratum == each)
        folds[rng.permutation(rows)] = np.arange(len(rows)) % count
    return folds

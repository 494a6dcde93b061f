"""Did chance alone decide who was treated, and was the outcome unknown then? Looks for arms and features that leak."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dangol.core.errors import DataError
from dangol.core.language import Said
from dangol.core.predict.uplift.columns import Floats, levels_of
from dangol.core.predict.uplift.dr import folds_of
from dangol.core.predict.uplift.outcome_model import Maker
from dangol.core.predict.uplift.trial import ASKED, Flags, Trial

MOST_PREDICTABLE = 0.55
"""AUC up to which an arm may be predicted by features where chance is to have decided."""
LEAST_OVERLAP = 0.95
"""AUC from which the arms of an estimated propensity have too few customers in common."""
TELLS_ALL = 0.95
"""AUC from which one feature knows the outcome beforehand."""
CLIP = 0.05
FOLDS = 3


def predictability(trial: Trial, *, seed: int) -> float:
    """How well the arm is foretold by the features, as an out-of-fold AUC; .5 where chance decided.

    Customers weigh 1 / probability of the own arm, so that logged probabilities that differ are allowed for; where the
    probabilities are estimates they weigh the same, for it is to be seen how far the arms lie apart.
    """
    return _auc(_foretold(trial, seed), trial.is_treated, _weights(trial))


def check_arms(trial: Trial, *, seed: int) -> float:
    """The `predictability`; a DataError where it shows a leak, or where a feature tells the outcome."""
    _check_features(trial)
    found = predictability(trial, seed=seed)
    noise = 4 / np.sqrt(12 * len(trial) * trial.is_treated.mean() * (1 - trial.is_treated.mean()))
    most = max(MOST_PREDICTABLE, 0.5 + noise) if trial.is_randomised else LEAST_OVERLAP
    if found > most:
        raise _leaks(trial, found)
    return found


def with_estimated_propensity(trial: Trial, *, seed: int) -> Trial:
    """The trial with out-of-fold chances of treatment by a logistic model, for where nobody drew lots.

    Clipped to CLIP and 1 - CLIP. What is learned from it is weaker: it holds only if the features hold all that
    decided. The card says so.
    """
    chosen = replace(trial, propensity=None, is_randomised=False)
    return replace(chosen, propensity=np.clip(_foretold(chosen, seed), CLIP, 1 - CLIP))


def _weights(trial: Trial) -> Floats:
    return trial.weights if trial.is_randomised else np.ones(len(trial))


def _foretold(trial: Trial, seed: int) -> Floats:
    folds, maker = folds_of(trial, FOLDS, seed), Maker("linear", levels_of(trial.matrix), seed)
    target, values = trial.is_treated.astype(np.float64), trial.matrix.values
    weights = _weights(trial)
    chance = np.empty(len(trial))
    for fold in range(FOLDS):
        mine = folds == fold
        model = maker.fit(values[~mine], target[~mine], weights[~mine], is_rate=True)
        chance[mine] = model.predict(values[mine])
    return chance


def _check_features(trial: Trial) -> None:
    every, has = np.ones(len(trial)), trial.outcome > 0
    for name, column in zip(trial.matrix.names, trial.matrix.values.T, strict=True):
        known = ~np.isnan(column)
        told = _auc(column[known], has[known], every[known])
        if max(told, 1 - told) > TELLS_ALL:
            raise DataError(
                ASKED.format(n=f"{len(trial):,}"),
                Said(
                    f"The feature {name} alone tells the outcome (AUC {max(told, 1 - told):.2f}), so it was probably "
                    "written down afterwards.",
                    f"특성 {name} 하나로 결과를 알 수 있습니다(AUC {max(told, 1 - told):.2f}). 결과가 나온 뒤에 "
                    "기록된 값으로 보입니다.",
                ),
                Said(
                    "Leave it out, or take it as it was known before the action.",
                    "그 특성을 빼거나 조치 전에 알려진 값을 쓰십시오.",
                ),
            )


def _leaks(trial: Trial, found: float) -> DataError:
    name = _foremost(trial)
    return DataError(
        ASKED.format(n=f"{len(trial):,}"),
        Said(
            f"Who was treated can be told from the features (AUC {found:.2f}), foremost from {name}: chance alone did "
            "not decide, or that feature was written down afterwards.",
            f"특성만 보고 누가 조치를 받았는지 알 수 있습니다(AUC {found:.2f}). 가장 뚜렷한 것은 {name}입니다. "
            "무작위로 정하지 않았거나 그 특성이 나중에 기록된 것입니다.",
        ),
        Said(
            "Leave out what happened after the assignment; if the arms were chosen, give each customer's probability.",
            "배정 뒤에 생긴 특성은 빼십시오. 대상을 골라서 정했다면 고객별 확률을 함께 주십시오.",
        ),
    )


def _foremost(trial: Trial) -> str:
    """The feature that alone tells the arms apart best, words by how often each word is treated."""
    found = {}
    for name, column in zip(trial.matrix.names, trial.matrix.values.T, strict=True):
        known = ~np.isnan(column)
        score, arm = column[known], trial.is_treated[known]
        if name in trial.matrix.categories:
            score = np.array([arm[score == word].mean() for word in score])
        told = _auc(score, arm, trial.weights[known])
        found[name] = max(told, 1 - told)
    return max(found, key=lambda name: found[name])


def _auc(score: Floats, is_positive: Flags, weights: Floats) -> float:
    """Weighted chance that one with it scores above one without it, ties as a half; .5 where either is empty."""
    _, place = np.unique(score, return_inverse=True)
    with_it = np.bincount(place, weights * is_positive)
    without = np.bincount(place, weights * ~is_positive)
    pairs = with_it.sum() * without.sum()
    return float(with_it @ (np.cumsum(without) - without / 2) / pairs) if pairs > 0 else 0.5

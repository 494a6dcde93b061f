"""By what should customers be chosen: an effect, their response, their risk, or not at all? What wins out of sample.

Every contender ranks customers by models of folds that did not hold them. The highest Qini wins, if the lower end of
its interval, widened so that those of all contenders hold at once, lies above 0: the Qini of choosing at random. Otherwise
nobody can be told apart, and the average effect decides: for everyone, for nobody, or by lots until more is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.core.predict.uplift.arms import check_arms
from dangol.core.predict.uplift.bands import Bands, band_count, fit_bands
from dangol.core.predict.uplift.columns import Floats, levels_of
from dangol.core.predict.uplift.dr import doubly_robust, folds_of
from dangol.core.predict.uplift.learner import LEARNERS, Effects
from dangol.core.predict.uplift.model import Advice, UpliftModel
from dangol.core.predict.uplift.outcome_model import Maker, OutcomeModel
from dangol.core.predict.uplift.qini import RESAMPLES, resampled_qinis
from dangol.core.predict.uplift.t import fit_t
from dangol.core.predict.uplift.trial import Trial, check_trial
from dangol.core.predict.uplift.uplift_card import Found, uplift_card
from dangol.core.stats.interval import Interval, normal_quantile

FOLDS = 5
SEED = 1


@dataclass(frozen=True, eq=False)
class _Entry:
    """A contender: its model of each fold, and everybody's score by the model that did not see them."""

    parts: tuple[Effects, ...]
    score: Floats


def fit_uplift(
    trial: Trial,
    *,
    seed: int = SEED,
    learners: Sequence[str] = tuple(LEARNERS),
    folds: int = FOLDS,
    resamples: int = RESAMPLES,
    horizon_days: int | None = None,
) -> UpliftModel:
    """Learn whom the action of a trial changes, and by what to choose; the same trial and seed, the same model.

    `learners` are names of LEARNERS to be tried; response and risk are always among them. `horizon_days` is how
    long after the action the outcome was looked at. A DataError where nothing can be learned from the trial.
    """
    check_trial(trial)
    predictability = check_arms(trial, seed=seed)
    fold = folds_of(trial, folds, seed)
    names = tuple(dict.fromkeys((*learners, "response", "risk")))
    entries = {name: _entered(trial, name, fold, seed) for name in names}
    left_alone, effects = _measured(trial, fold, seed)
    scores = {name: entry.score for name, entry in entries.items()}
    found = _compared(trial, scores, effects, predictability, seed, resamples)
    bands = _bands(trial, scores.get(found.winner or ""), effects)
    return UpliftModel(
        names=trial.matrix.names,
        categories=dict(trial.matrix.categories),
        learner=found.winner,
        advice=found.advice,
        parts=entries[found.winner].parts if found.winner else (),
        left_alone=left_alone,
        bands=bands,
        card=uplift_card(trial, found, bands, scores, seed=seed, horizon_days=horizon_days),
    )


def _entered(trial: Trial, name: str, fold: npt.NDArray[np.int64], seed: int) -> _Entry:
    parts, score = [], np.empty(len(trial))
    for each in np.unique(fold):
        mine = fold == each
        part = LEARNERS[name].fit(trial.take(~mine), seed)
        score[mine] = part.uplift(trial.matrix.values[mine])
        parts.append(part)
    return _Entry(tuple(parts), score)


def _measured(
    trial: Trial, fold: npt.NDArray[np.int64], seed: int
) -> tuple[tuple[OutcomeModel, ...], Floats]:
    """Models of the customers left alone, one a fold, and everybody's doubly robust effect out of sample."""
    maker = Maker("linear", levels_of(trial.matrix), seed)
    with_it, without, models = np.empty(len(trial)), np.empty(len(trial)), []
    for each in np.unique(fold):
        mine = fold == each
        arms = fit_t(trial.take(~mine), maker)
        with_it[mine], without[mine] = (
            model.predict(trial.matrix.values[mine]) for model in (arms.treated, arms.control)
        )
        models.append(arms.control)
    return tuple(models), doubly_robust(trial, with_it, without)


def _compared(
    trial: Trial, scores: dict[str, Floats], effects: Floats, predictability: float, seed: int, resamples: int
) -> Found:
    weights = None if trial.propensity is None else trial.weights
    resampled = resampled_qinis(
        trial.outcome, scores, trial.is_treated, weights, seed=seed, resamples=resamples
    )
    strict = resampled.jointly()
    known = {name: each for name, each in strict.items() if each is not None}
    best = max(known, key=lambda name: known[name].value) if known else None
    winner = best if best is not None and known[best].low > 0 else None
    average = _average(effects)
    return Found(
        qinis=resampled.alone(),
        average=average,
        winner=winner,
        advice="ranked" if winner else _without_ranking(average),
        predictability=predictability,
    )


def _average(effects: Floats) -> Interval:
    mean, error = float(effects.mean()), float(effects.std(ddof=1) / np.sqrt(len(effects)))
    z = normal_quantile()
    return Interval(mean, mean - z * error, mean + z * error)


def _without_ranking(average: Interval) -> Advice:
    if average.low > 0:
        return "everyone"
    return "nobody" if average.high < 0 else "random"


def _bands(trial: Trial, score: Floats | None, effects: Floats) -> Bands:
    """Bands of the ranking that was chosen; one for all where there is none."""
    if score is None:
        return fit_bands(np.zeros(len(trial)), effects, 1)
    return fit_bands(score, effects, band_count(trial.is_treated, trial.outcome))

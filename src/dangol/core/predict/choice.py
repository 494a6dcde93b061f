"""Which of the contenders is used, and if not the first choice, why not? The rules of stepping aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from dangol.core.predict.card import Check
from dangol.core.predict.checks import calibration_check, leak_checks, rule_checks, slices_check
from dangol.core.predict.contest import Contest, Entry
from dangol.core.predict.fairness import slices

FEW_LEAVERS: Final = 200
"""Below it the trees must be better than the weights beyond doubt, not just in all likelihood."""


@dataclass(frozen=True, eq=False)
class Choice:
    """All contenders, the one in use first, with what was checked; `is_usable` is False where none may be used."""

    entries: tuple[Entry, ...]
    checks: tuple[Check, ...]
    is_usable: bool


def chosen(found: Contest, trusted: Sequence[str]) -> Choice:
    """The learned model if it leaks nothing, beats every plain rule and is calibrated; else the best that is.

    A suspicion of a leak is about the data, and so refuses every contender.
    """
    model = learned(found)
    has_left = found.judged.has_left
    leaks, beats = leak_checks(found, trusted), rule_checks(found, model)
    kinds = slices_check(slices(found.judged, model.chances))
    tried = [calibration_check(has_left, model)]
    others = sorted((each for each in found.entries if each is not model), key=found.loss)
    in_use = model if tried[0].passed and all(each.passed for each in beats) else None
    if in_use is None:
        for entry in _better_than_nothing(found, others):
            tried.append(calibration_check(has_left, entry))
            if tried[-1].passed:
                in_use = entry
                break
    first = in_use or model
    return Choice(
        (first, *(each for each in (model, *others) if each is not first)),
        (*leaks, *beats, *tried, kinds),
        is_usable=in_use is not None and all(each.passed is not False for each in leaks),
    )


def _better_than_nothing(found: Contest, others: Sequence[Entry]) -> list[Entry]:
    """Those that are better than the same chance for everybody, in the same order."""
    nothing = min(found.loss(each) for each in others if each.predictor.name == "base_rate")
    return [each for each in others if found.loss(each) < nothing]


def learned(found: Contest) -> Entry:
    """Trees where they are better than the weights by more than one standard error (two where few left).

    By the losses of customers whom the fits had not seen, summed by customer, not by those who judge.
    """
    trees, weights = found.entry("boosting"), found.entry("logistic")
    if trees is None or weights is None:
        return found.entries[0]
    better = weights.losses - trees.losses
    _, which = np.unique(found.learned_ids, return_inverse=True)
    sums = np.bincount(which, weights=better)
    error = float(np.sqrt(len(sums)) * sums.std()) / len(better)
    wanted = 2 if found.learned_left < FEW_LEAVERS else 1
    return trees if better.mean() > wanted * error else weights

"""Who will leave, by one weight a feature? The challenger that needs few leavers and hides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from dangol.core.features.matrix import FeatureMatrix
from dangol.core.predict.calibration import sigmoid
from dangol.core.predict.columns import Columns, Numbers, columns_from_plain
from dangol.core.predict.labelled import Flags

PENALTY: Final = 10.0
"""Half of it times the squared weights is added to the loss; as sklearn's C = 0.1."""
MOST_ROWS: Final = 50_000
"""A few dozen weights are known from so many rows; more of them are drawn by the seed."""
MOST_WORDS: Final = 50
"""A word of a category beyond the commonest fifty has no weight of its own."""


@dataclass(frozen=True, eq=False)
class _Term:
    """One column of the design: a feature's number (standardised), one of its words, or that it is unknown."""

    feature: int
    kind: str
    word: int
    is_log: bool
    middle: float
    spread: float

    def of(self, values: Numbers) -> Numbers:
        column = values[:, self.feature]
        if self.kind == "unknown":
            raw = np.isnan(column).astype(np.float64)
        elif self.kind == "word":
            raw = (column == self.word).astype(np.float64)
        else:
            raw = _log(column) if self.is_log else column
        return np.asarray(np.nan_to_num((raw - self.middle) / self.spread), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Logistic:
    """Weights of the standardised terms; an unknown number counts as the mean, and that it is unknown has a weight."""

    columns: Columns
    terms: tuple[_Term, ...]
    weights: Numbers
    intercept: float
    name: ClassVar[str] = "logistic"

    def margins(self, matrix: FeatureMatrix) -> Numbers:
        """Log-odds of leaving: float64[n]."""
        return np.asarray(self.contributions(matrix).sum(axis=1) + self.intercept, dtype=np.float64)

    def contributions(self, matrix: FeatureMatrix) -> Numbers:
        """Weight times standardised value, summed by feature: float64[n, k], exact."""
        values = self.columns.values(matrix)
        summed = np.zeros((len(matrix), len(self.columns.features)))
        for term, weight in zip(self.terms, self.weights, strict=True):
            summed[:, term.feature] += weight * term.of(values)
        return summed

    def to_plain(self) -> dict[str, Any]:
        """Everything of it, for JSON."""
        return {
            "name": self.name,
            "columns": self.columns.to_plain(),
            "terms": [[t.feature, t.kind, t.word, t.is_log, t.middle, t.spread] for t in self.terms],
            "weights": self.weights.tolist(),
            "intercept": self.intercept,
        }


def logistic_from_plain(plain: Mapping[str, Any]) -> Logistic:
    """What `Logistic.to_plain` wrote."""
    terms = tuple(_Term(*each) for each in plain["terms"])
    return Logistic(
        columns_from_plain(plain["columns"]), terms, np.array(plain["weights"]), plain["intercept"]
    )


def fit_logistic(matrix: FeatureMatrix, has_left: Flags, columns: Columns, seed: int) -> Logistic:
    """L2-penalised logistic regression: standardised numbers, a term a word, a term for what is unknown.

    Skewed amounts and counts go in as logarithms. A weight against a feature's known direction is set to nothing,
    and the rest are fitted again, so that a reason never reads backwards.
    """
    if len(matrix) > MOST_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(len(matrix), MOST_ROWS, replace=False))
        matrix, has_left = matrix.take(rows), has_left[rows]
    values = columns.values(matrix)
    terms = tuple(term for at in range(len(columns.features)) for term in _terms(columns, values[:, at], at))
    design = np.column_stack([*(term.of(values) for term in terms), np.ones(len(matrix))])
    kept, weights = np.arange(design.shape[1]), np.zeros(design.shape[1])
    while True:
        weights = _penalised(design[:, kept], has_left, weights)
        sound = [
            not _is_against(columns, terms[at], weight)
            for at, weight in zip(kept, weights[:-1], strict=False)
        ]
        if all(sound):
            return Logistic(columns, tuple(terms[at] for at in kept[:-1]), weights[:-1], float(weights[-1]))
        still = np.append(sound, True)
        kept, weights = kept[still], weights[still]


def _is_against(columns: Columns, term: _Term, weight: float) -> bool:
    return term.kind == "number" and weight * columns.features[term.feature].direction < 0


def _terms(columns: Columns, column: Numbers, at: int) -> list[_Term]:
    known = column[~np.isnan(column)]
    terms = []
    if columns.features[at].name in columns.categories:
        words, counts = np.unique(known, return_counts=True)
        common = np.sort(words[np.argsort(-counts, kind="stable")[:MOST_WORDS]])
        terms += [_standardised(column == word, at, "word", int(word)) for word in common]
    elif len(np.unique(known)) > 1:
        is_log = _is_skewed(known)
        terms.append(_standardised(_log(known) if is_log else known, at, "number", is_log=is_log))
    if len(known) < len(column):
        terms.append(_standardised(np.isnan(column), at, "unknown"))
    return [term for term in terms if term.spread > 0]


def _standardised(raw: npt.NDArray[Any], at: int, kind: str, word: int = 0, *, is_log: bool = False) -> _Term:
    return _Term(at, kind, word, is_log, float(raw.mean()), float(raw.std()))


def _log(column: Numbers) -> Numbers:
    return np.asarray(np.sign(column) * np.log1p(np.abs(column)))


def _is_skewed(known: Numbers) -> bool:
    """Whether few large numbers would rule: skewness above 1 in either direction."""
    spread = known.std()
    return bool(abs(np.mean(((known - known.mean()) / spread) ** 3)) > 1) if spread else False


def _penalised(design: Numbers, has_left: Flags, start: Numbers) -> Numbers:
    """Newton's steps to the least penalised loss; the weight of the last column, the intercept, is free."""
    ridge = np.append(np.full(design.shape[1] - 1, PENALTY), 1e-9)
    weights = start.copy()
    for _ in range(60):
        p = sigmoid(design @ weights)
        gradient = design.T @ (p - has_left) + ridge * weights
        hessian = (design * (p * (1 - p))[:, None]).T @ design + np.diag(ridge)
        step = np.clip(np.linalg.solve(hessian, gradient), -2.0, 2.0)
        weights -= step
        if np.abs(step).max() < 1e-9:
            break
    return weights

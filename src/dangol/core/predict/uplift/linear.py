"""What is the chance of the outcome, when every feature adds its part? Ridge regression, logistic for a rate.

Columns are standardised; a missing number takes the mean and an indicator of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dangol.core.predict.uplift.columns import Floats, Levels, spread

PENALTY = 1.0
"""Half the weight of the squared coefficients; scikit-learn's C = 1."""
STEPS = 25
TOLERANCE = 1e-8


@dataclass(frozen=True, eq=False)
class Linear:
    """A fitted model; `coefficients` begin with the intercept."""

    levels: Levels
    means: Floats
    scales: Floats
    has_gaps: tuple[bool, ...]
    coefficients: Floats
    is_rate: bool

    def predict(self, values: Floats) -> Floats:
        """The expected target of each row of features, [n]; 0 to 1 for a rate."""
        design = _design(spread(values, self.levels), self.means, self.scales, self.has_gaps)
        scored = design @ self.coefficients
        return _logistic(scored) if self.is_rate else np.asarray(scored)

    def to_plain(self) -> dict[str, Any]:
        """The model as JSON can hold it."""
        return {
            "kind": "linear",
            "levels": list(self.levels),
            "means": self.means.tolist(),
            "scales": self.scales.tolist(),
            "has_gaps": list(self.has_gaps),
            "coefficients": self.coefficients.tolist(),
            "is_rate": self.is_rate,
        }


def linear_of(plain: dict[str, Any]) -> Linear:
    """What `Linear.to_plain` wrote."""
    return Linear(
        tuple(plain["levels"]),
        np.array(plain["means"]),
        np.array(plain["scales"]),
        tuple(plain["has_gaps"]),
        np.array(plain["coefficients"]),
        plain["is_rate"],
    )


def fit_linear(values: Floats, levels: Levels, target: Floats, weights: Floats, *, is_rate: bool) -> Linear:
    """The coefficients that minimise the weighted loss plus PENALTY / 2 times their squares, the intercept free."""
    columns = spread(values, levels)
    known = np.ma.masked_invalid(columns)
    means, scales = known.mean(axis=0).filled(0.0), known.std(axis=0).filled(0.0)
    scales = np.where(scales > 0, scales, 1.0)
    has_gaps = tuple(bool(np.isnan(column).any()) for column in columns.T)
    fit = _fit_rate if is_rate else _fit_number
    coefficients = fit(_design(columns, means, scales, has_gaps), target, weights)
    return Linear(levels, means, scales, has_gaps, coefficients, is_rate)


def _design(columns: Floats, means: Floats, scales: Floats, has_gaps: tuple[bool, ...]) -> Floats:
    is_gap = np.isnan(columns)
    scaled = np.where(is_gap, 0.0, (columns - means) / scales)
    return np.hstack([np.ones((len(columns), 1)), scaled, is_gap[:, list(has_gaps)]])


def _fit_number(design: Floats, target: Floats, weights: Floats) -> Floats:
    return np.asarray(np.linalg.solve(_curvature(design, weights), design.T @ (weights * target)))


def _fit_rate(design: Floats, target: Floats, weights: Floats) -> Floats:
    """Newton's steps from the base rate; the penalty makes the loss strictly convex in all but the intercept."""
    coefficients = np.zeros(design.shape[1])
    rate = float(weights @ target / weights.sum())
    coefficients[0] = np.log(rate / (1 - rate))
    penalty = np.append(0.0, np.full(design.shape[1] - 1, PENALTY))
    for _ in range(STEPS):
        chance = _logistic(design @ coefficients)
        slope = design.T @ (weights * (chance - target)) + penalty * coefficients
        step = np.linalg.solve(_curvature(design, weights * chance * (1 - chance)), slope)
        coefficients = coefficients - step
        if np.abs(step).max() < TOLERANCE:
            break
    return coefficients


def _curvature(design: Floats, weights: Floats) -> Floats:
    penalty = np.append(1e-9, np.full(design.shape[1] - 1, PENALTY))
    return np.asarray((design.T * weights) @ design + np.diag(penalty))


def _logistic(scored: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(scored, -35, 35))))

"""Of which parts is a health score made, and what does each add? Fitted weights, or a stated rule of few parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dangol.core.features.feature import Feature
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said
from dangol.core.predict.columns import columns_of, meaning
from dangol.core.predict.labelled import Labelled

Floats = npt.NDArray[np.float64]

KNOTS: Final = 33
MOST_A_FAMILY: Final = 2
"""Inputs of each family: accounts are few, and the others of a family say much the same."""
FEWEST_UNKNOWN: Final = 0.01
PENALTY: Final = 2.0
"""Half of it times the squared weights (a standard deviation of the input) is added to the loss."""
RULE_WEIGHT: Final = 2.0
"""Log-odds between the best and the worst value of each part of the rule."""
RULE_UNKNOWN: Final = 0.3
"""Log-odds that an unknown part of the rule costs."""
_SPREAD: Final = 0.29
"""Standard deviation of evenly spread ranks."""


@dataclass(frozen=True, eq=False)
class Part:
    """One input. A known value is read as a rank (0 to 1) among the accounts that it was fitted to, by `knots`.

    It adds `weight` times (rank - 1/2) to the log-odds of a loss; an unknown value adds `unknown`, never below 0:
    not to know is never good.
    """

    feature: Feature
    knots: Floats
    ranks: Floats
    weight: float
    unknown: float

    def risk(self, matrix: FeatureMatrix) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """What it adds for each account, and for whom it is known."""
        if self.feature.name not in matrix.names:
            return np.full(len(matrix), self.unknown), np.zeros(len(matrix), dtype=bool)
        given = matrix.column(self.feature.name)
        known = ~np.isnan(given)
        rank = np.interp(np.where(known, given, 0.0), self.knots, self.ranks)
        return np.where(known, self.weight * (rank - 0.5), self.unknown), known

    def to_plain(self) -> dict[str, Any]:
        """The part as JSON can hold it."""
        f = self.feature
        return {
            "feature": [f.name, f.said.en, f.said.ko, f.family, f.unit, f.direction],
            "knots": self.knots.tolist(), "ranks": self.ranks.tolist(), "weight": self.weight, "unknown": self.unknown,
        }  # fmt: skip


def part_from_plain(plain: dict[str, Any]) -> Part:
    """What `Part.to_plain` wrote."""
    name, en, ko, family, unit, direction = plain["feature"]
    feature = Feature(name, Said(en, ko), family, unit, direction)
    return Part(
        feature, np.array(plain["knots"]), np.array(plain["ranks"]), plain["weight"], plain["unknown"]
    )


def ranked_by(given: Floats) -> tuple[Floats, Floats]:
    """Knots and mid-ranks of the known values, at most KNOTS of them."""
    levels, counts = np.unique(given[~np.isnan(given)], return_counts=True)
    middle = (np.cumsum(counts) - counts / 2) / counts.sum()
    if len(levels) > KNOTS:
        at = np.unique(np.searchsorted(middle, np.linspace(middle[0], middle[-1], KNOTS)))
        levels, middle = levels[at], middle[at]
    return levels, middle


def rule_parts(matrix: FeatureMatrix) -> tuple[Part, ...]:
    """The rule: of each family the input that is known of most accounts, of those of which more is known to be bad or good.

    All parts weigh alike, and no outcome is looked at.
    """
    best: dict[str, tuple[float, str]] = {}
    for name in _usable(matrix):
        feature, known = meaning(matrix, name), float(np.mean(~np.isnan(matrix.column(name))))
        if feature.direction and known > best.get(feature.family, (0.0, ""))[0]:
            best[feature.family] = (known, name)
    return tuple(
        Part(
            meaning(matrix, name), *ranked_by(matrix.column(name)), meaning(matrix, name).direction * RULE_WEIGHT, RULE_UNKNOWN
        )
        for _, name in best.values()
    )  # fmt: skip


def fitted_parts(labelled: Labelled) -> tuple[tuple[Part, ...], float]:
    """The parts by logistic regression on the accounts' outcomes, and the log-odds of an account that is usual in all.

    Weights that contradict what is known of an input, and unknowns that would count as good, are left out and the
    rest is fitted again.
    """
    matrix, names = labelled.matrix, _strongest(labelled)
    grids = [ranked_by(matrix.column(name)) for name in names]
    columns, owner, is_flag = _columns(matrix, names, grids)
    kept = np.ones(len(owner), dtype=bool)
    weights, intercept = np.zeros(len(owner)), 0.0
    for _ in range(len(owner) + 1):
        weights[:] = 0.0
        weights[kept], intercept = _logistic(columns[:, kept], labelled.has_left)
        against = np.array([_is_against(matrix, names, owner[c], is_flag[c], weights[c]) for c in range(len(owner))], dtype=bool)  # fmt: skip
        if not (kept & against).any():
            break
        kept &= ~against
    slope = {names[owner[c]]: float(weights[c]) for c in range(len(owner)) if not is_flag[c]}
    flags = {names[owner[c]]: float(weights[c]) for c in range(len(owner)) if is_flag[c]}
    return tuple(
        Part(meaning(matrix, name), *grid, slope[name] / _SPREAD, flags.get(name, 0.0) / _SPREAD)
        for name, grid in zip(names, grids, strict=True) if slope[name] or flags.get(name)
    ), intercept  # fmt: skip


def _usable(matrix: FeatureMatrix) -> list[str]:
    """Numbers that differ between accounts."""
    kept = [each.name for each in columns_of(matrix).features if each.name not in matrix.categories]
    return [name for name in kept if len(ranked_by(matrix.column(name))[0]) > 1]


def _strongest(labelled: Labelled) -> list[str]:
    """Of each family the inputs that go most with the outcome, in the direction that is known of them."""
    outcome = labelled.has_left - labelled.has_left.mean()
    found: dict[str, list[tuple[float, str]]] = {}
    for name in _usable(labelled.matrix):
        given, feature = labelled.matrix.column(name), meaning(labelled.matrix, name)
        knots, ranks = ranked_by(given)
        rank = np.where(np.isnan(given), 0.0, np.interp(np.nan_to_num(given), knots, ranks) - 0.5)
        together = float((rank * outcome).sum() / (np.sqrt((rank**2).sum()) or 1.0))
        if together * feature.direction >= 0:
            found.setdefault(feature.family, []).append((-abs(together), name))
    return [name for each in found.values() for _, name in sorted(each)[:MOST_A_FAMILY]]


def _columns(
    matrix: FeatureMatrix, names: Sequence[str], grids: Sequence[tuple[Floats, Floats]]
) -> tuple[Floats, list[int], list[bool]]:
    """Each input as centred ranks in standard deviations, the unknown at the middle, and a flag where they are not few."""
    columns, owner, is_flag = [], [], []
    for place, (name, (knots, ranks)) in enumerate(zip(names, grids, strict=True)):
        given = matrix.column(name)
        unknown = np.isnan(given)
        rank = np.interp(np.where(unknown, 0.0, given), knots, ranks) - 0.5
        columns.append(np.where(unknown, 0.0, rank) / _SPREAD)
        owner.append(place)
        is_flag.append(False)
        if FEWEST_UNKNOWN < unknown.mean() < 1 - FEWEST_UNKNOWN:
            columns.append(unknown / _SPREAD)
            owner.append(place)
            is_flag.append(True)
    return np.column_stack(columns) if columns else np.empty((len(matrix), 0)), owner, is_flag


def _is_against(
    matrix: FeatureMatrix, names: Sequence[str], place: int, is_flag: bool, weight: float
) -> bool:
    return weight < 0 if is_flag else weight * meaning(matrix, names[place]).direction < 0


def _logistic(columns: Floats, has_left: npt.NDArray[np.bool_]) -> tuple[Floats, float]:
    """Weights and intercept of a penalised logistic regression, by Newton's method."""
    design = np.column_stack([np.ones(len(columns)), columns])
    penalty = np.diag([1e-9, *[PENALTY] * columns.shape[1]])
    weights = np.zeros(design.shape[1])
    base = np.clip(has_left.mean(), 1e-6, 1 - 1e-6)
    weights[0] = np.log(base / (1 - base))
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (has_left - chance) - penalty @ weights
        bend = (design * (chance * (1 - chance))[:, None]).T @ design + penalty
        step = np.linalg.solve(bend, slope)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return weights[1:], float(weights[0])

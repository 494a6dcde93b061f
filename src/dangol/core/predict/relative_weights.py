"""How much of what is explained belongs to each of many features that go together? Relative weights, with intervals.

Features that say the same share what they explain, instead of one of them taking all. Everything is computed from
sums of products, kept by groups of customers, so that leaving out a group costs nothing (jackknife).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

GROUPS: Final = 50
"""Groups of customers that are left out one after the other."""
_RIDGE: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Moments:
    """Weighted sums by group: of the weights [g], of each column and the outcome [g, k + 1], of products [g, k + 1, k + 1]."""

    weight: Floats
    sums: Floats
    products: Floats
    row_count: int

    @classmethod
    def of(cls, columns: Floats, outcome: Floats, weights: Floats, group: Ints, groups: int) -> Moments:
        """The sums of n x k columns and an outcome, by the group of each row."""
        both = np.column_stack([columns, outcome])
        order = np.argsort(group, kind="stable")
        ends = np.searchsorted(group[order], np.arange(groups + 1))
        sums = np.zeros((groups, both.shape[1]))
        products = np.zeros((groups, both.shape[1], both.shape[1]))
        for g in range(groups):
            rows = order[ends[g] : ends[g + 1]]
            weighted = both[rows] * weights[rows, None]
            sums[g], products[g] = weighted.sum(axis=0), both[rows].T @ weighted
        weight = np.bincount(group, weights, groups).astype(np.float64)
        return cls(weight, sums, products, len(columns))

    def covariances(self) -> Floats:
        """[g + 1, k + 1, k + 1]: of everybody first, then without each group."""
        weight = np.concatenate([[self.weight.sum()], self.weight.sum() - self.weight])
        sums = np.concatenate([self.sums.sum(axis=0)[None], self.sums.sum(axis=0) - self.sums])
        products = np.concatenate(
            [self.products.sum(axis=0)[None], self.products.sum(axis=0) - self.products]
        )
        mean = sums / weight[:, None]
        covariance: Floats = products / weight[:, None, None] - mean[:, :, None] * mean[:, None, :]
        return covariance


def relative_weights(covariances: Floats, row_count: float) -> tuple[Floats, Floats]:
    """([g, k] parts of R^2, [g] R^2) of the last variable on the others, each freed of what chance alone explains.

        R = L L, L = V diag(sqrt(lambda)) V',  b = L^-1 r,  part_j = sum_k L_jk^2 b_k^2 - (1 - R^2) / (n - 1)

    The parts add up to R^2 before the correction, whose sum is that of the adjusted R^2. Source: Johnson 2000
    (Multivariate Behavioral Research 35:1), an approximation of Lindeman, Merenda & Gold's averages over orders.
    """
    spread = np.sqrt(np.maximum(np.diagonal(covariances, axis1=1, axis2=2), 1e-18))
    correlation = covariances / spread[:, :, None] / spread[:, None, :]
    values, vectors = np.linalg.eigh(correlation[:, :-1, :-1])
    root = np.sqrt(np.maximum(values, 0.0))
    usable = values > 1e-8 * values.max(axis=1, keepdims=True)
    inverse = np.where(usable, 1 / np.where(usable, root, 1.0), 0.0)
    turned = vectors.transpose(0, 2, 1)
    aligned = turned @ correlation[:, :-1, -1:]
    back = (vectors @ (inverse[..., None] * aligned))[..., 0]
    square_root = (vectors * root[:, None, :]) @ turned
    parts = (square_root**2 @ back[..., None] ** 2)[..., 0]
    explained = (back**2).sum(axis=1)
    chance = (1 - explained) / (row_count - 1)
    return parts - chance[:, None], explained - chance * usable.sum(axis=1)


def slopes(covariances: Floats, kept: Ints | None = None) -> Floats:
    """[g, len(kept)]: the weights of a linear model of the last variable on these columns; on all of them for None."""
    kept = np.arange(covariances.shape[1] - 1) if kept is None else kept
    inner = lifted(covariances[:, kept[:, None], kept])
    found = np.linalg.solve(inner, covariances[:, kept, -1:])
    return np.asarray(found[..., 0], dtype=np.float64)


def without(covariances: Floats, kept: Ints, beside: Ints) -> Floats:
    """[g, len(kept) + 1, len(kept) + 1]: covariances of `kept` and the last variable, freed of the columns `beside`.

    What is left of them is as in a model of all of these columns (Frisch, Waugh & Lovell): a model of any of `kept`
    on it gives the weights that a model of those and `beside` gives.
    """
    both = np.append(kept, covariances.shape[1] - 1)
    inner, cross = lifted(covariances[:, beside[:, None], beside]), covariances[:, beside[:, None], both]
    left: Floats = covariances[:, both[:, None], both] - cross.transpose(0, 2, 1) @ np.linalg.solve(
        inner, cross
    )
    return left


def lifted(covariances: Floats) -> Floats:
    """The same with a little on the diagonal, so that columns that say the same share their weight."""
    size = max(covariances.shape[1], 1)
    lift = _RIDGE * np.trace(covariances, axis1=1, axis2=2) / size
    made: Floats = covariances + lift[:, None, None] * np.eye(covariances.shape[1])
    return made


def jackknifed(estimates: Floats) -> tuple[float, float, float]:
    """The first estimate with the standard error and degrees of freedom that the others, each without a group, give.

    SE^2 = (g - 1) / g sum (t_(-g) - mean)^2     (Tukey 1958; groups as in Efron & Tibshirani 1993, 11.5)
    """
    without = estimates[1:]
    groups = len(without)
    error = float(np.sqrt((groups - 1) / groups * ((without - without.mean()) ** 2).sum()))
    return float(estimates[0]), error, groups - 1.0

"""What must be kept of some people to compare them in any way? Counts, sums and sums of products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Moments:
    """Of `n` units: the sum of each column, and of the product of each two; groups merge with `+`.

    `sums` has one entry a column, `products` one row and one column for each.

    >>> both = Moments.of({"y": [1.0, 2.0]}) + Moments.of({"y": [3.0]})
    >>> both.n, both.mean("y"), both.variance("y")
    (3, 2.0, 1.0)
    """

    names: tuple[str, ...]
    n: int
    sums: Floats
    products: Floats

    @classmethod
    def of(cls, columns: Mapping[str, Any]) -> Moments:
        """The statistic of columns of numbers, all of one length and without gaps."""
        values = np.array([np.asarray(column, dtype=np.float64) for column in columns.values()])
        return cls(tuple(columns), values.shape[1], values.sum(axis=1), values @ values.T)

    def __add__(self, other: Moments) -> Moments:
        if self.names != other.names:
            raise ValueError(f"Moments of {self.names} and of {other.names} were to be merged.")
        return Moments(self.names, self.n + other.n, self.sums + other.sums, self.products + other.products)

    def mean(self, name: str) -> float:
        """The mean of a column; n must not be 0."""
        return float(self.sums[self.names.index(name)] / self.n)

    def variance(self, name: str) -> float:
        """The unbiased variance of a column; n must be 2 or more."""
        at = self.names.index(name)
        return max(float(self.covariance[at, at]), 0.0)

    @property
    def means(self) -> Floats:
        """The mean of every column."""
        return self.sums / self.n

    @property
    def covariance(self) -> Floats:
        """The unbiased covariances of every two columns; n must be 2 or more."""
        spread: Floats = (self.products - np.outer(self.sums, self.sums) / self.n) / (self.n - 1)
        return spread

    def combined(self, weights: Mapping[str, float]) -> tuple[float, float]:
        """Mean and variance of the sum of the columns, each times its weight; others count nothing.

        E[w'x] = w'm,   Var[w'x] = w'Sw
        """
        w = np.array([weights.get(name, 0.0) for name in self.names])
        return float(w @ self.means), max(float(w @ self.covariance @ w), 0.0)


def pooled(groups: Sequence[Moments]) -> Moments:
    """All groups as one; at least one must be given."""
    first, *rest = groups
    return sum(rest, start=first)

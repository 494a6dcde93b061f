"""What would go with each customer? What they are still expected to bring, with an interval, in money of the business."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.core.features.matrix import FeatureMatrix

Numbers = npt.NDArray[np.float64]
_SURE = 1.96


@dataclass(frozen=True, eq=False)
class Worth:
    """One element a customer, in the currency of the business; NaN where it cannot be known."""

    amount: Numbers
    low: Numbers
    high: Numbers

    @classmethod
    def unknown(cls, count: int) -> Worth:
        """Of nobody is it known."""
        return cls(*(np.full(count, np.nan) for _ in range(3)))

    def at_stake(self, p: Numbers) -> Numbers:
        """The money that is expected to go: probability of leaving times worth."""
        return p * self.amount

    def spread(self, p: Numbers) -> Numbers:
        """Variance of what goes with a customer who leaves with probability p: of leaving, and of the worth."""
        error = np.nan_to_num((self.high - self.low) / (2 * _SURE))
        return p * (1 - p) * self.amount**2 + p * error**2


def worth_of(matrix: FeatureMatrix, currency: str) -> Worth:
    """What customers are worth."""
    return Worth.unknown(len(matrix))

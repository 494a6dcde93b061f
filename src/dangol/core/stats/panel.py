"""Did the treated change more than the others, where nobody drew lots? Difference in differences.

    d = (treated after - treated before) - (others after - others before)

Each unit counts with its own mean before and after, so that what repeats itself within a unit is not counted twice:
the standard error is clustered by unit. Source: Bertrand, Duflo & Mullainathan 2004 (QJE 119:249), section 4.3.
It holds only if both would have moved alike; that is looked at in the periods before (`trends`), never proven.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.core.stats.comparison import Comparison, compare
from dangol.core.stats.mean import Mean
from dangol.core.stats.moments import Floats

TRENDS_BELOW = 0.05
"""A p-value of the difference of the earlier trends below this says that they were not alike."""


@dataclass(frozen=True, slots=True)
class DifferenceInDifferences:
    """`effect` compares the changes of the units; `trends` their slopes a period before, None with one period."""

    effect: Comparison
    trends: Comparison | None
    treated_count: int
    other_count: int

    @property
    def moved_alike(self) -> bool | None:
        """Whether the earlier trends give no reason to doubt it; None where there is one period before only."""
        if self.trends is None or self.trends.p_value is None:
            return None
        return self.trends.p_value >= TRENDS_BELOW


def difference_in_differences(
    values: Floats, is_treated: npt.NDArray[np.bool_], after: int
) -> DifferenceInDifferences | None:
    """From `values` (units x periods; NaN is unknown) of which the periods from `after` on lie after the change.

    Units that are not known on both sides are left out; None when either group has fewer than two left.
    """
    before, later = _means(values[:, :after]), _means(values[:, after:])
    change = later - before
    known = ~np.isnan(change)
    effect = compare(_mean(change[known & ~is_treated]), _mean(change[known & is_treated]))
    if effect is None:
        return None
    slopes = _slopes(values[:, :after])
    sloped = known & ~np.isnan(slopes)
    trends = compare(_mean(slopes[sloped & ~is_treated]), _mean(slopes[sloped & is_treated]))
    return DifferenceInDifferences(
        effect, trends, int((known & is_treated).sum()), int((known & ~is_treated).sum())
    )


def _mean(values: Floats) -> Mean:
    return Mean(len(values), float(values.sum()), float(values @ values))


def _means(values: Floats) -> Floats:
    """The mean of each row over what is known of it; NaN of nothing."""
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    means: Floats = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return means


def _slopes(values: Floats) -> Floats:
    """The least-squares slope of each row over the periods that are known of it; NaN with fewer than two."""
    known = ~np.isnan(values)
    time = np.where(known, np.arange(values.shape[1], dtype=np.float64), np.nan)
    off = np.where(known, time - _means(time)[:, None], 0.0)
    spread = (off**2).sum(axis=1)
    cross = (off * np.where(known, values, 0.0)).sum(axis=1)
    slopes: Floats = np.where(spread > 0, cross / np.where(spread > 0, spread, 1.0), np.nan)
    return slopes

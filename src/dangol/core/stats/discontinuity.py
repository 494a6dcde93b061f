"""Does the outcome jump where a rule begins to apply? Regression discontinuity.

On each side of the cutoff a line is fitted to the units within a bandwidth, the nearer ones counting more
(triangular kernel); the jump is the difference of the two lines at the cutoff. Sources: Imbens & Lemieux 2008
(Journal of Econometrics 142:615), sections 4 and 5; the density check is McCrary 2008 (ibid. 142:698).
It holds for units near the cutoff only, and only if nobody chooses on which side to stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from dangol.core.stats.interval import CONFIDENCE, Interval, around, normal_quantile
from dangol.core.stats.moments import Floats
from dangol.core.stats.tails import normal_tail

CROWDED_BELOW = 0.05
"""A p-value of the density check below this says that units crowd on one side of the cutoff."""
FEWEST = 10
"""Units needed on each side."""


@dataclass(frozen=True, slots=True)
class Discontinuity:
    """The jump with its interval and where it was looked for; `half` and `double` are at other bandwidths.

    `density_p_value` is small when units crowd on one side of the cutoff; None where it cannot be told.
    """

    jump: Interval
    standard_error: float
    p_value: float
    bandwidth: float
    below_count: int
    above_count: int
    half: Interval | None
    double: Interval | None
    density_p_value: float | None

    @property
    def is_crowded(self) -> bool | None:
        """Whether units seem to choose their side; None where it cannot be told."""
        return None if self.density_p_value is None else self.density_p_value < CROWDED_BELOW


def regression_discontinuity(
    running: Floats, outcome: Floats, cutoff: float, *, bandwidth: float | None = None
) -> Discontinuity | None:
    """The jump of `outcome` where `running` reaches `cutoff`; None with fewer than ten units near on a side.

    The bandwidth is 1.84 s n^(-1/5) unless given (Imbens & Kalyanaraman 2012, their pilot).
    """
    x = running - cutoff
    h = bandwidth or 1.84 * float(x.std(ddof=1)) * len(x) ** -0.2
    found = _jump(x, outcome, h)
    if found is None:
        return None
    value, error = found
    near = np.abs(x) < h
    return Discontinuity(
        Interval(value, *around(value, error, normal_quantile(CONFIDENCE))),
        error,
        normal_tail(value / error) if error else 1.0,
        h,
        int((near & (x < 0)).sum()),
        int((near & (x >= 0)).sum()),
        _interval(_jump(x, outcome, h / 2)),
        _interval(_jump(x, outcome, h * 2)),
        _density_p_value(x, h),
    )


def _interval(found: tuple[float, float] | None) -> Interval | None:
    return found and Interval(found[0], *around(*found, normal_quantile(CONFIDENCE)))


def _jump(x: Floats, y: Floats, h: float) -> tuple[float, float] | None:
    """The jump at 0 within `h`, and its standard error, robust to unequal spread (White 1980, HC1)."""
    sides = [(x < 0) & (x > -h), (x >= 0) & (x < h)]
    if min(int(side.sum()) for side in sides) < FEWEST:
        return None
    fitted = [_line(x[side], y[side], 1 - np.abs(x[side]) / h) for side in sides]
    (below, below_error), (above, above_error) = fitted
    return above - below, sqrt(below_error**2 + above_error**2)


def _line(x: Floats, y: Floats, weights: Floats) -> tuple[float, float]:
    """Where a weighted line meets 0, and the standard error of that."""
    design = np.column_stack([np.ones_like(x), x])
    bread = np.linalg.pinv((design * weights[:, None]).T @ design)
    line = bread @ ((design * weights[:, None]).T @ y)
    scores = design * (weights * (y - design @ line))[:, None]
    cover = bread @ (scores.T @ scores) @ bread * len(x) / (len(x) - 2)
    return float(line[0]), sqrt(float(cover[0, 0]))


def _density_p_value(x: Floats, h: float) -> float | None:
    """McCrary's test: log density just above the cutoff against just below, from lines through a fine histogram.

    theta = ln f+ - ln f-,   Var theta = 24 / (5 n h) (1/f+ + 1/f-)
    """
    n, width = len(x), 2 * float(x.std(ddof=1)) / sqrt(len(x))
    if not width > 0:
        return None
    low, high = int(np.floor(x.min() / width)), int(np.floor(x.max() / width)) + 1
    heights, edges = np.histogram(x, bins=np.arange(low, high + 1) * width)
    middle, density = edges[:-1] + width / 2, heights / (n * width)
    ends = []
    for side in ((middle < 0) & (middle > -h), (middle > 0) & (middle < h)):
        if side.sum() < 3:
            return None
        ends.append(_line(middle[side], density[side], 1 - np.abs(middle[side]) / h)[0])
    if min(ends) <= 0:
        return None
    error = sqrt(24 / (5 * n * h) * (1 / ends[0] + 1 / ends[1]))
    return normal_tail((log(ends[1]) - log(ends[0])) / error)

"""How unlikely is so long a silence, for this customer? Gaps between active days, each against their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dangol.core.predict.daily_counts import DailyCounts

Floats = npt.NDArray[np.float64]

FEWEST_GAPS: Final = 3
"""Gaps from which somebody has a rhythm of their own."""
PRIOR_DEGREES: Final = 30.0
"""The regularity of everybody counts as much in one's own as so many gaps."""
ROUGHEST: Final = 10.0
"""Gaps are taken to be at most so irregular (squared coefficient of variation; 1 is random)."""


@dataclass(frozen=True, eq=False)
class Silences:
    """The own gaps of each customer, and the silence since; one element each."""

    gap_count: npt.NDArray[np.int64]
    usual_gap: Floats
    """Mean days between two active days; NaN below one gap."""
    silent_days: Floats
    """Days since the last active day; NaN without one."""
    tail: Floats
    """P(a gap of this length or more); 1 where the rhythm is not known."""
    is_known: npt.NDArray[np.bool_]

    @property
    def overdue_ratio(self) -> Floats:
        """Silence so far / usual gap; NaN where there is none."""
        ratio: Floats = self.silent_days / np.where(self.usual_gap > 0, self.usual_gap, np.nan)
        return ratio


def silences(counts: DailyCounts, among: npt.NDArray[np.bool_] | None = None) -> Silences:
    """Gaps and silences of everybody; how regular gaps are is learnt from those `among` whom it is asked (None: all).

    Gaps are gamma of shape c_i: 1 / CV_i^2 of the own gaps, shrunken towards everybody's. With n gaps of mean g,

        silence / g ~ F(2 c_i, 2 c_i n)

    because both are sums of gamma variables of one scale: exact for c_i = 1, where gaps are random, whatever their
    number and the days looked at. Gaps rougher than random (c_i < 1) are met in the middle of a long one more often
    than not, so their silence is taken as the age of a renewal process: of mean g (1 + v) / 2, v = 1 / c_i, and of
    the shape 3 (1 + v) / (1 + 5 v) that its variance gives (Cox 1962, Renewal Theory, 5.3).
    """
    from scipy.special import fdtrc

    n = len(counts)
    order = np.lexsort((counts.ago, counts.row))
    row, ago = counts.row[order], counts.ago[order].astype(np.float64)
    same = row[1:] == row[:-1]
    gap, owner = (ago[1:] - ago[:-1])[same], row[1:][same]
    number = np.bincount(owner, minlength=n)
    with np.errstate(invalid="ignore", divide="ignore"):
        own = np.bincount(owner, gap, n) / number
    silent = np.full(n, np.nan)
    # The rows of a customer are in order of `ago`: the first is the last active day.
    first = np.concatenate([[True], ~same]) if len(row) else np.empty(0, dtype=bool)
    silent[row[first]] = ago[first]
    is_known = (number >= FEWEST_GAPS) & ~np.isnan(silent)
    everybody = np.ones(n, dtype=bool) if among is None else among
    shape, stretch = _shapes(gap, owner, number, own, everybody, 0.0 if counts.unit == "purchases" else 1.0)
    # A silence that is not over yet of `silent` days is a gap of more than `silent` - 1/2.
    ratio = np.where(is_known, np.maximum(silent - 0.5, 0) / (own * stretch), 0.0)
    tail = np.where(is_known, fdtrc(2 * shape, 2 * shape * np.maximum(number, 1), ratio), 1.0)
    return Silences(number, own, silent, tail, is_known)


def _shapes(
    gap: Floats, owner: npt.NDArray[Any], number: npt.NDArray[Any], own: Floats,
    among: npt.NDArray[np.bool_], least: float,
) -> tuple[Floats, Floats]:  # fmt: skip
    """The shape of each one's silence, and its mean in own gaps: the regularity of gaps, shrunken over people.

    Towards `least` of a squared coefficient of variation at least: seldom visits are taken to be random until the
    own gaps say otherwise.
    """
    n = len(number)
    square = np.bincount(owner, (gap - own[owner]) ** 2, n)
    degrees = np.maximum(number - 1, 0).astype(np.float64)
    with np.errstate(invalid="ignore"):
        # The mean is estimated from the same gaps: for random ones that makes the ratio n / (n + 1) of what it is.
        scaled = np.where(degrees > 0, square / own**2 * (number + 1) / np.maximum(number, 1), 0.0)
    everybody = max(float(scaled[among].sum() / max(degrees[among].sum(), 1.0)), least, 0.01)
    v = np.minimum((PRIOR_DEGREES * everybody + scaled) / (PRIOR_DEGREES + degrees), ROUGHEST)
    rough = v > 1
    shape: Floats = np.where(rough, 3 * (1 + v) / (1 + 5 * v), 1 / v)
    return shape, np.where(rough, (1 + v) / 2, 1.0)

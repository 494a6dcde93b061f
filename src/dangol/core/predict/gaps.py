"""How unlikely is so long a silence, for this customer? Gaps between active days, each against their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dangol.core.predict.daily_counts import DailyCounts

Floats = npt.NDArray[np.float64]

FEWEST_GAPS: Final = 2
"""Gaps from which somebody has a rhythm of their own."""
PRIOR_GAPS: Final = 1.0
"""The mean gap of everybody counts as much in one's own as so many gaps."""
PRIOR_DEGREES: Final = 8.0
"""The regularity of everybody counts as much in one's own as so many gaps."""
ROUGHEST: Final = 0.3
"""Gaps are at most so irregular (shape of the gamma distribution): below it, nothing could be said."""


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


def silences(counts: DailyCounts) -> Silences:
    """Gaps and silences of everybody.

    Gaps are Gamma(c, mean m_i), c_i from the own squared coefficient of variation shrunken towards everybody's.
    With n gaps of mean g and PRIOR_GAPS of everybody's mean, both the next gap and their sum are gamma variables:

        (silence / m_i) ~ F(2 c_i, 2 c_i (n + prior)),  m_i = (n g + prior M) / (n + prior)
    """
    from scipy.special import fdtrc

    n = len(counts)
    order = np.lexsort((counts.ago, counts.row))
    row, ago = counts.row[order], counts.ago[order].astype(np.float64)
    same = row[1:] == row[:-1]
    gap, owner = (ago[1:] - ago[:-1])[same], row[1:][same]
    number = np.bincount(owner, minlength=n)
    total = np.bincount(owner, gap, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        own = total / number
    silent = np.full(n, np.nan)
    # The rows of a customer are in order of `ago`: the first is the last active day.
    first = np.concatenate([[True], ~same]) if len(row) else np.empty(0, dtype=bool)
    silent[row[first]] = ago[first]
    is_known = (number >= FEWEST_GAPS) & ~np.isnan(silent)
    if not is_known.any():
        return Silences(number, own, silent, np.ones(n), is_known)
    shape = _shapes(gap, owner, number, own)
    prior = float(np.median(own[is_known]))
    mean = (total + PRIOR_GAPS * prior) / (number + PRIOR_GAPS)
    # A silence that is not over yet of `silent` days is a gap of more than `silent` - 1/2.
    ratio = np.where(is_known, (silent - 0.5) / mean, 0.0)
    tail = np.where(is_known, fdtrc(2 * shape, 2 * shape * (number + PRIOR_GAPS), np.maximum(ratio, 0)), 1.0)
    return Silences(number, own, silent, tail, is_known)


def _shapes(gap: Floats, owner: npt.NDArray[Any], number: npt.NDArray[Any], own: Floats) -> Floats:
    """c_i = 1 / CV_i^2: the own regularity of gaps, shrunken over people."""
    n = len(number)
    square = np.bincount(owner, (gap - own[owner]) ** 2, n)
    degrees = np.maximum(number - 1, 0).astype(np.float64)
    with np.errstate(invalid="ignore"):
        scaled = np.where(degrees > 0, square / own**2, 0.0)
    everybody = max(float(scaled.sum() / max(degrees.sum(), 1.0)), 0.01)
    shape: Floats = np.maximum((PRIOR_DEGREES + degrees) / (PRIOR_DEGREES * everybody + scaled), ROUGHEST)
    return shape

"""How unlikely is so little, for this customer? Tail probabilities under everybody's own rhythm.

Counts are compared by whole weeks, which hold each weekday once. The usual rate is an exponentially weighted
mean of the person's own weeks before the recent ones, each divided by the factor that the week had for
everybody (a holiday is nobody's break). How far a count strays from what was to be expected is learnt from the
past of all customers, and of each: Var = v_i (a mu + b mu^2), v_i shrunken towards 1 over people. The tail is
that of a negative binomial with this mean and variance (Poisson where that is less). Gaps between purchases are
gamma distributed about the person's own mean gap, shrunken over people; the silence so far is compared with
the predictive distribution, an F (the ratio of two gamma variables).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

HALF_LIFE: Final = 6.0
"""Weeks after which a week counts half in the usual rate."""
FEWEST_WEEKS: Final = 4
"""Weeks before the recent ones that a rhythm is read from at least."""
PRIOR_DEGREES: Final = 8.0
"""The spread of everybody counts as much in one's own as so many weeks."""
_FEW: Final = 20
"""Customers from which a week's factor for everybody is looked for."""


@dataclass(frozen=True, eq=False)
class Expected:
    """What was to be expected of each customer in the last `window` weeks, and what came, one element each.

    `is_known` is false where the own record is shorter than FEWEST_WEEKS; the numbers are 0 there.
    """

    window: int
    mean: Floats
    variance: Floats
    count: Floats
    rate: Floats
    """The usual count a week."""
    factor: float
    """What the last weeks were like for everybody, against the usual."""
    is_known: npt.NDArray[np.bool_]

    def tail(self) -> Floats:
        """P(so few or fewer) under the own rhythm; 1 where it is not known."""
        return np.where(self.is_known, tail_probability(self.count, self.mean, self.variance), 1.0)

    def tail_of_none(self) -> Floats:
        """The smallest tail probability that this customer could show: that of not coming at all."""
        none = np.zeros(len(self.count))
        return np.where(self.is_known, tail_probability(none, self.mean, self.variance), 1.0)


def tail_probability(count: Any, mean: Any, variance: Any) -> Floats:
    """P(X <= count) of a negative binomial with this mean and variance; of a Poisson where variance <= mean.

    X ~ NB(size = mean^2 / (variance - mean)), P(X <= c) = I_p(size, c + 1) with p = mean / variance
    """
    from scipy.special import betainc, pdtr

    count, mean, variance = (np.asarray(each, dtype=np.float64) for each in (count, mean, variance))
    mean = np.maximum(mean, 1e-9)
    is_wide = variance > mean * (1 + 1e-9)
    wide = np.where(is_wide, variance, 2 * mean)
    size = mean**2 / (wide - mean)
    tail: Floats = np.where(
        is_wide, betainc(size, np.floor(count) + 1, mean / wide), pdtr(np.floor(count), mean)
    )
    return tail


def expected(weeks: Floats, known_weeks: npt.NDArray[np.int64], window: int) -> Expected:
    """What was to be expected of the last `window` weeks, from the weeks before them.

    `weeks` is n x w, the last week first; `known_weeks` says how many of them each customer was there for.
    """
    there = np.arange(weeks.shape[1]) < known_weeks[:, None]
    factors = week_factors(weeks, there)
    rate, is_known = usual_rate(weeks, there, factors, window)
    mean = np.where(is_known, rate * factors[:window].sum(), 0.0)
    spread = _spread(weeks, there, factors, window)
    own = _own_spread(weeks, there, factors, window, rate, spread)
    variance = np.where(is_known, own * (spread[0] * mean + spread[1] * mean**2), 0.0)
    count = np.where(is_known, weeks[:, :window].sum(axis=1), 0.0)
    return Expected(window, mean, variance, count, rate, float(factors[:window].mean()), is_known)


def week_factors(weeks: Floats, there: npt.NDArray[np.bool_]) -> Floats:
    """What each week was like for everybody, 1 being usual: holidays and seasons.

    The ratio of what all did to what they usually do, each customer limited to the weight of the 95th percentile so
    that no giant is a season; a week with little behind it is near 1. 1 throughout for fewer than 20 customers.
    """
    present = there.sum(axis=1)
    factors = np.ones(weeks.shape[1])
    if (present >= FEWEST_WEEKS).sum() < _FEW:
        return factors
    usual = (weeks * there).sum(axis=1) / np.maximum(present, 1)
    weight = (
        np.minimum(1.0, np.quantile(usual[usual > 0], 0.95) / np.maximum(usual, 1e-9))
        if usual.any()
        else usual
    )
    weight = np.where(present >= FEWEST_WEEKS, weight, 0.0)
    for _ in range(2):
        usual = (weeks * there).sum(axis=1) / np.maximum((there * factors).sum(axis=1), 1e-9)
        came, meant = weight @ (weeks * there), (weight * usual) @ there
        factors = (came + _FEW) / (meant + _FEW)
    return factors


def usual_rate(
    weeks: Floats, there: npt.NDArray[np.bool_], factors: Floats, skipped: int
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """The exponentially weighted count a week of each customer before the last `skipped` weeks, and who has one."""
    age = np.arange(weeks.shape[1] - skipped)
    weight = 0.5 ** (age / HALF_LIFE) * there[:, skipped:]
    exposure = (weight * factors[skipped:]).sum(axis=1)
    is_known = there[:, skipped:].sum(axis=1) >= FEWEST_WEEKS
    rate = (weight * weeks[:, skipped:]).sum(axis=1) / np.maximum(exposure, 1e-9)
    return np.where(is_known, rate, 0.0), is_known


def _errors(
    weeks: Floats, there: npt.NDArray[np.bool_], factors: Floats, window: int
) -> list[tuple[Floats, Floats, npt.NDArray[np.bool_]]]:
    """How the own past would have been foreseen: (mean, squared error, who) at each earlier stretch of weeks."""
    out = []
    for start in range(window, weeks.shape[1] - window - FEWEST_WEEKS + 1, window):
        rate, is_known = usual_rate(weeks[:, start:], there[:, start:], factors[start:], window)
        mean = rate * factors[start : start + window].sum()
        error = weeks[:, start : start + window].sum(axis=1) - mean
        out.append((mean, error**2, is_known & (mean > 0)))
    return out


def _spread(weeks: Floats, there: npt.NDArray[np.bool_], factors: Floats, window: int) -> tuple[float, float]:
    """(a, b) of Var = a mu + b mu^2, by weighted least squares of squared errors of the past; a >= 1, b >= 0.

    Without a past, Poisson with the error of a rate of FEWEST_WEEKS weeks.
    """
    parts = _errors(weeks, there, factors, window)
    mean = np.concatenate([m[who] for m, _, who in parts]) if parts else np.empty(0)
    square = np.concatenate([s[who] for _, s, who in parts]) if parts else np.empty(0)
    if len(mean) < _FEW:
        return 1.0 + window / FEWEST_WEEKS, 0.0
    square = np.minimum(square, 25 * np.median(square / mean) / 0.455 * mean)
    a, b = 1.0, 0.0
    for _ in range(3):
        weight = 1 / np.maximum(a * mean + b * mean**2, 1e-9) ** 2
        a, b = _two_parts(mean, square, weight)
    return max(a, 1.0), b


def _two_parts(mean: Floats, square: Floats, weight: Floats) -> tuple[float, float]:
    """Non-negative least squares of `square` on mean and mean^2."""
    x, z = mean, mean**2
    xx, xz, zz = (weight * x * x).sum(), (weight * x * z).sum(), (weight * z * z).sum()
    xs, zs = (weight * x * square).sum(), (weight * z * square).sum()
    both = xx * zz - xz * xz
    a, b = (
        ((xs * zz - zs * xz) / both, (zs * xx - xs * xz) / both) if both > 1e-12 * xx * zz else (xs / xx, 0)
    )
    if b < 0:
        return float(xs / xx), 0.0
    return (float(a), float(b)) if a >= 0 else (0.0, float(zs / zz))


def _own_spread(
    weeks: Floats, there: npt.NDArray[np.bool_], factors: Floats, window: int,
    rate: Floats, spread: tuple[float, float],
) -> Floats:  # fmt: skip
    """v_i: how much more one's own past strays than everybody's, shrunken towards 1 over people."""
    total, degrees = np.zeros(len(weeks)), np.zeros(len(weeks))
    for mean, square, who in _errors(weeks, there, factors, window):
        usual = spread[0] * mean + spread[1] * mean**2
        total += np.where(who, square / np.maximum(usual, 1e-9), 0.0)
        degrees += who
    return np.maximum((PRIOR_DEGREES + total) / (PRIOR_DEGREES + degrees), 0.5)

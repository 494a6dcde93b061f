"""May one look on any day? Intervals and p-values that hold at all looks together.

    half = SE sqrt(N) sqrt(2 (N rho^2 + 1) / (N^2 rho^2) ln(sqrt(N rho^2 + 1) / alpha)),
    rho  = sqrt((-2 ln alpha + ln(-2 ln alpha + 1)) / N*)

`N` units in both arms, `SE` the standard error of their difference. The interval is narrowest about N* units.
Source: SCIENCE 4.2; Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2023 (arXiv 2103.06476), equation 8 and B.2.
"""

from __future__ import annotations

from math import exp, log, sqrt
from statistics import NormalDist
from typing import Final

from dangol.core.stats.interval import CONFIDENCE

TUNED_AT: Final = 5_000
"""Units in both arms at which the interval is narrowest, unless told otherwise (as in GrowthBook)."""
_NORMAL: Final = NormalDist()


def half_width(
    standard_error: float, n: int, *, confidence: float = CONFIDENCE, tuned_at: float = TUNED_AT
) -> float:
    """Half the width of the interval of a difference between arms of `n` units together.

    >>> round(half_width(1.0, 5_000), 3), round(half_width(1.0, 50_000), 3)
    (3.035, 3.242)
    """
    spread = n * _rho_squared(confidence, tuned_at)
    return standard_error * sqrt(2 * (spread + 1) / spread * log(sqrt(spread + 1) / (1 - confidence)))


def any_day_p_value(t: float, n: int, *, confidence: float = CONFIDENCE, tuned_at: float = TUNED_AT) -> float:
    """The p-value that holds at all looks together, of a difference of `t` standard errors.

        p = sqrt(N rho^2 + 1) exp(-t^2 N rho^2 / (2 (N rho^2 + 1))), at most 1

    The level at which the interval, with rho as it is at `confidence`, just reaches 0.

    >>> round(any_day_p_value(half_width(1.0, 5_000), 5_000), 4)
    0.05
    """
    spread = n * _rho_squared(confidence, tuned_at)
    return min(1.0, sqrt(spread + 1) * exp(-t * t * spread / (2 * (spread + 1))))


def units_to_see(
    difference: float,
    standard_error: float,
    n: int,
    *,
    confidence: float = CONFIDENCE,
    power: float = 0.8,
    tuned_at: float = TUNED_AT,
) -> float | None:
    """Units in both arms from which the interval would leave 0 out with this power; None for no difference.

    Spread and shares stay as they are in these `n` units. Found by halving: the width falls as units come.
    """
    if not difference:
        return None
    spread, extra = standard_error * sqrt(n), _NORMAL.inv_cdf(power)

    def sees(units: float) -> bool:
        error = spread / sqrt(units)
        width = half_width(error, int(units), confidence=confidence, tuned_at=tuned_at)
        return abs(difference) >= width + extra * error

    low, high = 2.0, 2.0
    while not sees(high):
        low, high = high, high * 2
    while high - low > max(1.0, high * 1e-4):
        middle = (low + high) / 2
        low, high = (low, middle) if sees(middle) else (middle, high)
    return high


def _rho_squared(confidence: float, tuned_at: float) -> float:
    out = -2 * log(1 - confidence)
    return (out + log(out + 1)) / tuned_at

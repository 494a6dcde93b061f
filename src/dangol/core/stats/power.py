"""How many must take part before an effect of a given size would be seen?

    n = (z_(1-alpha/2) + z_power)^2 (v_A + v_B / k) / d^2

`n` units in the smaller arm (the one held out) and k times as many in the other, at a two-sided level alpha.
Source: SCIENCE 4.1; Fleiss, Levin & Paik 2003, section 4.2 (unpooled variances).
"""

from __future__ import annotations

from math import inf, sqrt
from statistics import NormalDist
from typing import Final

from dangol.core.stats.interval import CONFIDENCE

POWER: Final = 0.8
_NORMAL: Final = NormalDist()


def units_needed(
    difference: float,
    variance: float,
    other_variance: float | None = None,
    *,
    times: float = 1.0,
    confidence: float = CONFIDENCE,
    power: float = POWER,
) -> float:
    """Units in the control arm, where the other has `times` as many, to see `difference`; infinite for none.

    >>> round(units_needed(0.005, 0.9 * 0.1, 0.905 * 0.095))
    55248
    """
    if not difference:
        return inf
    other = variance if other_variance is None else other_variance
    return _reach(confidence, power) ** 2 * (variance + other / times) / difference**2


def units_needed_for_shares(
    share: float,
    other_share: float,
    *,
    times: float = 1.0,
    confidence: float = CONFIDENCE,
    power: float = POWER,
) -> float:
    """The same for two shares (0 to 1), such as retention of 90 % and 90.5 %.

    >>> round(units_needed_for_shares(0.9, 0.905)), round(units_needed_for_shares(0.9, 0.905, times=19))
    (55248, 29677)
    """
    return units_needed(
        other_share - share, share * (1 - share), other_share * (1 - other_share),
        times=times, confidence=confidence, power=power,
    )  # fmt: skip


def detectable_difference(
    n: float,
    variance: float,
    other_variance: float | None = None,
    *,
    times: float = 1.0,
    confidence: float = CONFIDENCE,
    power: float = POWER,
) -> float:
    """The smallest difference that `n` units in the control arm would show, at equal variances unless given.

    >>> round(detectable_difference(55_248, 0.9 * 0.1, 0.905 * 0.095), 6)
    0.005
    """
    other = variance if other_variance is None else other_variance
    return _reach(confidence, power) * sqrt((variance + other / times) / n)


def _reach(confidence: float, power: float) -> float:
    return _NORMAL.inv_cdf(0.5 + confidence / 2) + _NORMAL.inv_cdf(power)

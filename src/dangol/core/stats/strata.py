"""What is the difference once both groups have the same mix of people? Post-stratification."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

from dangol.core.stats.interval import CONFIDENCE, Interval, around, normal_quantile
from dangol.core.stats.mean import Estimate


def stratified_difference(
    one: Mapping[str, Estimate],
    other: Mapping[str, Estimate],
    confidence: float = CONFIDENCE,
) -> Interval | None:
    """`other` minus `one`, weighted by how many people of both are in each stratum.

        d = sum w_s (m_Bs - m_As),   Var d = sum w_s^2 (v_As / n_As + v_Bs / n_Bs),   w_s = n_s / n

    Strata in which either has fewer than two units are left out; None when no stratum is left.
    Source: Miratrix, Sekhon & Yu 2013 (Journal of the Royal Statistical Society B 75:369), equation 3.
    """
    strata = [s for s in one if s in other and min(one[s].n, other[s].n) >= 2]
    total = sum(one[s].n + other[s].n for s in strata)
    if not total:
        return None
    value = variance = 0.0
    for s in strata:
        a, b = one[s], other[s]
        weight = (a.n + b.n) / total
        value += weight * (b.value - a.value)
        variance += weight**2 * (a.variance / a.n + b.variance / b.n)
    return Interval(value, *around(value, sqrt(variance), normal_quantile(confidence)))

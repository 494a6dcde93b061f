"""How far out does a statistic lie? Two-sided p-values of the normal and of Student's t."""

from __future__ import annotations

from math import erfc, exp, lgamma, log, log1p, sqrt

_STEPS = 10_000
_CLOSE = 1e-15


def normal_tail(z: float) -> float:
    """P(|normal| > |z|).

    >>> round(normal_tail(1.959964), 6)
    0.05
    """
    return erfc(abs(z) / sqrt(2))


def student_tail(t: float, degrees: float) -> float:
    """P(|Student's t| > |t|) with `degrees` of freedom, whole or not.

        I_x(degrees/2, 1/2),  x = degrees / (degrees + t^2)

    Source: Abramowitz & Stegun 26.7.1 and 26.5.27.

    >>> round(student_tail(2.228139, 10), 6)
    0.05
    """
    return _incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction on the side where that is quick."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, 1 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method."""
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    whole = d
    for m in range(1, _STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1 / (1 + term * d), 1 + term / c
            whole *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return whole

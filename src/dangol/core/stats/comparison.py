"""Do two groups differ, by how much, and could that be chance? The whole comparison of two estimates."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from dangol.core.stats.interval import CONFIDENCE, Interval
from dangol.core.stats.mean import Estimate, difference, relative_difference, welch_degrees
from dangol.core.stats.tails import student_tail


@dataclass(frozen=True, slots=True)
class Comparison:
    """`difference` is the other minus the one, `relative` that by the one (None where the one is 0).

    The p-values are Welch's, two-sided; None where nothing varies, so that chance cannot be told.
    """

    difference: Interval
    standard_error: float
    p_value: float | None
    relative: Interval | None
    relative_p_value: float | None


def compare(one: Estimate, other: Estimate, confidence: float = CONFIDENCE) -> Comparison | None:
    """`other` against `one`; None when either rests on fewer than two units.

        t = (m_B - m_A) / sqrt(v_A/n_A + v_B/n_B), with Welch's degrees of freedom

    The relative difference is tested by the delta method (see `relative_difference`). The example is a public
    unit test of GrowthBook's statistics.

    >>> from dangol.core.stats.mean import Mean
    >>> found = compare(Mean(3407, 1396.87, 52377.9767), Mean(3461, 2422.7, 134698.29))
    >>> round(found.p_value, 5), round(found.relative_p_value, 5)
    (0.02016, 0.06191)
    """
    absolute = difference(one, other, confidence)
    if absolute is None:
        return None
    error = standard_error(one, other)
    degrees = welch_degrees(one, other)
    relative = relative_difference(one, other, confidence)
    return Comparison(
        absolute,
        error,
        student_tail(absolute.value / error, degrees) if error else None,
        relative,
        student_tail(relative.value / spread, degrees)
        if relative and (spread := relative_error(one, other))
        else None,
    )


def standard_error(one: Estimate, other: Estimate) -> float:
    """The standard error of their difference; each rests on two units or more."""
    return sqrt(one.variance / one.n + other.variance / other.n)


def relative_error(one: Estimate, other: Estimate) -> float:
    """The standard error of (other - one) / one by the delta method; the one may not be 0.

        Var = v_B / (m_A^2 n_B) + v_A m_B^2 / (m_A^4 n_A)

    Source: SCIENCE 4.2.
    """
    return sqrt(
        other.variance / (one.value**2 * other.n) + one.variance * other.value**2 / (one.value**4 * one.n)
    )

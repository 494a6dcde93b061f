"""How large is it on average, how large is one thing per another, and do two groups differ in it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import ibis

from dangol.core.stats.interval import CONFIDENCE, Interval, around, student_quantile


class Estimate(Protocol):
    """What two groups are compared by: a value, how many people it rests on, and its spread a person."""

    @property
    def n(self) -> int:
        """People it rests on."""

    @property
    def value(self) -> float:
        """The estimate."""

    @property
    def variance(self) -> float:
        """Variance of one person's (linearised) value; the standard error is sqrt(variance / n)."""


@dataclass(frozen=True, slots=True)
class Mean:
    """Count, sum and sum of squares of one number a person; two groups of people merge with `+`.

    >>> Mean.of([1, 2]) + Mean.of([3])
    Mean(n=3, sum=6, sum_sq=14)
    """

    n: int
    sum: float
    sum_sq: float

    @classmethod
    def of(cls, values: Any) -> Mean:
        """The statistic of some numbers."""
        values = list(values)
        return cls(len(values), sum(values), sum(value * value for value in values))

    def __add__(self, other: Mean) -> Mean:
        return Mean(self.n + other.n, self.sum + other.sum, self.sum_sq + other.sum_sq)

    @property
    def value(self) -> float:
        """The mean; n must not be 0."""
        return self.sum / self.n

    @property
    def variance(self) -> float:
        """The unbiased sample variance, (sum_sq - sum^2 / n) / (n - 1); n must be 2 or more."""
        return float(sample_variance(self.n, self.sum, self.sum_sq))

    def interval(self, confidence: float = CONFIDENCE) -> Interval | None:
        """The mean with Student's interval; None with fewer than two values."""
        return _interval(self, confidence)


@dataclass(frozen=True, slots=True)
class RatioOfMeans:
    """Sums of two numbers a person, such as money now and money then; the value is sum(m) / sum(d).

    `m` is the numerator, `d` the denominator, `cross` the sum of their products.
    """

    n: int
    m_sum: float
    m_sum_sq: float
    d_sum: float
    d_sum_sq: float
    cross: float

    @classmethod
    def of(cls, pairs: Any) -> RatioOfMeans:
        """The statistic of (numerator, denominator) pairs, one a person."""
        pairs = list(pairs)
        m, d = Mean.of(p[0] for p in pairs), Mean.of(p[1] for p in pairs)
        return cls(len(pairs), m.sum, m.sum_sq, d.sum, d.sum_sq, sum(p[0] * p[1] for p in pairs))

    def __add__(self, other: RatioOfMeans) -> RatioOfMeans:
        return RatioOfMeans(
            self.n + other.n, self.m_sum + other.m_sum, self.m_sum_sq + other.m_sum_sq,
            self.d_sum + other.d_sum, self.d_sum_sq + other.d_sum_sq, self.cross + other.cross,
        )  # fmt: skip

    @property
    def value(self) -> float:
        """The ratio of the sums; the denominator must not be 0."""
        return self.m_sum / self.d_sum

    @property
    def variance(self) -> float:
        """Variance of the ratio, times n, by the delta method.

            (s_m^2 - 2 R s_md + R^2 s_d^2) / mean(d)^2

        Source: SCIENCE 4.2; Deng, Knoblich & Lu 2018 (KDD), equation 3.
        """
        n, ratio = self.n, self.value
        m = sample_variance(n, self.m_sum, self.m_sum_sq)
        d = sample_variance(n, self.d_sum, self.d_sum_sq)
        both = (self.cross - self.m_sum * self.d_sum / n) / (n - 1)
        return float(_not_negative(m - 2 * ratio * both + ratio * ratio * d) / (self.d_sum / n) ** 2)

    def interval(self, confidence: float = CONFIDENCE) -> Interval | None:
        """The ratio with its interval; None with fewer than two people or a denominator of 0."""
        return _interval(self, confidence) if self.d_sum else None


def sample_variance(n: Any, total: Any, total_sq: Any) -> Any:
    """The unbiased variance from its sums, for numbers or columns; n must be 2 or more."""
    return _not_negative((total_sq - total * total / n) / (n - 1))


def _not_negative(variance: Any) -> Any:
    """0 for what is below it by rounding alone, as with equal values; a column's nulls stay null."""
    size = variance.abs() if isinstance(variance, ibis.Value) else abs(variance)
    return (variance + size) / 2


def mean_interval(n: Any, total: Any, total_sq: Any, confidence: float = CONFIDENCE) -> tuple[Any, Any]:
    """Low and high end of Student's interval of a mean, for numbers or columns; n must be 2 or more."""
    error = (sample_variance(n, total, total_sq) / n) ** 0.5
    return around(total / n, error, student_quantile(n - 1, confidence))


def difference(one: Estimate, other: Estimate, confidence: float = CONFIDENCE) -> Interval | None:
    """`other` minus `one` with Welch's interval; None when either rests on fewer than two people.

    The example is a public unit test of GrowthBook's statistics.

    >>> one, other = Mean(3407, 1396.87, 52377.9767), Mean(3461, 2422.7, 134698.29)
    >>> [round(x, 5) for x in difference(one, other)]
    [0.29, 0.04538, 0.53462]
    """
    if min(one.n, other.n) < 2:
        return None
    value = other.value - one.value
    error = (one.variance / one.n + other.variance / other.n) ** 0.5
    return Interval(value, *around(value, error, student_quantile(welch_degrees(one, other), confidence)))


def relative_difference(one: Estimate, other: Estimate, confidence: float = CONFIDENCE) -> Interval | None:
    """(`other` - `one`) / `one` with its interval by the delta method; None when that cannot be said.

        Var = v_B / (m_A^2 n_B) + v_A m_B^2 / (m_A^4 n_A)

    Source: SCIENCE 4.2.

    >>> one, other = Mean(3407, 1396.87, 52377.9767), Mean(3461, 2422.7, 134698.29)
    >>> [round(x, 5) for x in relative_difference(one, other)]
    [0.70732, -0.03526, 1.44989]
    """
    if min(one.n, other.n) < 2 or not one.value:
        return None
    value = (other.value - one.value) / abs(one.value)
    variance = (
        other.variance / (one.value**2 * other.n) + one.variance * other.value**2 / (one.value**4 * one.n)
    )  # fmt: skip
    return Interval(
        value, *around(value, variance**0.5, student_quantile(welch_degrees(one, other), confidence))
    )


def _interval(estimate: Estimate, confidence: float) -> Interval | None:
    if estimate.n < 2:
        return None
    error = (estimate.variance / estimate.n) ** 0.5
    return Interval(
        estimate.value, *around(estimate.value, error, student_quantile(estimate.n - 1, confidence))
    )


def welch_degrees(one: Estimate, other: Estimate) -> float:
    """Degrees of freedom of a difference with unequal variances (Welch 1947, Satterthwaite 1946)."""
    a, b = one.variance / one.n, other.variance / other.n
    spread = a * a / (one.n - 1) + b * b / (other.n - 1)
    return (a + b) ** 2 / spread if spread else float(one.n + other.n - 2)

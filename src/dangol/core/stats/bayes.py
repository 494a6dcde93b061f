"""How likely is it that the other arm is better, and what is lost on average if it is chosen wrongly?"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, pi, sqrt
from statistics import NormalDist

from dangol.core.stats.interval import CONFIDENCE, Interval, around, normal_quantile

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of a difference after the data: a normal distribution, and what follows from it.

    `chance_to_win` is P(difference > 0). `expected_loss` is what choosing the other arm costs on average, in the
    unit of the outcome: E[max(-difference, 0)]; `expected_loss_of_staying` what keeping the control costs.
    """

    mean: float
    deviation: float
    chance_to_win: float
    expected_loss: float
    expected_loss_of_staying: float

    def interval(self, confidence: float = CONFIDENCE) -> Interval:
        """Between which ends the difference lies with this probability."""
        return Interval(self.mean, *around(self.mean, self.deviation, normal_quantile(confidence)))


def belief(
    difference: float, standard_error: float, *, prior_mean: float = 0.0, prior_deviation: float = inf
) -> Belief | None:
    """What to believe of a difference, from a flat prior unless a deviation is given; None without a spread.

        1/s^2 = 1/s_0^2 + 1/SE^2,   m = s^2 (m_0/s_0^2 + d/SE^2),
        P(d > 0) = Phi(m/s),   E[max(-d, 0)] = s phi(m/s) - m Phi(-m/s)

    Source: SCIENCE 4.2; Gelman et al. 2013 (Bayesian Data Analysis), equation 2.10; Stucchio 2015 for the loss.

    >>> found = belief(1.0, 1.0)
    >>> round(found.chance_to_win, 4), round(found.expected_loss, 4)
    (0.8413, 0.0833)
    """
    if not standard_error > 0:
        return None
    weight, before = 1 / standard_error**2, 0.0 if prior_deviation == inf else 1 / prior_deviation**2
    deviation = sqrt(1 / (weight + before))
    mean = deviation**2 * (before * prior_mean + weight * difference)
    return Belief(
        mean, deviation, _NORMAL.cdf(mean / deviation), _loss(mean, deviation), _loss(-mean, deviation)
    )


def _loss(mean: float, deviation: float) -> float:
    z = mean / deviation
    return max(deviation * exp(-z * z / 2) / sqrt(2 * pi) - mean * _NORMAL.cdf(-z), 0.0)

"""How much of the noise was there before the experiment began? Outcomes adjusted by earlier behaviour (CUPED).

    Y' = Y - theta (X - mean X),   theta = Cov(X)^-1 Cov(X, Y), pooled over the arms

`X` must be known before the assignment: what the treatment can move takes the effect away with the noise.
Source: SCIENCE 4.2; Deng, Xu, Kohavi & Walker 2013 (WSDM), equations 4 and 5; several covariates as in section 3.4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dangol.core.stats.moments import Floats, Moments, pooled


@dataclass(frozen=True, slots=True)
class Adjusted:
    """An estimate of one arm: units, value, and the variance of one unit. Takes the place of a Mean."""

    n: int
    value: float
    variance: float


@dataclass(frozen=True, eq=False)
class Cuped:
    """The adjusted estimate of each arm, and `cut`: the share of the variance of the difference that is gone.

    `thetas` is what one unit of each covariate takes off the outcome.
    """

    arms: Mapping[str, Adjusted]
    thetas: Mapping[str, float]
    cut: float


def mean_of(moments: Moments, outcome: str) -> Adjusted:
    """The mean of one column, unadjusted; n must be 2 or more."""
    return Adjusted(moments.n, moments.mean(outcome), moments.variance(outcome))


def ratio_of(moments: Moments, outcome: str, denominator: str) -> Adjusted:
    """The ratio of the sums of two columns, with the variance of its linearised value.

        Z = (M - R D) / mean(D)

    Units are those that were drawn (accounts), so that what belongs together stays together. Source: SCIENCE 4.2;
    Deng, Knoblich & Lu 2018 (KDD), equation 3.
    """
    value, weights = _linearised(moments, outcome, denominator)
    return Adjusted(moments.n, value, moments.combined(weights)[1])


def cuped(
    arms: Mapping[str, Moments],
    outcome: str,
    covariates: Sequence[str],
    *,
    denominator: str | None = None,
) -> Cuped:
    """Every arm adjusted by the same theta; of a ratio, its linearised value is adjusted.

    Each arm has two units or more. Covariates that do not vary, or repeat others, change nothing.
    """
    lines = {arm: _line(each, outcome, denominator) for arm, each in arms.items()}
    thetas = _thetas(list(arms.values()), [weights for _, weights in lines.values()], covariates)
    middle = pooled(list(arms.values()))
    adjusted = {}
    for arm, each in arms.items():
        value, weights = lines[arm]
        shift = sum(t * (each.mean(x) - middle.mean(x)) for x, t in zip(covariates, thetas, strict=True))
        taken = dict(zip(covariates, -thetas, strict=True))
        adjusted[arm] = Adjusted(each.n, value - float(shift), each.combined({**weights, **taken})[1])
    before = sum(each.combined(lines[arm][1])[1] / each.n for arm, each in arms.items())
    after = sum(each.variance / each.n for each in adjusted.values())
    cut = 1 - after / before if before else 0.0
    return Cuped(adjusted, dict(zip(covariates, map(float, thetas), strict=True)), cut)


def _line(moments: Moments, outcome: str, denominator: str | None) -> tuple[float, dict[str, float]]:
    """The estimate of an arm, and the weights of the columns whose sum has its variance."""
    if denominator is None:
        return moments.mean(outcome), {outcome: 1.0}
    return _linearised(moments, outcome, denominator)


def _linearised(moments: Moments, outcome: str, denominator: str) -> tuple[float, dict[str, float]]:
    below = moments.mean(denominator)
    ratio = moments.mean(outcome) / below
    return ratio, {outcome: 1 / below, denominator: -ratio / below}


def _thetas(
    arms: Sequence[Moments], weights: Sequence[Mapping[str, float]], covariates: Sequence[str]
) -> Floats:
    """Coefficients from the covariances within arms, each weighted by its degrees of freedom."""
    at = [arms[0].names.index(name) for name in covariates]
    within, across = np.zeros((len(at), len(at))), np.zeros(len(at))
    for each, line in zip(arms, weights, strict=True):
        w = np.array([line.get(name, 0.0) for name in each.names])
        within += (each.n - 1) * each.covariance[np.ix_(at, at)]
        across += (each.n - 1) * (each.covariance[at] @ w)
    scale = np.sqrt(np.where(np.diag(within) > 0, np.diag(within), 1.0))
    found: Floats = np.linalg.pinv(within / np.outer(scale, scale), hermitian=True) @ (across / scale) / scale
    return found

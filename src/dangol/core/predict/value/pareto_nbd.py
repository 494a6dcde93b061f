"""Who buys again, if a customer can leave for good at any moment? Pareto/NBD.

Purchases come at a rate that is gamma(r, alpha) over customers; lives end at a rate that is gamma(s, beta).
Schmittlein, Morrison & Colombo 1987; Fader & Hardie 2005, "A note on deriving the Pareto/NBD model".

    L = G(r+x) alpha^r beta^s / G(r) * [(alpha+T)^-(r+x) (beta+T)^-s + s I]
    I = integral from t_x to T of (alpha+u)^-(r+x) (beta+u)^-(s+1) du

The papers write I as two Gaussian hypergeometric functions, one pair for alpha > beta and one for the reverse, whose
difference loses its digits. Taken as the integral it is, by Gauss-Legendre on a scale of time that is fine where the
integrand is steep, alpha = beta is nothing special, nothing is lost, and the derivatives come with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

import numpy as np

from dangol.core.predict.value.fitting import Optimum, most_likely
from dangol.core.predict.value.histories import Grouped, Numbers, some_of
from dangol.core.predict.value.purchase_model import PurchaseModel

_NODES, _WEIGHTS = (np.asarray(each, dtype=np.float64) for each in np.polynomial.legendre.leggauss(32))
Chance = Callable[[Numbers], Numbers]
_MANY = 10_000
"""With more groups, a fit of so many of them shows where the fit of all begins."""
_AT_ONCE = 20_000
"""Groups taken together, so that the nodes of all of them fit into the cache."""


class ParetoNbd(PurchaseModel):
    """Purchases at a gamma rate (r, alpha), lives that end at a gamma rate (s, beta)."""

    name: ClassVar[str] = "pareto_nbd"
    parameter_names: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")

    @classmethod
    def _optimum(cls, groups: Grouped) -> Optimum:
        total = float(groups.weight.sum())
        mean_age = max(float((groups.weight * groups.age).sum()) / total, 1e-9)
        pace = max(float((groups.weight * groups.x).sum()) / total, 1e-3) / mean_age
        starts = [(r, r / pace, s, mean_age * late) for r, s, late in ((0.5, 0.6, 0.5), (1.0, 1.0, 2.0))]
        if len(groups.x) > _MANY:
            starts = [tuple(cls._optimum(some_of(groups, _MANY)).parameters)]
        return most_likely(lambda parameters: log_likelihood(parameters, groups), starts, total)

    def _alive(self, groups: Grouped) -> Numbers:
        from scipy.special import expit

        parts = [_brackets(self.optimum.parameters, groups, rows)[:2] for rows in _pieces(len(groups.x))]
        return np.concatenate([expit(stayed - left) for stayed, left in parts])

    def _expected_if_alive(self, groups: Grouped, span: float) -> Numbers:
        r, alpha, s, beta = self.optimum.parameters
        life = np.log1p(span / (beta + groups.age))
        mean_life = life if abs(s - 1.0) < 1e-9 else -np.expm1(-(s - 1.0) * life) / (s - 1.0)
        return np.asarray((r + groups.x) / (alpha + groups.age) * (beta + groups.age) * mean_life)

    def _silent_if_alive(self, groups: Grouped, span: float) -> Numbers:
        r, alpha, _, _ = self.optimum.parameters
        return self._over_lives(
            groups, span, lambda until: np.exp(-(r + groups.x) * np.log1p(until / (alpha + groups.age)))
        )

    def _at_least_if_alive(self, groups: Grouped, span: float, count: int) -> Numbers:
        from scipy.special import betainc

        r, alpha, _, _ = self.optimum.parameters
        return self._over_lives(
            groups, span, lambda until: betainc(count, r + groups.x, until / (alpha + groups.age + until))
        )

    def _over_lives(self, groups: Grouped, span: float, chance: Chance) -> Numbers:
        """The mean of `chance(time alive)` over the lives to come, each cut off at `span`."""
        _, _, s, beta = self.optimum.parameters
        outlives = np.exp(-s * np.log1p(span / (beta + groups.age)))
        mean = outlives * chance(np.full(len(groups.x), span))
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            share = outlives + (1.0 - outlives) * (node + 1.0) / 2.0
            until = (beta + groups.age) * np.expm1(-np.log(share) / s)
            mean = mean + (1.0 - outlives) * weight / 2.0 * chance(np.minimum(until, span))
        return np.asarray(mean)


def log_likelihood(parameters: Numbers, groups: Grouped) -> tuple[float, Numbers]:
    """The log-likelihood of all customers, and its derivatives by r, alpha, s, beta."""
    from scipy.special import gammaln, psi

    r, alpha, s, beta = parameters
    x, which = np.unique(groups.x, return_inverse=True)
    weight = np.bincount(which, weights=groups.weight)
    total = weight.sum()
    value = (weight * (gammaln(r + x) - gammaln(r))).sum() + total * (r * np.log(alpha) + s * np.log(beta))
    slope = np.array(
        [(weight * (psi(r + x) - psi(r))).sum() + total * np.log(alpha), total * r / alpha,
         total * np.log(beta), total * s / beta]
    )  # fmt: skip
    for rows in _pieces(len(groups.x)):
        stayed, left, slope_stayed, slope_left = _brackets(parameters, groups, rows)
        mass = groups.weight[rows]
        both = np.logaddexp(stayed, left)
        value += (mass * both).sum()
        slope += slope_stayed @ (mass * np.exp(stayed - both)) + slope_left @ (mass * np.exp(left - both))
    return float(value), slope


def _brackets(parameters: Numbers, groups: Grouped, rows: slice) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """The logarithms of both terms of the bracket, still there at T and gone before, and their four derivatives."""
    r, alpha, s, beta = parameters
    x, t_x, age = groups.x[rows], groups.t_x[rows], groups.age[rows]
    log_a, log_b = np.log(alpha + age), np.log(beta + age)
    stayed = -(r + x) * log_a - s * log_b
    slope_stayed = np.array([-log_a, -(r + x) / (alpha + age), -log_b, -s / (beta + age)])
    steep = (r + x) / (alpha + t_x) + (s + 1.0) / (beta + t_x)
    reach = np.log1p(steep * (age - t_x))
    ahead = np.expm1(np.outer(reach, (_NODES + 1.0) / 2.0)) / steep[:, None]
    until = t_x[:, None] + ahead
    near_a, near_b = np.log(alpha + until), np.log(beta + until)
    powers = -(r + x)[:, None] * near_a - (s + 1.0) * near_b
    top = powers.max(axis=1)
    mass = np.exp(powers - top[:, None]) * (1.0 + steep[:, None] * ahead) * _WEIGHTS
    whole = mass.sum(axis=1)
    with np.errstate(divide="ignore"):
        left = np.log(s) + top + np.log(whole) + np.log(reach) - np.log(2.0 * steep)
    share = mass / whole[:, None]
    slope_left = np.array(
        [-(share * near_a).sum(axis=1), -(r + x) * (share / (alpha + until)).sum(axis=1),
         1.0 / s - (share * near_b).sum(axis=1), -(s + 1.0) * (share / (beta + until)).sum(axis=1)]
    )  # fmt: skip
    return stayed, left, slope_stayed, slope_left


def _pieces(count: int) -> Iterator[slice]:
    return (slice(start, start + _AT_ONCE) for start in range(0, count, _AT_ONCE))

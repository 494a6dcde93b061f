"""How do customers buy who may leave after a purchase, each with a rate and a chance of leaving of their own?

The common ground of BG/NBD and MBG/NBD. Purchases come at a rate with a gamma(r, alpha) over customers; at each of
`k` chances so far the customer could have left for good, with a probability that is beta(a, b) over customers. In
BG/NBD the chances are the repeat purchases (k = x), in MBG/NBD the first purchase is one too (k = x + 1).
Fader, Hardie & Lee 2005, "Counting Your Customers the Easy Way"; Batislam, Denizel & Filiztekin 2007. All sums of
powers are taken in logarithms (Hardie, note 027).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from dangol.core.predict.value.fitting import Optimum, most_likely
from dangol.core.predict.value.histories import Grouped, Numbers

_MOST_SUMMED, _NEGLIGIBLE = 4_096, 1e-9
_ONE_APART = 1e-4
"""Around a = 1 the expectation is 0/0; it is taken as the mean of what lies this far on both sides."""


@dataclass(frozen=True, eq=False)
class Lookup:
    """The groups by their different counts and times, so that costly functions run once for each of those."""

    groups: Grouped
    first_chances: int

    @cached_property
    def counts(self) -> tuple[Numbers, npt.NDArray[np.intp], Numbers]:
        """Different `x`, which one each group has, and how many customers have it."""
        values, which = np.unique(self.groups.x, return_inverse=True)
        return values, which, np.bincount(which, weights=self.groups.weight).astype(np.float64)

    @cached_property
    def recencies(self) -> tuple[Numbers, npt.NDArray[np.intp]]:
        """Different `t_x`, and which one each group has."""
        values, which = np.unique(self.groups.t_x, return_inverse=True)
        return values, which

    @cached_property
    def ages(self) -> tuple[Numbers, npt.NDArray[np.intp]]:
        """Different `T`, and which one each group has."""
        values, which = np.unique(self.groups.age, return_inverse=True)
        return values, which


def log_likelihood(parameters: Numbers, lookup: Lookup) -> tuple[float, Numbers]:
    """The log-likelihood of all customers and its derivatives by r, alpha, a, b (Fader, Hardie & Lee 2005, eq. 6).

    L = G(r+x) alpha^r / G(r) * B(a, b+k) / B(a, b)
        * [(alpha+T)^-(r+x) + 1{k>0} a / (b+k-1) (alpha+t_x)^-(r+x)]
    """
    from scipy.special import betaln, gammaln, psi

    r, alpha, a, b = parameters
    x, which, weight = lookup.counts
    k = x + lookup.first_chances
    total = weight.sum()
    outside = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + k) - betaln(a, b)
    inside, left, by_time = _mixture(parameters, lookup)
    left_by_x = np.bincount(which, weights=left, minlength=len(x))
    both = (weight * (psi(a + b) - psi(a + b + k))).sum()
    chance = np.maximum(b + k - 1, 1e-300)
    slope = (
        (weight * (psi(r + x) - psi(r))).sum() + total * np.log(alpha) - by_time[0],
        total * r / alpha - by_time[1],
        both + left_by_x.sum() / a,
        both + (weight * (psi(b + k) - psi(b))).sum() - (left_by_x / chance)[k > 0].sum(),
    )
    return float((weight * outside).sum() + inside), np.array(slope)


def _mixture(parameters: Numbers, lookup: Lookup) -> tuple[float, Numbers, tuple[float, float]]:
    """The bracket of the likelihood: its logarithm, who is thought to have left, and its slopes by r and alpha."""
    r, alpha, a, b = parameters
    (x, at_x, _), (t_x, at_t), (age, at_age) = lookup.counts, lookup.recencies, lookup.ages
    k = x + lookup.first_chances
    weight = lookup.groups.weight
    odds = np.where(k > 0, np.log(a) - np.log(np.maximum(b + k - 1, 1e-300)), -np.inf)[at_x]
    log_age, log_last = np.log(alpha + age)[at_age], np.log(alpha + t_x)[at_t]
    power = (r + x)[at_x]
    stayed = -power * log_age
    with np.errstate(over="ignore"):
        beyond = odds + power * (log_age - log_last)
        left = 1.0 / (1.0 + np.exp(-beyond))
    inside = float((weight * (stayed + np.logaddexp(0.0, beyond))).sum())
    by_r = float((weight * (left * log_last + (1.0 - left) * log_age)).sum())
    pace = left / (alpha + t_x)[at_t] + (1.0 - left) / (alpha + age)[at_age]
    return inside, weight * left, (by_r, float((weight * power * pace).sum()))


def fit_groups(groups: Grouped, first_chances: int) -> Optimum:
    """The parameters r, alpha, a, b that make these histories most likely."""
    lookup = Lookup(groups, first_chances)
    total = float(groups.weight.sum())
    mean_age = max(float((groups.weight * groups.age).sum()) / total, 1e-9)
    pace = max(float((groups.weight * groups.x).sum()) / total, 1e-3) / mean_age
    starts = [(r, r / pace, a, b) for r, a, b in ((0.5, 0.5, 2.0), (1.0, 1.0, 1.0), (0.2, 1.5, 6.0))]
    return most_likely(lambda parameters: log_likelihood(parameters, lookup), starts, total)


def alive(parameters: Numbers, groups: Grouped, first_chances: int) -> Numbers:
    """P(still a customer at T): 1 / (1 + 1{k>0} a / (b+k-1) ((alpha+T) / (alpha+t_x))^(r+x))."""
    from scipy.special import expit

    r, alpha, a, b = parameters
    k = groups.x + first_chances
    odds = np.where(k > 0, np.log(a) - np.log(np.maximum(b + k - 1, 1e-300)), -np.inf)
    odds = odds + (r + groups.x) * (np.log(alpha + groups.age) - np.log(alpha + groups.t_x))
    return np.asarray(expit(-odds))


def silent_if_alive(parameters: Numbers, groups: Grouped, span: float) -> Numbers:
    """P(no purchase within `span` | alive at T) = ((alpha+T) / (alpha+T+span))^(r+x): nobody leaves before buying."""
    r, alpha, _, _ = parameters
    return np.asarray(np.exp((r + groups.x) * -np.log1p(span / (alpha + groups.age))))


def expected_if_alive(parameters: Numbers, groups: Grouped, first_chances: int, span: float) -> Numbers:
    """E[purchases within `span` | alive at T] (Fader, Hardie & Lee 2005, eq. 10, without its P(alive)).

    Euler's transformation of their 2F1 leaves parameters that do not grow with x, so that nothing overflows:
        (a+b+k-1) / (a-1) * [1 - (1-z)^(a-1) 2F1(a+b+k-1-r-x, a-1; a+b+k-1; z)],  z = span / (alpha+T+span)
    """
    from scipy.special import hyp2f1

    r, alpha, a, b = parameters
    if abs(a - 1.0) < _ONE_APART / 10:
        below, above = (
            expected_if_alive(np.array([r, alpha, 1.0 + apart, b]), groups, first_chances, span)
            for apart in (-_ONE_APART, _ONE_APART)
        )
        return (below + above) / 2.0
    c = a + b + groups.x + first_chances - 1.0
    z = span / (alpha + groups.age + span)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        rest = (1.0 - z) ** (a - 1.0) * hyp2f1(c - r - groups.x, a - 1.0, c, z)
    if not np.isfinite(rest).all():
        return _summed(parameters, groups, first_chances, span)
    return np.asarray(np.maximum(c / (a - 1.0) * (1.0 - rest), 0.0))


def _summed(parameters: Numbers, groups: Grouped, first_chances: int, span: float) -> Numbers:
    """The same expectation as the sum of the chances of 1, 2, ... purchases: where a is so large that 2F1 overflows."""
    total = np.zeros(len(groups.x))
    for count in range(1, _MOST_SUMMED):
        chance = at_least_if_alive(parameters, groups, first_chances, span, count)
        total = total + chance
        if chance.max(initial=0.0) < _NEGLIGIBLE:
            break
    return total


def at_least_if_alive(
    parameters: Numbers, groups: Grouped, first_chances: int, span: float, count: int
) -> Numbers:
    """P(at least `count` purchases within `span` | alive at T), count 1 or more.

    The purchases made are the lesser of those wanted (negative binomial) and those until leaving (beta-geometric):
        I_z(count, r+x) * B(a, b+k+count-1) / B(a, b+k)
    """
    from scipy.special import betainc, betaln

    r, alpha, a, b = parameters
    k = groups.x + first_chances
    wanted = betainc(count, r + groups.x, span / (alpha + groups.age + span))
    return np.asarray(wanted * np.exp(betaln(a, b + k + count - 1.0) - betaln(a, b + k)))

"""Who gives again, if there is one chance a period? BG/BB: for yearly donations, visits to an annual event.

At each opportunity somebody who is still there buys with a chance that is beta(alpha, beta) over customers, and leaves
before the next with one that is beta(gamma, delta).
Fader, Hardie & Shang 2010, "Customer-Base Analysis in a Discrete-Time Noncontractual Setting", Marketing Science 29(6).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from dangol.core.predict.value.fitting import Optimum, most_likely
from dangol.core.predict.value.histories import Grouped, Numbers
from dangol.core.predict.value.purchase_model import PurchaseModel


class BgBb(PurchaseModel):
    """Histories count opportunities: `x` taken, `t_x` the last one taken (1 is the first), `age` = n offered."""

    name: ClassVar[str] = "bg_bb"
    parameter_names: ClassVar[tuple[str, ...]] = ("alpha", "beta", "gamma", "delta")

    @classmethod
    def _optimum(cls, groups: Grouped) -> Optimum:
        starts = [(1.0, 1.0, 0.5, 3.0), (0.5, 2.0, 1.0, 8.0)]
        total = float(groups.weight.sum())
        return most_likely(lambda parameters: log_likelihood(parameters, groups), starts, total)

    def _alive(self, groups: Grouped) -> Numbers:
        """P(still there at the next opportunity, n + 1)."""
        from scipy.special import betaln

        alpha, beta, gamma, delta = self.optimum.parameters
        x, n = groups.x, groups.age
        there = betaln(alpha + x, beta + n - x) - betaln(alpha, beta)
        there += betaln(gamma, delta + n + 1.0) - betaln(gamma, delta)
        return np.asarray(np.exp(there - _log_terms(self.optimum.parameters, groups)[1]))

    def _expected_if_alive(self, groups: Grouped, span: float) -> Numbers:
        from scipy.special import betaln

        alpha, beta, gamma, delta = self.optimum.parameters
        chance = (alpha + groups.x) / (alpha + beta + groups.age)
        next_one = betaln(gamma, delta + groups.age + 1.0)
        each = [
            np.exp(betaln(gamma, delta + groups.age + ahead) - next_one) for ahead in range(1, int(span) + 1)
        ]
        return np.asarray(chance * np.sum(each, axis=0)) if each else np.zeros_like(chance)

    def _silent_if_alive(self, groups: Grouped, span: float) -> Numbers:
        """From the ratio of likelihoods with and without `span` more opportunities, none of them taken."""
        later = Grouped(groups.x, groups.t_x, groups.age + int(span), groups.weight, groups.which)
        now = _log_terms(self.optimum.parameters, groups)[1]
        silent = np.exp(_log_terms(self.optimum.parameters, later)[1] - now)
        return np.asarray(1.0 - (1.0 - silent) / self._alive(groups))

    def _at_least_if_alive(self, groups: Grouped, span: float, count: int) -> Numbers:
        """Over the opportunities lived to: those taken among j are beta-binomial."""
        from scipy.special import betaln

        _, _, gamma, delta = self.optimum.parameters
        next_one = betaln(gamma, delta + groups.age + 1.0)
        total = np.zeros(len(groups.x))
        for lived in range(1, int(span) + 1):
            last = lived == int(span)
            leaves = betaln(gamma if last else gamma + 1.0, delta + groups.age + lived) - next_one
            total = total + np.exp(leaves) * self._taken_at_least(groups, lived, count)
        return total

    def _taken_at_least(self, groups: Grouped, offered: int, count: int) -> Numbers:
        from scipy.special import betaln, gammaln

        alpha, beta, _, _ = self.optimum.parameters
        one, other = alpha + groups.x, beta + groups.age - groups.x
        chosen = [
            np.exp(
                gammaln(offered + 1.0) - gammaln(taken + 1.0) - gammaln(offered - taken + 1.0)
                + betaln(one + taken, other + offered - taken) - betaln(one, other)
            )
            for taken in range(count, offered + 1)
        ]  # fmt: skip
        return np.asarray(np.sum(chosen, axis=0)) if chosen else np.zeros(len(groups.x))


def log_likelihood(parameters: Numbers, groups: Grouped) -> tuple[float, Numbers]:
    """The log-likelihood of all customers and its derivatives (Fader, Hardie & Shang 2010, eq. 7)."""
    from scipy.special import psi

    alpha, beta, gamma, delta = parameters
    terms, total, offered = _log_terms(parameters, groups)
    share = np.exp(terms - total[:, None])
    x, n = groups.x[:, None], groups.age[:, None]
    gone = np.arange(terms.shape[1])[None, :] < terms.shape[1] - 1
    refused, gamma_here = offered - x, np.where(gone, gamma + 1.0, gamma)
    lived = np.where(gone, offered, n)
    by_both = psi(alpha + beta) - psi(alpha + beta + x + refused)
    by_life = psi(gamma + delta) - psi(gamma_here + delta + lived)
    parts = (
        psi(alpha + x) - psi(alpha) + by_both,
        psi(beta + refused) - psi(beta) + by_both,
        psi(gamma_here) - psi(gamma) + by_life,
        psi(delta + lived) - psi(delta) + by_life,
    )
    slope = [float(groups.weight @ np.where(share > 0, share * part, 0.0).sum(axis=1)) for part in parts]
    return float(groups.weight @ total), np.array(slope)


def _log_terms(parameters: Numbers, groups: Grouped) -> tuple[Numbers, Numbers, Numbers]:
    """Each group's ways of having come about: gone after opportunity t_x + i, or (last column) still there.

    Gives their logarithms, the logarithm of their sum, and the opportunities lived through in each.
    """
    from scipy.special import betaln, logsumexp

    alpha, beta, gamma, delta = parameters
    x, t_x, n = groups.x[:, None], groups.t_x[:, None], groups.age[:, None]
    longest = int((groups.age - groups.t_x).max())
    step = np.arange(longest + 1)[None, :]
    is_gone = step < longest
    offered = np.where(is_gone, np.minimum(t_x + step, n), n)
    life = np.where(
        is_gone, betaln(gamma + 1.0, delta + offered), betaln(gamma, delta + n)
    ) - betaln(gamma, delta)  # fmt: skip
    terms = betaln(alpha + x, beta + offered - x) - betaln(alpha, beta) + life
    terms = np.where(is_gone & (t_x + step >= n), -np.inf, terms)
    return terms, np.asarray(logsumexp(terms, axis=1)), offered

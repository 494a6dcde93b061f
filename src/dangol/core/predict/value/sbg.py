"""How long do subscribers stay who renew or not each period? Shifted beta-geometric (sBG).

The chance of leaving at a renewal is beta(alpha, beta) over customers: those likely to leave leave first, so that
retention rises with tenure. A constant churn rate carried forward undervalues everybody who has stayed.
Fader & Hardie 2007, "How to project customer retention", Journal of Interactive Marketing 21(1); the residual life of
those who stayed so far: Fader & Hardie 2010, "Customer-base valuation in a contractual setting".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from dangol.core.errors import DataError
from dangol.core.language import Said
from dangol.core.predict.value.fitting import Optimum, most_likely
from dangol.core.predict.value.histories import Numbers

_ASKED = Said("The lives of subscribers were to be projected.", "구독 고객의 수명을 예측하려고 했습니다.")


@dataclass(frozen=True, eq=False)
class ShiftedBetaGeometric:
    """Fitted to how many left at their t-th renewal and how many are known to have passed it."""

    optimum: Optimum
    parameter_names: ClassVar[tuple[str, ...]] = ("alpha", "beta")

    @classmethod
    def fit_tenures(cls, renewals: Numbers, has_left: Numbers) -> ShiftedBetaGeometric:
        """From each customer: `renewals` met so far (1 or more), and whether the last of them was not taken.

        A DataError where nobody left, or nobody ever met a renewal.
        """
        met = renewals >= 1
        longest = int(renewals[met].max()) if met.any() else 0
        ends = np.bincount(renewals[met & (has_left > 0)].astype(int), minlength=longest + 1)[1:]
        stays = np.bincount(renewals[met & (has_left == 0)].astype(int), minlength=longest + 1)[1:]
        return cls._fit(ends.astype(np.float64), stays.astype(np.float64))

    @classmethod
    def fit_survivors(cls, survivors: Sequence[float]) -> ShiftedBetaGeometric:
        """From one cohort: how many there were at the start, after the first renewal, the second, ..."""
        counts = np.asarray(survivors, dtype=np.float64)
        if len(counts) < 2 or (np.diff(counts) > 0).any() or counts[-1] < 0:
            raise DataError(
                _ASKED,
                Said(
                    "A cohort only becomes smaller, and these counts do not.",
                    "코호트는 줄어들기만 하는데 이 숫자는 그렇지 않습니다.",
                ),
                Said("Give counts such as 1000, 631, 468.", "1000, 631, 468처럼 주십시오."),
            )
        stays = np.zeros(len(counts) - 1)
        stays[-1] = counts[-1]
        return cls._fit(-np.diff(counts), stays)

    @classmethod
    def _fit(cls, ends: Numbers, stays: Numbers) -> ShiftedBetaGeometric:
        if not ends.sum() or not (stays.sum() + ends[1:].sum()):
            raise DataError(
                _ASKED,
                Said("Nobody left yet.", "아직 떠난 고객이 없습니다.")
                if not ends.sum()
                else Said("Everybody left at the first renewal.", "모든 고객이 첫 갱신에서 떠났습니다."),
                Said(
                    "Give subscriptions of which some ended and some went on.",
                    "끝난 구독과 이어진 구독이 모두 있는 데이터를 주십시오.",
                ),
            )
        starts = [(1.0, 1.0), (0.5, 5.0), (2.0, 20.0)]
        total = float(ends.sum() + stays.sum())
        return cls(most_likely(lambda parameters: log_likelihood(parameters, ends, stays), starts, total))

    @property
    def parameters(self) -> Mapping[str, float]:
        """The fitted parameters by the letters of the paper."""
        return dict(zip(self.parameter_names, map(float, self.optimum.parameters), strict=True))

    @property
    def log_likelihood(self) -> float:
        """Of all customers."""
        return self.optimum.log_likelihood

    def retention(self, renewal: Numbers | float) -> Numbers:
        """r_t = (beta + t - 1) / (alpha + beta + t - 1): the share that takes its t-th renewal, t 1 or more."""
        alpha, beta = self.optimum.parameters
        return np.asarray((beta + renewal - 1.0) / (alpha + beta + renewal - 1.0))

    def survival(self, renewals: int) -> Numbers:
        """S(0) ... S(renewals): the share of a cohort still there after each renewal."""
        steps = self.retention(np.arange(1.0, renewals + 1.0))
        return np.concatenate([np.ones(1), np.cumprod(steps)])

    def residual_life(self, passed: Numbers, periods: int, discount: float) -> Numbers:
        """Discounted expected payments over the next `periods`, of those who passed so many renewals and have paid.

        sum over j = 1..periods of S(passed + j) / S(passed) / (1 + discount)^j, cut off rather than for ever.
        """
        longest = int(passed.max(initial=0.0)) + periods
        logs = np.concatenate([np.zeros(1), np.cumsum(np.log(self.retention(np.arange(1.0, longest + 1.0))))])
        at = passed.astype(int)
        ahead = np.arange(1, periods + 1)
        shares = np.exp(logs[at[:, None] + ahead[None, :]] - logs[at][:, None])
        return np.asarray(shares @ (1.0 + discount) ** -ahead.astype(np.float64))

    def with_parameters(self, parameters: Numbers) -> ShiftedBetaGeometric:
        """The same model as if these were its parameters."""
        return ShiftedBetaGeometric(Optimum(parameters, self.log_likelihood, None, ()))

    def to_plain(self) -> dict[str, Any]:
        """Everything of the model, for JSON."""
        return {**self.parameters, "log_likelihood": self.log_likelihood}


def log_likelihood(parameters: Numbers, ends: Numbers, stays: Numbers) -> tuple[float, Numbers]:
    """The log-likelihood and its derivatives by alpha and beta (Fader & Hardie 2007, eq. B3).

    `ends[t-1]` left at renewal t, with P(t) = S(t-1) - S(t); `stays[t-1]` are last seen having passed it, with S(t).
    """
    alpha, beta = parameters
    t = np.arange(1.0, len(ends) + 1.0)
    passed = np.cumsum((ends + stays)[::-1])[::-1] - ends
    whole = alpha + beta + t - 1.0
    value = ends @ np.log(alpha / whole) + passed @ np.log((beta + t - 1.0) / whole)
    every = ((ends + passed) / whole).sum()
    slope = (ends.sum() / alpha - every, (passed / (beta + t - 1.0)).sum() - every)
    return float(value), np.array(slope)

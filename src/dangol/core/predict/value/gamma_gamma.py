"""How much will a customer spend on a purchase? Their own mean, drawn towards everybody's. Gamma-Gamma.

Amounts of a customer vary as gamma(p, nu), and nu varies over customers as gamma(q, v). How often somebody buys must
have nothing to do with how much: `correlation` says whether that holds.
Fader, Hardie & Lee 2005, "RFM and CLV: Using iso-value curves"; Fader & Hardie 2013, "The Gamma-Gamma model of
monetary value".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from dangol.core.errors import DataError
from dangol.core.language import Said
from dangol.core.predict.value.fitting import Optimum, most_likely
from dangol.core.predict.value.histories import Numbers, PurchaseHistories

LEAST = 10


@dataclass(frozen=True, eq=False)
class GammaGamma:
    """Fitted to the customers with a repeat purchase and a mean above 0; `dropped` counts the means of 0 or less."""

    optimum: Optimum
    customer_count: int
    dropped: int
    correlation: float | None
    """Of repeat count and mean amount over those customers; None where one of them does not vary."""
    parameter_names: ClassVar[tuple[str, ...]] = ("p", "q", "v")

    @classmethod
    def fit(cls, histories: PurchaseHistories) -> GammaGamma:
        """The most likely p, q, v; a DataError where fewer than 10 customers bought again for money."""
        again = (histories.repeat_count > 0) & ~np.isnan(histories.mean_amount)
        paid = again & (histories.mean_amount > 0)
        x, mean = histories.repeat_count[paid], histories.mean_amount[paid]
        dropped = int((again & ~paid).sum())
        if len(x) < LEAST or np.ptp(mean) <= 1e-9 * mean.max():
            raise _too_little(len(x), dropped)
        middle = float(np.average(mean, weights=x))
        starts = [(p, q, middle * (q - 1.0) / p) for p, q in ((6.0, 4.0), (1.0, 2.0), (2.0, 12.0))]
        optimum = most_likely(lambda parameters: log_likelihood(parameters, x, mean), starts, len(x))
        varies = np.ptp(x) > 0
        return cls(optimum, len(x), dropped, float(np.corrcoef(x, mean)[0, 1]) if varies else None)

    @property
    def parameters(self) -> Mapping[str, float]:
        """The fitted parameters by the letters of the paper."""
        return dict(zip(self.parameter_names, map(float, self.optimum.parameters), strict=True))

    @property
    def log_likelihood(self) -> float:
        """Of the mean amounts of all customers fitted."""
        return self.optimum.log_likelihood

    @property
    def population_mean(self) -> float | None:
        """The mean of a customer of whom nothing is known, p v / (q - 1); None where q <= 1 leaves it without end."""
        p, q, v = map(float, self.optimum.parameters)
        return p * v / (q - 1.0) if q > 1.0 else None

    def expected(self, histories: PurchaseHistories) -> Numbers:
        """E[mean amount | x, m] = (v + x m) p / (p x + q - 1); NaN where it has no end."""
        p, q, _ = self.optimum.parameters
        below = p * self.known(histories) + q - 1.0
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(below > 0, self.scale(histories) * p / below, np.nan)

    def known(self, histories: PurchaseHistories) -> Numbers:
        """How many repeat amounts are known of each customer."""
        usable = (histories.repeat_count > 0) & (histories.mean_amount > 0)
        return np.where(usable, histories.repeat_count, 0.0)

    def scale(self, histories: PurchaseHistories) -> Numbers:
        """What a customer's future spending is in proportion to: v + x m."""
        known = self.known(histories)
        return np.asarray(
            self.optimum.parameters[2] + known * np.where(known > 0, histories.mean_amount, 0.0)
        )

    def to_plain(self) -> dict[str, Any]:
        """Everything of the model, for JSON."""
        return {
            "parameters": [float(each) for each in self.optimum.parameters],
            "log_likelihood": self.log_likelihood,
            "customer_count": self.customer_count,
            "dropped": self.dropped,
            "correlation": self.correlation,
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> GammaGamma:
        """The model that `to_plain` wrote."""
        optimum = Optimum(np.array(plain["parameters"]), float(plain["log_likelihood"]), None, ())
        return cls(optimum, plain["customer_count"], plain["dropped"], plain["correlation"])


def log_likelihood(parameters: Numbers, x: Numbers, mean: Numbers) -> tuple[float, Numbers]:
    """The log-likelihood of the mean amounts and its derivatives by p, q, v (Fader & Hardie 2013, eq. 1a)."""
    from scipy.special import gammaln, psi

    p, q, v = parameters
    counts, which = np.unique(x, return_inverse=True)
    customers = np.bincount(which).astype(np.float64)
    whole = np.log(v + x * mean)
    by_count = np.bincount(which, weights=np.log(mean) - whole)
    shape = p * counts
    value = customers @ (gammaln(shape + q) - gammaln(shape) + shape * np.log(counts))
    value += shape @ by_count - np.log(mean).sum() - q * whole.sum() + len(x) * (q * np.log(v) - gammaln(q))
    slope = (
        counts @ (customers * (psi(shape + q) - psi(shape) + np.log(counts)) + by_count),
        customers @ psi(shape + q) - whole.sum() + len(x) * (np.log(v) - psi(q)),
        len(x) * q / v - ((p * x + q) * np.exp(-whole)).sum(),
    )
    return float(value), np.array(slope)


def _too_little(count: int, dropped: int) -> DataError:
    return DataError(
        Said(
            "The amounts of future purchases were to be estimated.",
            "앞으로의 구매 금액을 추정하려고 했습니다.",
        ),
        Said(
            f"Different amounts above 0 are known of {count} customers who bought again; it takes {LEAST}. "
            f"Means of 0 or less: {dropped}.",
            f"다시 구매한 고객 가운데 0보다 큰 서로 다른 금액이 있는 고객은 {count}명이고, {LEAST}명이 필요합니다. "
            f"평균이 0 이하인 고객: {dropped}명.",
        ),
        Said("Give the orders with their amounts.", "금액이 있는 주문을 주십시오."),
    )

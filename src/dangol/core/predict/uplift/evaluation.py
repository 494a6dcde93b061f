"""What would another way of choosing have earned? Told from what was done, with the probabilities that were logged.

    inverse propensity     V = mean( w r ),                             w = pi(a | x) / p
    doubly robust          V = mean( sum_a pi(a | x) q(x, a) + w (r - q(x, a_done)) )

pi is the policy to be judged, p the logged probability of what was done, r the reward that followed, q a prediction of
it. Source: Horvitz & Thompson 1952; Dudik, Langford & Li 2011 (ICML); the intervals are those of a mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.core.errors import DataError
from dangol.core.language import Said
from dangol.core.predict.uplift.columns import Floats
from dangol.core.stats.interval import Interval, normal_quantile

Ints = npt.NDArray[np.int64]
FARTHEST = 5.0
"""Standard errors by which the mean weight may lie away from 1, which it is when the log can judge the policy."""


@dataclass(frozen=True, eq=False)
class Logged:
    """What was done and what followed, [n] each: `action` from -1 (left alone) up, `propensity` its probability."""

    action: Ints
    propensity: Floats
    reward: Floats

    def __post_init__(self) -> None:
        if not ((self.propensity > 0) & (self.propensity <= 1)).all():
            raise _refused(
                Said(
                    "Some logged probabilities are not above 0 and at most 1.",
                    "기록된 확률 가운데 0보다 크고 1 이하가 아닌 값이 있습니다.",
                ),
                Said(
                    "Log with each decision the probability with which it was taken.",
                    "결정마다 그 결정을 내린 확률을 함께 기록하십시오.",
                ),
            )


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """Money a customer under the policy, with its 95 % interval, and on how many full customers' worth it rests."""

    per_customer: Interval
    customer_count: int
    effective_count: float

    @property
    def total(self) -> Interval:
        """The same for all customers of the log."""
        value, low, high = (self.customer_count * each for each in self.per_customer)
        return Interval(value, low, high)


def inverse_propensity(logged: Logged, policy: Floats) -> PolicyValue:
    """The value of a policy; `policy`, [n, 1 + offers], is its probability of leaving alone, then of each offer."""
    weights = _weights(logged, policy)
    return _valued(weights * logged.reward, weights)


def doubly_robust_value(logged: Logged, policy: Floats, predicted: Floats) -> PolicyValue:
    """The same with predicted rewards, [n, 1 + offers], of models that did not see the customer: narrower, if good."""
    weights = _weights(logged, policy)
    done = predicted[np.arange(len(weights)), logged.action + 1]
    return _valued((policy * predicted).sum(axis=1) + weights * (logged.reward - done), weights)


def policy_of(action: Ints, offers: int) -> Floats:
    """A policy that is sure of what it does, [n, 1 + offers], from its actions, [n], -1 for leaving alone."""
    return np.asarray(action[:, None] + 1 == np.arange(offers + 1), dtype=np.float64)


def _weights(logged: Logged, policy: Floats) -> Floats:
    weights = np.asarray(policy[np.arange(len(policy)), logged.action + 1] / logged.propensity)
    error = float(weights.std(ddof=1) / np.sqrt(len(weights)))
    if not weights.any() or abs(weights.mean() - 1) > FARTHEST * error + 1e-9:
        raise _refused(
            Said(
                f"The weights have a mean of {weights.mean():.2f} where 1 is due: the policy does what was never done, "
                "or the logged probabilities are not those of the decisions.",
                f"가중치의 평균이 1이어야 하는데 {weights.mean():.2f}입니다. 한 번도 해 보지 않은 조치를 하는 정책이거나, "
                "기록된 확률이 실제 결정과 다릅니다.",
            ),
            Said(
                "Judge it only on customers for whom each of its actions had a chance.",
                "정책의 조치마다 선택될 확률이 있었던 고객으로만 평가하십시오.",
            ),
        )
    return weights


def _valued(each: Floats, weights: Floats) -> PolicyValue:
    mean, error = float(each.mean()), float(each.std(ddof=1) / np.sqrt(len(each)))
    z = normal_quantile()
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    return PolicyValue(Interval(mean, mean - z * error, mean + z * error), len(each), effective)


def _refused(wrong: Said, would_work: Said) -> DataError:
    asked = Said(
        "The value of a way of choosing was asked for from what was logged.",
        "기록에서 선택 방식의 가치를 계산하도록 요청하셨습니다.",
    )
    return DataError(asked, wrong, would_work)

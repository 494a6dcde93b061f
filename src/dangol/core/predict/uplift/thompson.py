"""Which variant should the next customers get, while it is still open which is best? By the chance that it is the best.

A variant is drawn with just the probability with which it is the best, as far as is known (Thompson 1933); a floor keeps
every variant in play, so that each can still be judged. The probabilities are worked out, not sampled, and logged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.predict.uplift.columns import Floats

FLOOR = 0.05
POINTS = 2_000


class Variant(Protocol):
    """A variant of an action, with what is known of how well it does."""

    name: str

    def posterior(self) -> Any:
        """The distribution of its mean as scipy has it, or None while nothing can be said."""


@dataclass(frozen=True, slots=True)
class RateVariant:
    """A variant with a yes or no outcome; Beta(1 + successes, 1 + failures)."""

    name: str
    successes: int
    failures: int

    def posterior(self) -> Any:
        """The distribution of its rate."""
        from scipy.stats import beta

        return beta(1 + self.successes, 1 + self.failures)


@dataclass(frozen=True, slots=True)
class NumberVariant:
    """A variant with a number as outcome: its mean and sample variance over n; Student's t about the mean."""

    name: str
    n: int
    mean: float
    variance: float

    def posterior(self) -> Any:
        """The distribution of its mean; None below two customers or without any spread."""
        from scipy.stats import t

        if self.n < 2 or self.variance <= 0:
            return None
        return t(self.n - 1, loc=self.mean, scale=(self.variance / self.n) ** 0.5)


@dataclass(frozen=True, eq=False)
class Assigned:
    """The variant of each new customer, [n] positions, with the probability with which they got it, [n]."""

    variant: npt.NDArray[np.int64]
    propensity: Floats
    chances: Floats
    """Of each variant, [k], the floor included."""


def chances_of_being_best(variants: Sequence[Variant]) -> Floats:
    """The chance that each variant has the highest mean, [k]; equal ones while any of them is unknown.

        P(i is best) = integral of f_i(x) times the product over j of F_j(x), j not i, over POINTS quantiles of i

    10 of 100 against 15 of 100:

    >>> chances_of_being_best([RateVariant("a", 10, 90), RateVariant("b", 15, 85)]).round(3).tolist()
    [0.147, 0.853]
    """
    if not variants:
        raise RequestError(
            Said("A variant was to be chosen.", "변형을 고르도록 요청하셨습니다."),
            Said("None was given.", "주어진 변형이 없습니다."),
            Said("Give at least one.", "하나 이상 주십시오."),
        )
    known = [each.posterior() for each in variants]
    if any(each is None for each in known):
        return np.full(len(variants), 1 / len(variants))
    middles = (np.arange(POINTS) + 0.5) / POINTS
    best = np.empty(len(known))
    for n, own in enumerate(known):
        at = own.ppf(middles)
        others = [other.cdf(at) for other in (*known[:n], *known[n + 1 :])]
        best[n] = np.prod(others, axis=0).mean() if others else 1.0
    return np.asarray(best / best.sum())


def assign(variants: Sequence[Variant], count: int, *, seed: int, floor: float = FLOOR) -> Assigned:
    """Draw a variant for `count` customers; each variant has at least `floor`. The same seed, the same variants."""
    best = chances_of_being_best(variants)
    if not 0 <= floor * len(variants) <= 1:
        raise RequestError(
            Said(f"{len(variants)} variants were to be drawn.", f"변형 {len(variants)}개를 추첨하도록 요청하셨습니다."),
            Said(f"A floor of {floor} for each adds up to more than 1.", f"하한 {floor}을(를) 모두 더하면 1을 넘습니다."),
            Said(f"At most {1 / len(variants):.3f} works.", f"{1 / len(variants):.3f} 이하로 주십시오."),
        )  # fmt: skip
    chances = floor + (1 - floor * len(variants)) * best
    drawn = np.random.default_rng(seed).choice(len(variants), size=count, p=chances)
    return Assigned(drawn.astype(np.int64), chances[drawn], chances)

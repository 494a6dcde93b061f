"""What would go with each customer? What they are still expected to bring, by the model of value in use.

Subscribers by their monthly payments and how long their like have stayed (sBG); customers of a shop by their rhythm
and the amounts of their purchases (`core.predict.value`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dangol.core.engine import World
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.predict.card import Card
from dangol.platform.foresight import registry
from dangol.platform.foresight.models import ModelVersion

Numbers = npt.NDArray[np.float64]
SUBSCRIBERS: Final = "sbg"
"""The method of a model of subscribers, as its card names it."""
_WIDE: Final = 2 * 1.2815515655446004
"""Standard errors from end to end of an interval that holds four fifths."""


@dataclass(frozen=True, eq=False)
class Worth:
    """One element a customer, in the currency of the business; NaN where it cannot be known.

    Between `low` and `high` lie four fifths of the chance for one customer.
    """

    amount: Numbers
    low: Numbers
    high: Numbers

    @classmethod
    def unknown(cls, count: int) -> Worth:
        """Of nobody is it known."""
        return cls(*(np.full(count, np.nan) for _ in range(3)))

    def at_stake(self, p: Numbers) -> Numbers:
        """The money that is expected to go: probability of leaving times worth."""
        return p * np.maximum(self.amount, 0.0)

    def spread(self, p: Numbers) -> Numbers:
        """Variance of what goes with a customer who leaves with probability p: of leaving, and of the worth."""
        error = np.nan_to_num((self.high - self.low) / _WIDE)
        return p * (1 - p) * self.amount**2 + p * error**2


def learned(world: World, seed: int) -> tuple[Card, str]:
    """A model of value from the business's own past: its card and its text."""
    from dangol.core.engine.foreseeing_value import purchase_days_of, subscribers_of

    if world.customers_by == "subscriptions":
        from dangol.core.predict.value.contractual import contractual_value

        subscribed = contractual_value(subscribers_of(world), world.as_of, seed=seed)
        return subscribed.card, subscribed.to_text()
    from dangol.core.predict.value.lifetime import fit_value

    days = purchase_days_of(world)
    bought = fit_value(days.histories(world.as_of), purchases=days, seed=seed)
    return bought.card, bought.to_text()


def worth_of(world: World, matrix: FeatureMatrix) -> Worth:
    """What customers are worth by the model in use; unknown without one, or where the data says no prices."""
    version = registry.in_use(ModelVersion.Kind.VALUE)
    if version is None:
        return Worth.unknown(len(matrix))
    from dangol.core.engine.foreseeing_value import purchase_days_of, subscribers_of

    if version.method == SUBSCRIBERS:
        from dangol.core.predict.value.contractual import contractual_model_of

        found: Any = contractual_model_of(version.text).score(subscribers_of(world), world.as_of)
    else:
        from dangol.core.predict.value.lifetime import value_model_of

        found = value_model_of(version.text).score(purchase_days_of(world).histories(world.as_of))
    return _aligned(matrix.person_ids, found)


def _aligned(people: npt.NDArray[np.int64], found: Any) -> Worth:
    amount, low, high = (
        _at(people, found.person_ids, each) for each in (found.expected_amount, found.low, found.high)
    )
    return Worth(amount, low, high)


def _at(people: npt.NDArray[np.int64], known: npt.NDArray[np.int64], values: Numbers) -> Numbers:
    """The values of these people, NaN for those who are not among the known."""
    order = np.argsort(known)
    place = np.searchsorted(known[order], people)
    place = np.minimum(place, max(len(known) - 1, 0))
    if not len(known):
        return np.full(len(people), np.nan)
    at = order[place]
    return np.where(known[at] == people, values[at], np.nan)

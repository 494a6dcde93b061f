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
from dangol.core.engine.engine import compiled
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.predict.card import Card
from dangol.platform.foresight import registry
from dangol.platform.foresight.models import ModelVersion
from dangol.platform.kernel.queries import business

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
        return p * self.amount

    def spread(self, p: Numbers) -> Numbers:
        """Variance of what goes with a customer who leaves with probability p: of leaving, and of the worth."""
        error = np.nan_to_num((self.high - self.low) / _WIDE)
        return p * (1 - p) * self.amount**2 + p * error**2


def learned(world: World, seed: int) -> tuple[Card, str]:
    """A model of value from the business's own past: its card and its text."""
    if world.customers_by == "subscriptions":
        from dangol.core.predict.value.contractual import contractual_value

        subscribed = contractual_value(subscribers_of(world), world.as_of, seed=seed)
        return subscribed.card, subscribed.to_text()
    from dangol.core.predict.value.histories import histories_of
    from dangol.core.predict.value.lifetime import fit_value

    bought = fit_value(histories_of(world.features(events=()), business().currency), seed=seed)
    return bought.card, bought.to_text()


def worth_of(world: World, matrix: FeatureMatrix) -> Worth:
    """What customers are worth by the model in use; unknown without one."""
    version = registry.in_use(ModelVersion.Kind.VALUE)
    if version is None:
        return Worth.unknown(len(matrix))
    if version.method == SUBSCRIBERS:
        from dangol.core.predict.value.contractual import contractual_model_of

        found: Any = contractual_model_of(version.text).score(subscribers_of(world), world.as_of)
    else:
        from dangol.core.predict.value.histories import histories_of
        from dangol.core.predict.value.lifetime import value_model_of

        found = value_model_of(version.text).score(histories_of(matrix, business().currency))
    return _aligned(matrix.person_ids, found)


def subscribers_of(world: World) -> Any:
    """When each subscriber's present or last stay began and ended, and what they pay a month."""
    from dangol.core.predict.value.contractual import NOT_ENDED, Subscribers

    tenures = world.tables()["tenures"]
    stays = _columns(world, tenures.select("person_id", "started_on", "ended_on"))
    order = np.lexsort((stays["started_on"], stays["person_id"]))
    people = stays["person_id"][order].astype(np.int64)
    is_last = np.append(people[1:] != people[:-1], True)
    rows = order[is_last]
    ended = _ordinals(stays["ended_on"][rows], NOT_ENDED)
    amounts = _paid(world, people[is_last])
    started = _ordinals(stays["started_on"][rows], NOT_ENDED)
    return Subscribers(people[is_last], started, ended, amounts, business().currency)


def _paid(world: World, people: npt.NDArray[np.int64]) -> Numbers:
    """What each pays a month now; NaN for those who do not, or in another currency."""
    matrix = world.features(events=())
    return _at(people, matrix.person_ids, matrix.column("value_mrr_amount"))


def _columns(world: World, expression: Any) -> dict[str, npt.NDArray[Any]]:
    return dict(world.engine.columns(compiled(expression, world.engine.dialect)))


def _ordinals(days: npt.NDArray[Any], none: int) -> npt.NDArray[np.int64]:
    """Days as ordinals of the calendar; `none` where there is no day."""
    moments = days.astype("datetime64[D]")
    numbers = moments.astype(np.int64) + 719_163  # 1970-01-01
    return np.where(np.isnat(moments), none, numbers)


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

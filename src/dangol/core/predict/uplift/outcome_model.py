"""What is the chance of the outcome, given the features? The models that every learner of effects is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np

from dangol.core.predict.uplift.columns import Floats, Levels
from dangol.core.predict.uplift.linear import fit_linear, linear_of
from dangol.core.predict.uplift.trees import ROUNDS, Trees, fit_trees

Kind = Literal["trees", "linear"]


class OutcomeModel(Protocol):
    """A fitted model of a number or of a rate."""

    def predict(self, values: Floats) -> Floats:
        """The expected target of each row of features, [n]."""

    def to_plain(self) -> dict[str, Any]:
        """The model as JSON can hold it."""


@dataclass(frozen=True, slots=True)
class Constant:
    """The model of a target that never differs."""

    value: float

    def predict(self, values: Floats) -> Floats:
        """The one value, [n]."""
        return np.full(len(values), self.value)

    def to_plain(self) -> dict[str, Any]:
        """The model as JSON can hold it."""
        return {"kind": "constant", "value": self.value}


@dataclass(frozen=True, slots=True)
class Maker:
    """How outcome models are made: which kind, for which columns (words of each, 0 for a number), from which seed."""

    kind: Kind
    levels: Levels
    seed: int

    def fit(
        self,
        values: Floats,
        target: Floats,
        weights: Floats | None = None,
        *,
        is_rate: bool,
        rounds: int = ROUNDS,
    ) -> OutcomeModel:
        """A model of `target`, [n]; `rounds` is how many trees."""
        w = np.ones(len(target)) if weights is None else weights
        if target.min() == target.max():
            return Constant(float(target[0]))
        if self.kind == "linear":
            return fit_linear(values, self.levels, target, w, is_rate=is_rate)
        return fit_trees(values, self.levels, target, w, is_rate=is_rate, seed=self.seed, rounds=rounds)

    def with_number(self) -> Maker:
        """The same for one more column, a number."""
        return Maker(self.kind, (*self.levels, 0), self.seed)


def outcome_model_of(plain: dict[str, Any]) -> OutcomeModel:
    """What `to_plain` of any of them wrote."""
    if plain["kind"] == "trees":
        return Trees(plain["text"], tuple(plain["levels"]))
    return Constant(plain["value"]) if plain["kind"] == "constant" else linear_of(plain)

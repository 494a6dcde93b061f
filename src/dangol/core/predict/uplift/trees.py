"""What is the chance of the outcome, where features act together? Few small trees of LightGBM, for small trials.

LightGBM's own defaults over-fit at this size: an effect is a small difference of two chances, so that the noise of
either counts twice. One thread: on some ten thousand rows a second one costs more waiting than it works.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from dangol.core.predict.uplift.columns import Floats, Levels, spread

ROUNDS = 200
SETTINGS: Final[dict[str, Any]] = {
    "learning_rate": 0.03, "num_leaves": 4, "min_data_in_leaf": 40, "num_threads": 1, "deterministic": True,
    "force_row_wise": True, "verbose": -1,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Trees:
    """A fitted model, held in LightGBM's own text format."""

    text: str
    levels: Levels

    @cached_property
    def _booster(self) -> Any:
        import lightgbm

        return lightgbm.Booster(model_str=self.text)

    def predict(self, values: Floats) -> Floats:
        """The expected target of each row of features, [n]; 0 to 1 for a rate."""
        return np.asarray(self._booster.predict(spread(values, self.levels), num_threads=1), dtype=np.float64)

    def to_plain(self) -> dict[str, Any]:
        """The model as JSON can hold it."""
        return {"kind": "trees", "text": self.text, "levels": list(self.levels)}


def fit_trees(
    values: Floats,
    levels: Levels,
    target: Floats,
    weights: Floats,
    *,
    is_rate: bool,
    seed: int,
    rounds: int = ROUNDS,
) -> Trees:
    """Boosted trees on the weighted log-loss of a rate, or on the squares of a number; the same seed, the same text."""
    import lightgbm

    settings = {**SETTINGS, "objective": "binary" if is_rate else "regression", "seed": seed}
    data = lightgbm.Dataset(spread(values, levels), target, weight=weights, params={"verbose": -1})
    return Trees(lightgbm.train(settings, data, rounds).model_to_string(), levels)

"""Who will buy nothing within the horizon, by the rhythm of their purchases alone? BG/NBD as a rule to beat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Any, ClassVar, Final

import numpy as np

from dangol.core.errors import DataError
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.predict.calibration import logit
from dangol.core.predict.columns import Columns, Numbers, columns_from_plain
from dangol.core.predict.value.bg_nbd import BgNbd
from dangol.core.predict.value.histories import PurchaseHistories

HISTORY: Final = ("purchase_repeat_count", "purchase_recency_days", "purchase_age_days")
"""x, t_x and T of Fader, Hardie & Lee 2005, among the features of a shop."""


@dataclass(frozen=True, eq=False)
class PurchaseRhythm:
    """P(no purchase in the horizon) of BG/NBD (SCIENCE 3.9), which needs no customer known to have left.

    Somebody who never bought, of whom it can say nothing, gets the `base_rate`.
    """

    columns: Columns
    model: BgNbd
    horizon_days: int
    base_rate: float
    usual: tuple[float, float, float]
    """The middle customer's x, t_x and T, against whom reasons are told."""
    name: ClassVar[str] = "bg_nbd"

    def margins(self, matrix: FeatureMatrix) -> Numbers:
        """Log-odds of buying nothing in the horizon: float64[n]."""
        return self._margins(self.columns.values(matrix))

    def contributions(self, matrix: FeatureMatrix) -> Numbers:
        """Exact Shapley values of x, t_x and T against the middle customer: float64[n, 3].

        Over the six orders in which a customer's own numbers can replace the middle ones, the mean of what each
        adds. Where x and t_x contradict each other on the way, t_x gives way.
        """
        own, found = self.columns.values(matrix), np.zeros((len(matrix), 3))
        seen: dict[frozenset[int], Numbers] = {}

        def of(replaced: frozenset[int]) -> Numbers:
            if replaced not in seen:
                mixed = np.tile(np.array(self.usual), (len(own), 1))
                mixed[:, list(replaced)] = own[:, list(replaced)]
                seen[replaced] = self._margins(_possible(mixed))
            return seen[replaced]

        for order in permutations(range(3)):
            for place, feature in enumerate(order):
                before = frozenset(order[:place])
                found[:, feature] += (of(before | {feature}) - of(before)) / 6
        return found

    def _margins(self, values: Numbers) -> Numbers:
        margins = np.full(len(values), float(logit(self.base_rate)))
        known = ~np.isnan(values).any(axis=1)
        if known.any():
            margins[known] = logit(self.model.silent(_histories(values[known]), self.horizon_days))
        return margins

    def to_plain(self) -> dict[str, Any]:
        """Everything of it, for JSON."""
        return {
            "name": self.name,
            "columns": self.columns.to_plain(),
            "model": self.model.to_plain(),
            "horizon_days": self.horizon_days,
            "base_rate": self.base_rate,
            "usual": list(self.usual),
        }


def _possible(values: Numbers) -> Numbers:
    """The nearest histories that can be: no repeat purchase means no recency, and recency is within the age."""
    x, t_x, age = values.T
    t_x = np.where(x > 0, np.minimum(np.where(x > 0, t_x, 0.0), age), 0.0)
    return np.column_stack([x, t_x, age])


def _histories(values: Numbers) -> PurchaseHistories:
    x, t_x, age = values.T
    size = len(values)
    return PurchaseHistories(np.arange(size, dtype=np.int64), x, t_x, age, np.full(size, np.nan))


def fit_purchase_rhythm(
    matrix: FeatureMatrix, columns: Columns, horizon_days: int, base_rate: float, model: BgNbd | None = None
) -> PurchaseRhythm | None:
    """BG/NBD of the purchases before the snapshot; None where there are none, or too few to fit it.

    A `model` of all customers that ever were is better than one of those at risk, of whom the silent are missing.
    """
    if any(name not in columns.names for name in HISTORY):
        return None
    own = Columns(tuple(columns.features[columns.place(name)] for name in HISTORY), {})
    values = own.values(matrix)
    values = values[~np.isnan(values).any(axis=1)]
    if not len(values):
        return None
    try:
        model = model or BgNbd.fit(_histories(values))
    except DataError:
        return None
    middle = _possible(np.median(values, axis=0)[None, :])[0]
    return PurchaseRhythm(own, model, horizon_days, base_rate, (middle[0], middle[1], middle[2]))


def purchase_rhythm_from_plain(plain: Mapping[str, Any]) -> PurchaseRhythm:
    """What `PurchaseRhythm.to_plain` wrote."""
    x, t_x, age = plain["usual"]
    return PurchaseRhythm(
        columns_from_plain(plain["columns"]), BgNbd.from_plain(plain["model"]), plain["horizon_days"],
        plain["base_rate"], (x, t_x, age),
    )  # fmt: skip

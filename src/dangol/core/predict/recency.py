"""Who will leave, if nothing is known but how long they have been silent? The rules that a model must beat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np

from dangol.core.features.matrix import FeatureMatrix
from dangol.core.predict.calibration import logit
from dangol.core.predict.columns import Columns, Numbers, columns_from_plain

SILENCES: Final = ("purchase_silent_days", "usage_silent_days")
"""The features that say how long somebody has been silent; the first that most customers have is the rule's."""


@dataclass(frozen=True, eq=False)
class Recency:
    """The longer silent, the sooner gone: log-odds are the logarithm of the days since the last sign of life.

    The scale is left to the calibration; somebody of whom no sign is known counts as the `usual` silence.
    """

    columns: Columns
    usual: float
    name: ClassVar[str] = "recency"

    def margins(self, matrix: FeatureMatrix) -> Numbers:
        """Log of days silent: float64[n]."""
        days = self.columns.values(matrix)[:, 0]
        known = np.where(np.isnan(days), self.usual, days)
        return np.asarray(np.log1p(np.maximum(known, 0.0)), dtype=np.float64)

    def contributions(self, matrix: FeatureMatrix) -> Numbers:
        """Against somebody of the usual silence: float64[n, 1]."""
        beyond = self.margins(matrix) - float(np.log1p(self.usual))
        return beyond.reshape(-1, 1)

    def to_plain(self) -> dict[str, Any]:
        """Everything of it, for JSON."""
        return {"name": self.name, "columns": self.columns.to_plain(), "usual": self.usual}


@dataclass(frozen=True, eq=False)
class BaseRate:
    """Everybody leaves with the same chance: what any ranking must beat."""

    rate: float
    columns: ClassVar[Columns] = Columns((), {})
    name: ClassVar[str] = "base_rate"

    def margins(self, matrix: FeatureMatrix) -> Numbers:
        """The log-odds of the rate, for each: float64[n]."""
        return np.full(len(matrix), float(logit(self.rate)))

    def contributions(self, matrix: FeatureMatrix) -> Numbers:
        """Nothing sets anybody apart: float64[n, 0]."""
        return np.zeros((len(matrix), 0))

    def to_plain(self) -> dict[str, Any]:
        """Everything of it, for JSON."""
        return {"name": self.name, "rate": self.rate}


def fit_recency(matrix: FeatureMatrix, columns: Columns) -> Recency | None:
    """The rule of silence; None where the features do not say how long anybody has been silent."""
    for name in SILENCES:
        if name in columns.names:
            days = matrix.column(name)
            if np.isnan(days).mean() < 0.5:
                return Recency(
                    Columns((columns.features[columns.place(name)],), {}), float(np.nanmedian(days))
                )
    return None


def recency_from_plain(plain: Mapping[str, Any]) -> Recency:
    """What `Recency.to_plain` wrote."""
    return Recency(columns_from_plain(plain["columns"]), float(plain["usual"]))

"""What does every way of foreseeing a loss have in common, whether learned or a plain rule?"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said
from dangol.core.predict.columns import Columns

Numbers = npt.NDArray[np.float64]


class Predictor(Protocol):
    """Gives each customer log-odds of leaving, and takes them apart into what each feature adds."""

    @property
    def name(self) -> str:
        """boosting, logistic, bg_nbd, recency or base_rate."""

    @property
    def columns(self) -> Columns:
        """The features it reads."""

    def margins(self, matrix: FeatureMatrix) -> Numbers:
        """Log-odds of leaving, not yet calibrated: float64[n], always known."""

    def contributions(self, matrix: FeatureMatrix) -> Numbers:
        """What each feature adds to the log-odds, float64[n, k]; with one constant they sum up to the margins."""

    def to_plain(self) -> dict[str, Any]:
        """Everything of it as JSON can hold it, with its `name`."""


NAMES = {
    "boosting": Said("Trees", "트리 모형"),
    "logistic": Said("Logistic regression", "로지스틱 회귀"),
    "bg_nbd": Said("Purchase rhythm (BG/NBD)", "구매 주기 모형 (BG/NBD)"),
    "recency": Said("Days since the last sign of life", "마지막 활동 뒤 지난 날"),
    "base_rate": Said("The same chance for everybody", "모두에게 같은 확률"),
}
"""The ways of predicting, from the most to the least that they need."""

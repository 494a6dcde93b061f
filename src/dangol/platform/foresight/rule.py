"""Who is at risk while no model may be used? Whoever has been silent for long, against when a customer counts as gone."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said
from dangol.core.report.voice import Voice
from dangol.platform.foresight.views import BANDS

HIGH: Final = 2 / 3
MEDIUM: Final = 1 / 3
"""Shares of the days after which a customer counts as gone."""
SILENCES: Final = ("purchase_silent_days", "usage_silent_days", "tenure_days")
"""Where the days of silence stand: the first of these that is known. Who never did anything has been silent since
they came.
"""
SAID: Final = Said(
    "silent for {own}; the customer in the middle for {peers}",
    "{own} 동안 활동이 없습니다. 중간 고객은 {peers}입니다",
)


def silent_days(matrix: FeatureMatrix) -> npt.NDArray[np.float64]:
    """Days since each customer last did something; NaN where nothing says it."""
    found = np.full(len(matrix), np.nan)
    for name in SILENCES:
        if name in matrix.names:
            found = np.where(np.isnan(found), matrix.column(name), found)
    return found


def bands(silent: npt.NDArray[np.float64], gone_after_days: int) -> npt.NDArray[np.int64]:
    """The rank of each customer's band: 3 high, 2 medium, 1 low; 1 where nothing is known.

    >>> bands(np.array([5.0, 40.0, 80.0, np.nan]), 90).tolist()
    [1, 2, 3, 1]
    """
    share = np.nan_to_num(silent) / max(gone_after_days, 1)
    return np.where(share >= HIGH, BANDS["high"], np.where(share >= MEDIUM, BANDS["medium"], BANDS["low"]))


def reasons(silent: npt.NDArray[np.float64]) -> list[list[dict[str, Any]]]:
    """The one reason that the rule knows, with the customer's own days and those of the customer in the middle."""
    if not len(silent) or np.isnan(silent).all():
        return [[] for _ in silent]
    median = float(np.nanmedian(silent))
    return [[] if np.isnan(own) else [_reason(float(own), median)] for own in silent]


def _reason(own: float, median: float) -> dict[str, Any]:
    said = {
        voice.language: voice(SAID, own=voice.days(own), peers=voice.days(median))
        for voice in (Voice("en"), Voice("ko"))
    }
    return {
        "family": "usage", "feature": "silent_days", "said": said, "contribution": own - median, "own_value": own,
        "peers_median": median,
    }  # fmt: skip

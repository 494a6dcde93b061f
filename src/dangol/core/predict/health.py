"""How well is an account? A score of 0 to 100 that is fitted to which accounts were lost, and says what it knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from dangol.core.language import Said

Band = Literal["good", "watch", "poor"]

BANDS: dict[Band, Said] = {
    "good": Said("Good", "좋음"),
    "watch": Said("Watch", "살펴볼 것"),
    "poor": Said("Poor", "나쁨"),
}


@dataclass(frozen=True, eq=False)
class Health:
    """One element an account. `score` is 0 to 100: 50 is the usual odds of a loss, less is more risk.

    `coverage` is the share of the inputs that are known, by their weight in the score; `score` is NaN and `band`
    None where nothing is known.
    """

    account_ids: npt.NDArray[np.int64]
    score: npt.NDArray[np.float64]
    band: tuple[Band | None, ...]
    coverage: npt.NDArray[np.float64]
    said: tuple[Said, ...]

"""On which scale is health written? Log-odds as 0 to 100, and the bands of it."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

from dangol.core.language import Said
from dangol.core.predict.health_parts import Floats, Part, fitted_parts, rule_parts
from dangol.core.predict.labelled import Labelled

Band = Literal["good", "watch", "poor"]

BANDS: Final[dict[Band, Said]] = {
    "good": Said("Good", "좋음"),
    "watch": Said("Watch", "살펴볼 것"),
    "poor": Said("Poor", "나쁨"),
}
GOOD: Final = 50.0
"""From this score an account is good: its odds of a loss are those of all accounts at most."""
POOR: Final = 35.0
"""Below this score it is poor: its odds are nearly twice those of all accounts."""
ENOUGH_KNOWN: Final = 0.5
"""An account of which a smaller share is known is never good."""
FEWEST_LOST: Final = 20
"""Lost accounts from which weights are fitted; below, the rule stands."""


def made(kind: Literal["fitted", "rule"], labelled: Labelled) -> tuple[tuple[Part, ...], float]:
    """The parts of a model of this kind, and the log-odds of all accounts against those of one usual in all parts."""
    if kind == "rule":
        return rule_parts(labelled.matrix), 0.0
    parts, intercept = fitted_parts(labelled)
    base = float(np.clip(labelled.has_left.mean(), 1e-6, 1 - 1e-6))
    return parts, float(np.log(base / (1 - base))) - intercept


def score_of(log_odds: Floats) -> Floats:
    """100 / (1 + odds of a loss against those of all accounts): 50 at the same odds, 33 at twice, 67 at half."""
    score: Floats = 100 / (1 + np.exp(np.clip(log_odds, -30, 30)))
    return score


def band_of(score: float, coverage: float) -> Band | None:
    """The band of a score; not good where little is known, and none where nothing is."""
    if np.isnan(score):
        return None
    if score < POOR:
        return "poor"
    return "good" if score >= GOOD and coverage >= ENOUGH_KNOWN else "watch"

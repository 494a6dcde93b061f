"""Which customers do the tests of churn models learn from? Invented ones, whose reasons for leaving are known."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from dangol.core.features.feature import Feature
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said
from dangol.core.predict.labelled import Labelled

PLANS = ("basic", "plus", "pro")
DESCRIBED = {
    each.name: each
    for each in (
        Feature(
            "usage_silent_days", Said("Days since the last use", "마지막 이용 후 지난 날"), "usage", "days", 1
        ),
        Feature("usage_days", Said("Active days", "이용한 날"), "usage", "days", -1),
        Feature("failed_count", Said("Failed payments", "결제 실패"), "payment", "count", 1),
        Feature("luck", Said("Luck", "운"), "profile", "number"),
        Feature("plan", Said("Plan", "요금제"), "contract", "category"),
    )
}


def churners(
    count: int = 2000, seed: int = 1, as_of: date | None = None, rate: float = 0.0, **more: Any
) -> Labelled:
    """Silence and failed payments go with leaving, plan basic too, luck does not; `rate` moves everybody's log-odds.

    A tenth of the silences is unknown. `more` are columns made of (has_left, dice).
    """
    dice = np.random.default_rng(seed)
    silent = dice.exponential(20, count)
    days = dice.poisson(np.maximum(12 - silent / 4, 0.5)).astype(float)
    failed = dice.poisson(0.4, count).astype(float)
    plan = dice.integers(0, 3, count).astype(float)
    odds = -1.6 + rate + 0.05 * (silent - 20) + 0.9 * failed + 0.8 * (plan == 0)
    has_left = dice.random(count) < 1 / (1 + np.exp(-odds))
    silent[dice.random(count) < 0.1] = np.nan
    columns = {
        "usage_silent_days": silent,
        "usage_days": days,
        "failed_count": failed,
        "luck": dice.normal(size=count),
        "plan": plan,
    } | {name: make(has_left, dice) for name, make in more.items()}
    matrix = FeatureMatrix(
        np.arange(count, dtype=np.int64),
        tuple(columns),
        np.column_stack(list(columns.values())),
        as_of,
        {"plan": PLANS},
        DESCRIBED,
    )
    return Labelled(matrix, has_left)

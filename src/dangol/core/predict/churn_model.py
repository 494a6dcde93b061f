"""Who will leave within the horizon, how likely, and why? One model, chosen among several, with its card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np

from dangol.core.errors import DataError, RequestError
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said
from dangol.core.predict.boosting import boosting_from_plain
from dangol.core.predict.calibration import Calibration, Numbers, calibration_from_plain
from dangol.core.predict.card import Card, CardTable, card_from_plain
from dangol.core.predict.contributions import Explainer
from dangol.core.predict.drift import Profile, drift_table, profile_from_plain
from dangol.core.predict.logistic import logistic_from_plain
from dangol.core.predict.predictor import Predictor
from dangol.core.predict.purchase_rhythm import purchase_rhythm_from_plain
from dangol.core.predict.reason import Reason
from dangol.core.predict.recency import BaseRate, recency_from_plain
from dangol.core.predict.season import Season, season_from_plain

FORMAT: Final = "dangol churn 1"
Band = Literal["low", "medium", "high"]


@dataclass(frozen=True, eq=False)
class Fitted:
    """A way of predicting with its calibration."""

    predictor: Predictor
    calibration: Calibration

    def chances(self, matrix: FeatureMatrix) -> Numbers:
        """Calibrated chances at the base rate that was learned: float64[n]."""
        return self.calibration.probabilities(self.predictor.margins(matrix))


@dataclass(frozen=True, eq=False)
class ChurnModel:
    """Chances of leaving within `horizon_days`. `ways` are all contenders, the one in use first.

    `medians` are the peers' middle numbers; `spreads` how the score and each feature were spread when it learned.
    """

    ways: tuple[Fitted, ...]
    horizon_days: int
    season: Season
    medians: Mapping[str, float]
    spreads: Mapping[str, Profile]
    cuts: tuple[float, float]
    """Chances from which somebody is of the medium and of the high band."""
    card: Card

    @property
    def in_use(self) -> Fitted:
        """The contender that scores."""
        return self.ways[0]

    def score(self, matrix: FeatureMatrix, *, base_rate: float | None = None) -> Numbers:
        """Chance of each customer to leave within the horizon, float64[n], 0 to 1.

        Shifted to the season of the matrix' day, or to a `base_rate` that is expected. A RequestError where the
        model failed its card.
        """
        if not self.card.is_usable:
            raise _refused(self.card)
        if not len(matrix):
            return np.empty(0)
        return self.season.shifted(self.in_use.chances(matrix), matrix.as_of, base_rate)

    def reasons(self, matrix: FeatureMatrix, most: int = 3) -> list[tuple[Reason, ...]]:
        """What goes with each customer's score, the strongest first; a RequestError as `score`."""
        if not self.card.is_usable:
            raise _refused(self.card)
        return self.explainer.reasons(matrix, most)

    @cached_property
    def explainer(self) -> Explainer:
        """Takes the scores of the contender in use apart."""
        return Explainer(self.in_use.predictor, self.medians)

    def bands(self, chances: Numbers) -> list[Band]:
        """low, medium or high for each chance: high from twice the odds of the base rate on, low below half of them."""
        medium, high = self.cuts
        names: tuple[Band, ...] = ("low", "medium", "high")
        return [names[at] for at in ((chances >= medium).astype(int) + (chances >= high)).tolist()]

    def drift(self, matrix: FeatureMatrix) -> CardTable:
        """How far customers have moved since the model learned: PSI of the score and of each feature."""
        columns = self.in_use.predictor.columns
        values = columns.values(matrix)
        moved = {
            each.name: (each.said, self.spreads[each.name].psi(values[:, at]))
            for at, each in enumerate(columns.features)
            if each.name in self.spreads
        }
        return drift_table(self.spreads["score"].psi(self.in_use.chances(matrix)), moved)

    def to_text(self) -> str:
        """Everything of the model as JSON text, which `churn_model_of` reads; the same data and seed give the same."""
        plain = {
            "format": FORMAT,
            "ways": [
                {"predictor": each.predictor.to_plain(), "calibration": each.calibration.to_plain()}
                for each in self.ways
            ],
            "horizon_days": self.horizon_days,
            "season": self.season.to_plain(),
            "medians": dict(self.medians),
            "spreads": {name: each.to_plain() for name, each in self.spreads.items()},
            "cuts": list(self.cuts),
            "card": self.card.to_plain(),
        }
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, allow_nan=False)

    def with_card(self, card: Card) -> ChurnModel:
        """The same model beside another card."""
        return replace(self, card=card)


def churn_model_of(text: str) -> ChurnModel:
    """The model that `ChurnModel.to_text` wrote; a DataError where it is not one."""
    try:
        plain = json.loads(text)
    except json.JSONDecodeError as fault:
        raise _unreadable() from fault
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise _unreadable()
    return ChurnModel(
        tuple(
            Fitted(_predictor_of(each["predictor"]), calibration_from_plain(each["calibration"]))
            for each in plain["ways"]
        ),
        plain["horizon_days"],
        season_from_plain(plain["season"]),
        plain["medians"],
        {name: profile_from_plain(each) for name, each in plain["spreads"].items()},
        (plain["cuts"][0], plain["cuts"][1]),
        card_from_plain(plain["card"]),
    )


def _predictor_of(plain: Mapping[str, Any]) -> Predictor:
    if plain["name"] == "boosting":
        return boosting_from_plain(plain)
    if plain["name"] == "logistic":
        return logistic_from_plain(plain)
    if plain["name"] == "bg_nbd":
        return purchase_rhythm_from_plain(plain)
    return recency_from_plain(plain) if plain["name"] == "recency" else BaseRate(plain["rate"])


def bands_from(base_rate: float) -> tuple[float, float]:
    """Where the medium and the high band begin: at half and at twice the odds of the base rate (0 to 1).

    >>> [round(each, 3) for each in bands_from(0.2)]
    [0.111, 0.333]
    """
    odds = base_rate / (1 - base_rate)
    return 0.5 * odds / (1 + 0.5 * odds), 2 * odds / (1 + 2 * odds)


def _refused(card: Card) -> RequestError:
    return RequestError(
        Said("Chances of leaving were asked for.", "이탈 확률을 요청하셨습니다."),
        card.verdict,
        Said(
            "Its card says what to change; then fit it again.",
            "무엇을 바꿀지는 모형 카드에 적혀 있습니다. 바꾼 뒤 다시 학습해 주십시오.",
        ),
    )


def _unreadable() -> DataError:
    return DataError(
        Said("The text of a churn model was to be read.", "이탈 모형의 글을 읽으려고 했습니다."),
        Said(f"It does not begin with the format “{FORMAT}”.", f"‘{FORMAT}’ 형식이 아닙니다."),
        Said("Give what to_text() wrote.", "to_text()가 쓴 글을 주십시오."),
    )

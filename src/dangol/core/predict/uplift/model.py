"""How much does the action change each customer? The model in use, with how it was chosen and how sure it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from dangol.core.errors import RequestError
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said
from dangol.core.predict.card import Card, card_from_plain
from dangol.core.predict.uplift.bands import Bands, bands_of
from dangol.core.predict.uplift.columns import Floats
from dangol.core.predict.uplift.learner import LEARNERS, Effects
from dangol.core.predict.uplift.outcome_model import OutcomeModel, outcome_model_of

Advice = Literal["ranked", "everyone", "nobody", "random"]
"""Whom the action is for: the first of a ranking, or, where no ranking beats chance, everyone, nobody, or lots drawn."""


@dataclass(frozen=True, eq=False)
class Uplifts:
    """What the action is expected to change, [n] each: chances of the outcome, as differences -1 to 1.

    `score` only ranks. `low` and `high` are the ends of the 95 % interval of the effect on customers ranked alike;
    `without` is the chance of the outcome when left alone.
    """

    person_ids: npt.NDArray[np.int64]
    score: Floats
    effect: Floats
    low: Floats
    high: Floats
    without: Floats

    def __len__(self) -> int:
        return len(self.person_ids)

    @property
    def with_it(self) -> Floats:
        """Chance of the outcome when treated, 0 to 1."""
        return np.clip(self.without + self.effect, 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class UpliftModel:
    """A chosen ranking with measured effects. `parts` and `left_alone` are the models of each fold, averaged."""

    names: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]]
    learner: str | None
    """A name of LEARNERS; None where no ranking beats chance."""
    advice: Advice
    parts: tuple[Effects, ...]
    left_alone: tuple[OutcomeModel, ...]
    bands: Bands
    card: Card

    def score(self, matrix: FeatureMatrix) -> Uplifts:
        """The effect on each customer of a matrix that has the model's features, in any order."""
        values = self._values(matrix)
        score = np.zeros(len(matrix))
        for part in self.parts:
            score += part.uplift(values) / len(self.parts)
        band = self.bands.of(score)
        without = np.mean([each.predict(values) for each in self.left_alone], axis=0)
        ends = (self.bands.effects[band], self.bands.lows[band], self.bands.highs[band])
        return Uplifts(matrix.person_ids, score, *ends, np.asarray(without))

    def to_text(self) -> str:
        """The model as JSON; `uplift_model_of` reads it back."""
        plain = {
            "names": list(self.names),
            "categories": {name: list(words) for name, words in self.categories.items()},
            "learner": self.learner,
            "advice": self.advice,
            "parts": [part.to_plain() for part in self.parts],
            "left_alone": [each.to_plain() for each in self.left_alone],
            "bands": self.bands.to_plain(),
            "card": self.card.to_plain(),
        }
        return json.dumps(plain, ensure_ascii=False)

    def _values(self, matrix: FeatureMatrix) -> Floats:
        missing = [name for name in self.names if name not in matrix.names]
        if missing:
            raise _lacks(missing)
        values = matrix.named(self.names).values.copy()
        for name, words in self.categories.items():
            if name in self.names:
                at = self.names.index(name)
                values[:, at] = _recoded(values[:, at], matrix.categories.get(name, words), words)
        return values


def uplift_model_of(text: str) -> UpliftModel:
    """What `UpliftModel.to_text` wrote."""
    plain: dict[str, Any] = json.loads(text)
    learner = plain["learner"]
    return UpliftModel(
        names=tuple(plain["names"]),
        categories={name: tuple(words) for name, words in plain["categories"].items()},
        learner=learner,
        advice=plain["advice"],
        parts=tuple(LEARNERS[learner].read(part) for part in plain["parts"]),
        left_alone=tuple(outcome_model_of(each) for each in plain["left_alone"]),
        bands=bands_of(plain["bands"]),
        card=card_from_plain(plain["card"]),
    )


def _recoded(column: Floats, given: tuple[str, ...], known: tuple[str, ...]) -> Floats:
    """Positions in the words of `given` as positions in those of `known`; NaN for a word that is new."""
    if given == known:
        return column
    place = np.array([known.index(word) if word in known else np.nan for word in given] + [np.nan])
    return np.asarray(place[np.where(np.isnan(column), len(given), column).astype(np.int64)])


def _lacks(missing: list[str]) -> RequestError:
    few = ", ".join(missing[:5])
    return RequestError(
        Said("Effects were to be given for customers.", "고객별 효과를 계산하도록 요청하셨습니다."),
        Said(
            f"{len(missing)} features that the model was built on are missing: {few}.",
            f"모델을 만들 때 쓴 특성 {len(missing)}개가 없습니다: {few}.",
        ),
        Said(
            "Give the same features, or fit the model again without them.",
            "같은 특성을 주거나 그 특성 없이 모델을 다시 만드십시오.",
        ),
    )

"""How well is an account? A score of 0 to 100 that is fitted to which accounts were lost, and says what it knows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from dangol.core.errors import DataError
from dangol.core.features.feature import FAMILIES
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said
from dangol.core.predict.card import Card, card_from_plain
from dangol.core.predict.health_card import choose
from dangol.core.predict.health_parts import Floats, Part, part_from_plain, rule_parts
from dangol.core.predict.health_scale import BANDS, Band, band_of, made, score_of
from dangol.core.predict.labelled import Labelled, together

FORMAT: Final = "dangol-health-1"


@dataclass(frozen=True, eq=False)
class Health:
    """One element an account. `score` is 0 to 100: 50 is the odds of all accounts, less is more risk.

    `coverage` is the share of the inputs that is known, by their weight; where it is 0, `score` is NaN and `band`
    None. `worst` is the family that takes most off the score; None where none does.
    """

    account_ids: npt.NDArray[np.int64]
    score: Floats
    band: tuple[Band | None, ...]
    coverage: Floats
    worst: tuple[str | None, ...]
    said: tuple[Said, ...]


@dataclass(frozen=True, eq=False)
class HealthModel:
    """Parts that add up to the log-odds of a loss, against `usual`, those of all accounts."""

    kind: Literal["fitted", "rule"]
    parts: tuple[Part, ...]
    usual: float
    card: Card

    def score(self, matrix: FeatureMatrix) -> Health:
        """The health of each account of `matrix`, as `accounts.account_matrix` makes it."""
        risks, known = self._parts(matrix)
        weight = np.array([abs(part.weight) for part in self.parts])
        coverage = known @ weight / max(weight.sum(), 1e-12)
        score = np.where(coverage > 0, score_of(risks.sum(axis=1) - self.usual), np.nan)
        bands = tuple(map(band_of, score.tolist(), coverage.tolist()))
        worst = tuple(self._worst(row) for row in risks)
        said = tuple(map(health_said, score.tolist(), bands, coverage.tolist(), worst))
        return Health(matrix.person_ids, score, bands, coverage, worst, said)

    def _parts(self, matrix: FeatureMatrix) -> tuple[Floats, npt.NDArray[np.bool_]]:
        found = [part.risk(matrix) for part in self.parts]
        return np.column_stack([risk for risk, _ in found]), np.column_stack([known for _, known in found])

    def _worst(self, risks: Floats) -> str | None:
        """The family that adds the most risk."""
        sums: dict[str, float] = {}
        for part, risk in zip(self.parts, risks.tolist(), strict=True):
            sums[part.feature.family] = sums.get(part.feature.family, 0.0) + risk
        family = max(sums, key=lambda name: sums[name])
        return family if sums[family] > 0 else None

    def to_text(self) -> str:
        """The model as JSON text; `health_model_of` reads it back."""
        plain = {
            "format": FORMAT, "kind": self.kind, "usual": self.usual,
            "parts": [part.to_plain() for part in self.parts], "card": self.card.to_plain(),
        }  # fmt: skip
        return json.dumps(plain, ensure_ascii=False)


def health_model_of(text: str) -> HealthModel:
    """What `HealthModel.to_text` wrote; a DataError for anything else."""
    plain = json.loads(text)
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise DataError(
            Said("A health model was to be read.", "건강 점수 모형을 읽으려고 했습니다."),
            Said("This text is none, or of another version.", "건강 점수 모형이 아니거나 버전이 다릅니다."),
            Said("Fit it again: fit_health(...).", "fit_health(...)로 다시 만드십시오."),
        )
    parts = tuple(part_from_plain(each) for each in plain["parts"])
    return HealthModel(plain["kind"], parts, plain["usual"], card_from_plain(plain["card"]))


def fit_health(training: Sequence[Labelled], *, horizon_days: int, seed: int = 1) -> HealthModel:
    """A health score from snapshots of accounts (oldest first) and which of them were lost within the horizon.

    Fitted where at least 20 accounts were lost and, on a later time (or on other accounts) than it was fitted to,
    it ranks losses at least as well as the rule and its bands are in order; otherwise the rule. A DataError where
    there are no accounts, or nothing in which they differ.
    """
    _check(training)
    kind, card = choose(training, horizon_days, seed)
    everything = together(training)
    parts, usual = made(kind, everything)
    return HealthModel(kind, parts, usual, card)


def health_said(score: float, band: Band | None, coverage: float, worst: str | None) -> Said:
    """One sentence: the score, its band, how much is known, and what takes most off it."""
    if band is None:
        return Said("Nothing is known that the score is made of.", "점수를 계산할 정보가 없습니다.")
    en = f"Health {score:.0f} of 100 ({BANDS[band].en.lower()}); {coverage:.0%} of its inputs are known."
    ko = f"건강 점수 100점 중 {score:.0f}점({BANDS[band].ko}), 입력의 {coverage:.0%}를 알고 있습니다."
    if worst is None:
        return Said(en, ko)
    family = FAMILIES[worst]
    return Said(
        f"{en} What is associated with most of the risk: {family.en.lower()}.",
        f"{ko} 위험과 가장 많이 함께 나타나는 것은 {family.ko}입니다.",
    )


def _check(training: Sequence[Labelled]) -> None:
    asked = Said("A health score of accounts was asked for.", "거래처 건강 점수를 요청하셨습니다.")
    if not sum(map(len, training)):
        raise DataError(
            asked,
            Said("No customer belongs to an account.", "거래처에 속한 고객이 없습니다."),
            Said("Give people or subscriptions an account_id.", "고객이나 구독에 account_id를 주십시오."),
        )
    for each in training:
        if len(np.unique(each.matrix.person_ids)) < len(each):
            raise DataError(
                asked,
                Said("An account is in a snapshot twice.", "한 기준일에 같은 거래처가 두 번 들어 있습니다."),
                Said(
                    "Give one row an account: account_matrix() does.",
                    "거래처마다 한 행만 주십시오. account_matrix()가 합쳐 줍니다.",
                ),
            )
    if not rule_parts(together(training).matrix):
        raise DataError(
            asked,
            Said(
                "Nothing that is known to go with losses differs between accounts.",
                "이탈과 관련 있다고 알려진 특성 가운데 거래처마다 다른 것이 없습니다.",
            ),
            Said("Bring use, payments, tickets or answers.", "이용, 결제, 문의, 설문 데이터를 가져오십시오."),
        )


__all__ = ["BANDS", "Band", "Health", "HealthModel", "fit_health", "health_model_of"]

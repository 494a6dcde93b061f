"""How good are the chances that a model gave, once it is known who left? The figures of the card."""

from __future__ import annotations

from typing import Final

import numpy as np

from dangol.core.language import Said
from dangol.core.predict.calibration import Numbers, brier, calibration_error, losses, reliability
from dangol.core.predict.card import CardTable, Contender, Figure
from dangol.core.predict.contest import Contest, Entry
from dangol.core.predict.discrimination import auc, average_precision, capture, lift
from dangol.core.predict.labelled import Flags
from dangol.core.predict.predictor import NAMES
from dangol.core.predict.profit import Campaign, expected_maximum_profit
from dangol.core.stats.interval import Interval

_SAID: Final = {
    "auc": (Said("Ranking (AUC)", "순위를 가리는 힘 (AUC)"), "number"),
    "pr_auc": (Said("Mean precision (PR-AUC)", "평균 정밀도 (PR-AUC)"), "number"),
    "lift_10": (Said("Lift of the first 10 %", "상위 10%의 향상도"), "ratio"),
    "capture_10": (Said("Leavers found in the first 10 %", "상위 10%에서 찾은 이탈 고객"), "rate"),
    "capture_20": (Said("Leavers found in the first 20 %", "상위 20%에서 찾은 이탈 고객"), "rate"),
    "capture_30": (Said("Leavers found in the first 30 %", "상위 30%에서 찾은 이탈 고객"), "rate"),
    "brier": (Said("Squared error (Brier)", "제곱 오차 (Brier)"), "number"),
    "log_loss": (Said("Logarithmic loss", "로그 손실"), "number"),
    "ece": (Said("Calibration error", "보정 오차"), "rate"),
    "expected": (Said("Share expected to leave", "예상 이탈 비율"), "rate"),
    "realised": (Said("Share that left", "실제 이탈 비율"), "rate"),
    "empc": (Said("Best profit a customer (EMPC)", "고객당 최대 기대 이익 (EMPC)"), "money"),
    "empc_share": (Said("Share to contact for it", "그때 연락할 고객 비율"), "rate"),
}
_ONE_CLASS: Final = Said("All of the customers left, or none.", "모든 고객이 떠났거나, 떠난 고객이 없습니다.")


def figures_of(has_left: Flags, chances: Numbers, campaign: Campaign = Campaign()) -> tuple[Figure, ...]:
    """Ranking, calibration and profit of `chances`, with 95 % intervals where there are any (SCIENCE 3.7)."""
    ranked: dict[str, Interval | None] = {
        "auc": auc(has_left, chances),
        "pr_auc": _alone(average_precision(has_left, chances)),
        "lift_10": lift(has_left, chances, 0.1),
        "capture_10": capture(has_left, chances, 0.1),
        "capture_20": capture(has_left, chances, 0.2),
        "capture_30": capture(has_left, chances, 0.3),
    }
    profit = expected_maximum_profit(has_left, chances, campaign)
    plain = {
        "brier": brier(has_left, chances),
        "log_loss": float(losses(has_left, chances).mean()),
        "ece": calibration_error(has_left, chances),
        "expected": float(chances.mean()),
        "realised": float(has_left.mean()),
        "empc": profit and profit.per_customer,
        "empc_share": profit and profit.share,
    }
    return tuple(_figure(name, found) for name, found in ranked.items()) + tuple(
        _figure(name, _alone(value)) for name, value in plain.items()
    )


def _alone(value: float | None) -> Interval | None:
    return None if value is None else Interval(value, float("nan"), float("nan"))


def _figure(name: str, found: Interval | None) -> Figure:
    said, unit = _SAID[name]
    if found is None:
        return Figure(name, said, None, unit=unit, reason=_ONE_CLASS)
    low, high = (None if np.isnan(end) else float(end) for end in found[1:])
    return Figure(name, said, float(found.value), low, high, unit)


def contenders_of(contest: Contest, besides: Entry, campaign: Campaign) -> tuple[Contender, ...]:
    """How the others did on the same customers, best first."""
    others = [each for each in contest.entries if each is not besides]
    return tuple(
        Contender(
            each.predictor.name,
            NAMES[each.predictor.name],
            figures_of(contest.judged.has_left, each.chances, campaign),
        )
        for each in sorted(others, key=contest.loss)
    )


def reliability_table(has_left: Flags, chances: Numbers) -> CardTable:
    """Tenths of the customers by chance: how many, what was expected, and what share left."""
    return CardTable(
        "reliability",
        Said("Expected and realised, by tenths of the customers", "고객을 열로 나누어 본 예상과 실제"),
        (Said("Customers", "고객 수"), Said("Expected", "예상"), Said("Left", "실제")),
        tuple((each.customers, each.expected, each.realised) for each in reliability(has_left, chances)),
    )

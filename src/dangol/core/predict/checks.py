"""May a model be used? What it must pass before anybody relies on it, and the sentence for what it does not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from dangol.core.language import Said
from dangol.core.predict.boosting import Boosting
from dangol.core.predict.calibration import Numbers, calibration_error, reliability
from dangol.core.predict.card import Check
from dangol.core.predict.columns import is_of_catalogue, meaning
from dangol.core.predict.contest import Contest, Entry
from dangol.core.predict.discrimination import auc
from dangol.core.predict.fairness import Slice
from dangol.core.predict.labelled import Flags, Labelled
from dangol.core.predict.predictor import NAMES

TOO_GOOD: Final = 0.95
"""An AUC above it is rarely skill: something of the future is among the features (SCIENCE 3.2)."""
TOO_MUCH: Final = 0.6
"""So large a share of the gain of all splits in one feature is suspect for the same reason."""
RANKS: Final = 0.6
"""Below it, at the low end of its interval, an AUC is no reason to suspect anything."""
MOST_ERROR: Final = 0.05
"""Calibration error that is allowed on top of what chance alone makes."""


def leak_checks(contest: Contest, trusted: Sequence[str]) -> tuple[Check, ...]:
    """Is anything of the future among the features? By an AUC too good to be true, and by one feature that rules."""
    return _too_good(contest, trusted), _too_much(contest, trusted)


def _too_good(contest: Contest, trusted: Sequence[str]) -> Check:
    learned = [e for e in contest.entries if e.predictor.name in ("boosting", "logistic")]
    found = [area.value for e in learned if (area := auc(contest.judged.has_left, e.chances))]
    best = max(found, default=0.5)
    if best <= TOO_GOOD:
        return _passed("leak_auc",
            Said(f"The ranking is not too good to be true (AUC {best:.3f}).", f"순위가 지나치게 좋지 않습니다 (AUC {best:.3f})."),
        )  # fmt: skip
    name = strongest(contest.judged)
    if name in trusted:
        return _trusted("leak_auc", name)
    said = meaning(contest.judged.matrix, name).said
    return _failed("leak_auc",
        Said(
            f"An AUC of {best:.3f} is too good to be true: a feature probably tells what happened afterwards. "
            f"The first to look at is {name} ({said.en}). Leave it out, or name it as trusted.",
            f"AUC {best:.3f}은 믿기 어려울 만큼 높습니다. 떠난 뒤의 일을 담은 항목이 있을 수 있습니다. "
            f"먼저 {name}({said.ko})을(를) 살펴 주십시오. 이 항목을 빼거나, 믿을 수 있는 항목으로 지정하면 됩니다.",
        ),
    )  # fmt: skip


def _too_much(contest: Contest, trusted: Sequence[str]) -> Check:
    entry = contest.entry("boosting")
    gains = entry.predictor.gains() if entry and isinstance(entry.predictor, Boosting) else {}
    area = auc(contest.judged.has_left, entry.chances) if entry else None
    if not gains or area is None or area.low <= RANKS:
        return Check("leak_gain", None, Said("The trees rank nothing.", "트리가 가려내는 것이 없습니다."))
    name, share = max(gains.items(), key=lambda item: item[1])
    if share <= TOO_MUCH:
        return _passed(
            "leak_gain",
            Said(
                f"No feature rules alone (the strongest, {name}, has {share:.0%} of the gain).",
                f"홀로 좌우하는 항목이 없습니다 (가장 강한 {name}의 몫은 {share:.0%}).",
            ),
        )
    if name in trusted:
        return _trusted("leak_gain", name)
    if contest.judged.matrix.as_of and is_of_catalogue(name):
        return _passed(
            "leak_gain",
            Said(
                f"{name} has {share:.0%} of the gain, and is read from nothing later than the day.",
                f"{name}의 몫이 {share:.0%}이지만, 그날까지 알려진 것만으로 만든 항목입니다.",
            ),
        )
    return _failed(
        "leak_gain",
        Said(
            f"{name} alone has {share:.0%} of the gain, as a feature has that tells what happened afterwards. "
            "Leave it out, or name it as trusted if it was known on the day.",
            f"{name} 하나가 이득의 {share:.0%}를 차지합니다. 떠난 뒤의 일을 담은 항목에서 흔히 보이는 모습입니다. "
            "이 항목을 빼거나, 그날 이미 알 수 있던 값이라면 믿을 수 있는 항목으로 지정해 주십시오.",
        ),
    )


def _passed(name: str, said: Said) -> Check:
    return Check(name, passed=True, said=said)


def _failed(name: str, said: Said) -> Check:
    return Check(name, passed=False, said=said)


def _trusted(check: str, name: str) -> Check:
    return _passed(check,
        Said(f"{name} is very strong; it was named as trusted.", f"{name}은(는) 매우 강한 항목이며, 믿을 수 있다고 지정되었습니다."),
    )  # fmt: skip


def strongest(labelled: Labelled) -> str:
    """The feature that alone tells best who left, in either direction; a category by the rates of its words."""
    matrix, has_left = labelled.matrix, labelled.has_left
    apart = [_apart(matrix.column(name), name in matrix.categories, has_left) for name in matrix.names]
    return matrix.names[int(np.argmax(apart))]


def _apart(column: Numbers, is_category: bool, has_left: Flags) -> float:
    filled = np.where(np.isnan(column), -1.0, column)
    if is_category:
        _, which = np.unique(filled, return_inverse=True)
        filled = (np.bincount(which, weights=has_left) / np.bincount(which))[which]
    area = auc(has_left, filled)
    return abs(area.value - 0.5) if area else 0.0


def calibration_check(has_left: Flags, entry: Entry) -> Check:
    """Do as many leave as the chances say? The error on tenths of the customers, chance allowed for."""
    error, allowed = (
        calibration_error(has_left, entry.chances),
        MOST_ERROR + _by_chance(has_left, entry.chances),
    )
    name = NAMES[entry.predictor.name]
    if error <= allowed:
        return _passed(f"calibrated_{entry.predictor.name}",
            Said(
                f"{name.en}: chances are off by {error:.1%} on average.",
                f"{name.ko}: 확률의 평균 오차는 {error:.1%}입니다.",
            ),
        )  # fmt: skip
    return _failed(f"calibrated_{entry.predictor.name}",
        Said(
            f"{name.en}: chances are off by {error:.1%} on average, more than the {allowed:.1%} allowed: "
            f"{entry.chances.mean():.1%} were expected to leave, and {has_left.mean():.1%} did. "
            "Snapshots of the same season of last year would tell the level.",
            f"{name.ko}: 확률의 평균 오차가 {error:.1%}로 허용 범위 {allowed:.1%}를 넘습니다. "
            f"{entry.chances.mean():.1%}가 떠날 것으로 보았으나 실제로는 {has_left.mean():.1%}가 떠났습니다. "
            "지난해 같은 계절의 기록이 있으면 수준을 맞출 수 있습니다.",
        ),
    )  # fmt: skip


def _by_chance(has_left: Flags, chances: Numbers) -> float:
    """What the calibration error of true chances would be, from the sizes of the tenths: mean |normal| = sqrt(2/pi)."""
    groups = reliability(has_left, chances)
    noise = [
        g.customers * math.sqrt(2 / math.pi * g.expected * (1 - g.expected) / g.customers) for g in groups
    ]
    return sum(noise) / sum(g.customers for g in groups)


def rule_checks(contest: Contest, model: Entry) -> tuple[Check, ...]:
    """Is the learned model better than each plain rule? By logarithmic loss on the same customers."""
    rules = [e for e in contest.entries if e.predictor.name not in ("boosting", "logistic")]
    return tuple(_beats(contest, model, rule) for rule in rules)


def _beats(contest: Contest, model: Entry, rule: Entry) -> Check:
    own, other = contest.loss(model), contest.loss(rule)
    name = NAMES[rule.predictor.name]
    passed = own < other
    better = Said("better", "더 좋습니다") if passed else Said("not better", "더 좋지 않습니다")
    return Check(
        f"beats_{rule.predictor.name}", passed,
        Said(
            f"The model is {better.en} than “{name.en}” (loss {own:.4f} against {other:.4f}).",
            f"모형이 ‘{name.ko}’보다 {better.ko} (손실 {own:.4f}, 견준 값 {other:.4f}).",
        ),
    )  # fmt: skip


def slices_check(slices: Sequence[Slice]) -> Check:
    """Is any kind of customer out of calibration? Shown, and no ground for refusal by itself."""
    off = [each for each in slices if each.is_off]
    if not slices:
        return Check(
            "slices", None, Said("There is no category to look at.", "살펴볼 범주형 항목이 없습니다.")
        )
    if not off:
        return _passed(
            "slices",
            Said("No kind of customer is treated worse.", "확률이 어긋나는 고객 유형이 없습니다."),
        )
    worst = max(off, key=lambda each: abs(each.errors))
    return _failed("slices",
        Said(
            f"Of customers with {worst.feature} = {worst.word}, {worst.expected:.1%} were expected to leave and "
            f"{worst.realised:.1%} did.",
            f"{worst.feature}이(가) {worst.word}인 고객은 {worst.expected:.1%}가 떠날 것으로 보았으나 "
            f"{worst.realised:.1%}가 떠났습니다.",
        ),
    )  # fmt: skip

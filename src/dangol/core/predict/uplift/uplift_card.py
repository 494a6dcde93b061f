"""How good is the choice of customers, beside response, risk and chance? The card of a model of effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dangol.core.language import Said
from dangol.core.predict.card import Card, CardTable, Check, Contender, Figure
from dangol.core.predict.uplift.bands import Bands
from dangol.core.predict.uplift.columns import Floats
from dangol.core.predict.uplift.learner import LEARNERS
from dangol.core.predict.uplift.model import Advice
from dangol.core.predict.uplift.qini import auuc, uplift_at
from dangol.core.predict.uplift.trial import Trial
from dangol.core.stats.interval import Interval

QINI = Said("Qini (scale of scikit-uplift)", "Qini(scikit-uplift 척도)")
UPLIFT_AT_30 = Said("Effect on the first 30 % of the ranking", "순위 상위 30 %에서의 효과")
AUUC = Said("Area under the uplift curve", "업리프트 곡선 아래 면적")
AVERAGE = Said("Average effect of the action", "조치의 평균 효과")
RANDOM: Final = Contender("random", Said("at random", "무작위"), (Figure("qini", QINI, 0.0),))
CANNOT_RANK = Said("The outcome leaves nothing to rank.", "결과가 한쪽뿐이라 순위를 매길 수 없습니다.")


@dataclass(frozen=True, slots=True)
class Found:
    """How the contenders did: their Qini, each with the interval of its own, and what follows from them."""

    qinis: Mapping[str, Interval | None]
    average: Interval
    winner: str | None
    advice: Advice
    predictability: float


def uplift_card(
    trial: Trial,
    found: Found,
    bands: Bands,
    scores: Mapping[str, Floats],
    *,
    seed: int,
    horizon_days: int | None,
) -> Card:
    """The card of what was chosen; usable as a ranking only where one beats chance."""
    contenders = tuple(_contender(trial, name, found.qinis[name], scores[name]) for name in scores)
    own = next((each.figures for each in contenders if each.name == found.winner), ())
    return Card(
        kind="uplift",
        as_of=trial.matrix.as_of,
        horizon_days=horizon_days,
        period=None,
        customer_count=len(trial),
        left_count=None,
        figures=(_figure("average_effect", AVERAGE, found.average), *own),
        baselines=(*contenders, RANDOM),
        checks=_checks(trial, found),
        is_usable=found.winner is not None,
        verdict=_verdict(found),
        chosen=found.winner or found.advice,
        seed=seed,
        tables=(_table(bands),),
        facts={
            "features": list(trial.matrix.names),
            "treated_count": int(trial.is_treated.sum()),
            "outcome_count": int(trial.outcome.sum()),
            "qini": "scikit-uplift qini_auc_score, negative_effect=True",
        },
    )


def _contender(trial: Trial, name: str, value: Interval | None, score: Floats) -> Contender:
    """AUUC and the effect at 30 % are of unweighted counts, as published."""
    arms = (trial.outcome, score, trial.is_treated)
    return Contender(
        name,
        LEARNERS[name].said,
        (
            _figure("qini", QINI, value),
            Figure("uplift_at_30", UPLIFT_AT_30, uplift_at(*arms), unit="rate"),
            Figure("auuc", AUUC, auuc(*arms)),
        ),
    )


def _figure(name: str, said: Said, value: Interval | None) -> Figure:
    if value is None:
        return Figure(name, said, None, reason=CANNOT_RANK)
    return Figure(name, said, *value, unit="rate" if name == "average_effect" else "number")


def _checks(trial: Trial, found: Found) -> tuple[Check, ...]:
    return (
        Check("is_randomised", trial.is_randomised or None, _drawn(trial, found)),
        Check("beats_random", found.winner is not None, _beats(found, "random")),
        *(
            Check(f"beats_{rule}", _is_above(found, rule), _beats(found, rule))
            for rule in ("response", "risk")
        ),
    )


def _drawn(trial: Trial, found: Found) -> Said:
    if not trial.is_randomised:
        return Said(
            "Nobody drew lots: the chances of treatment are estimates, so every effect here is weaker evidence.",
            "무작위로 정하지 않아 조치받을 확률을 추정했습니다. 그래서 여기의 효과는 근거가 더 약합니다.",
        )
    return Said(
        f"The features do not tell who was treated (AUC {found.predictability:.2f}).",
        f"특성으로 누가 조치를 받았는지 알 수 없습니다(AUC {found.predictability:.2f}).",
    )


def _is_above(found: Found, rule: str) -> bool | None:
    own, other = found.qinis.get(found.winner or ""), found.qinis[rule]
    return None if own is None or other is None or found.winner == rule else own.value > other.value


def _beats(found: Found, rule: str) -> Said:
    names = {
        "random": Said("chance", "무작위"),
        "response": Said("response", "반응 가능성"),
        "risk": Said("risk", "위험"),
    }
    other = 0.0 if rule == "random" else getattr(found.qinis[rule], "value", None)
    own = _best(found)
    told = "-" if other is None else f"{other:.4f}"
    return Said(
        f"Qini {own:.4f}, of choosing by {names[rule].en} {told}.",
        f"Qini {own:.4f}, {names[rule].ko} 순으로 고르면 {told}입니다.",
    )


def _best(found: Found) -> float:
    return max((each.value for each in found.qinis.values() if each is not None), default=0.0)


def _verdict(found: Found) -> Said:
    value, low, high = (100 * each for each in found.average)
    average = {"value": f"{value:+.2f}", "low": f"{low:+.2f}", "high": f"{high:+.2f}"}
    if found.winner is None:
        return _FALLBACKS[found.advice].format(**average)
    own = found.qinis[found.winner]
    said = LEARNERS[found.winner].said
    numbers = f"{own.value:.4f} ({own.low:.4f} ~ {own.high:.4f})" if own else "-"
    if LEARNERS[found.winner].is_effect:
        return Said(
            f"Choose by effect ({said.en}): Qini {numbers}, so the first are those whom the action changes.",
            f"효과 순으로 고르십시오({said.ko}). Qini {numbers}로, 조치로 달라지는 고객이 앞에 옵니다.",
        )
    return Said(
        f"Choose {said.en}: Qini {numbers}; no learner of effects does better here.",
        f"{said.ko}으로 고르십시오. Qini {numbers}이며 효과를 추정한 어떤 모델도 이보다 낫지 않습니다.",
    )


_FALLBACKS: Final[dict[str, Said]] = {
    "everyone": Said(
        "No ranking beats chance, so customers cannot be told apart; the action helps on average by {value} points "
        "({low} to {high}). It is for everyone, or for as many by lots as the budget allows.",
        "어떤 순위도 무작위보다 낫지 않아 고객을 구별할 수 없습니다. 조치는 평균 {value}%p({low}~{high}) 도움이 되므로 "
        "모두에게, 예산이 모자라면 추첨으로 하십시오.",
    ),
    "nobody": Said(
        "No ranking beats chance, and the action harms on average by {value} points ({low} to {high}). It is for nobody.",
        "어떤 순위도 무작위보다 낫지 않고, 조치는 평균 {value}%p({low}~{high})로 해롭습니다. 누구에게도 하지 마십시오.",
    ),
    "random": Said(
        "No ranking beats chance, and the average effect of {value} points ({low} to {high}) cannot be told from none. "
        "Go on by lots until more is known.",
        "어떤 순위도 무작위보다 낫지 않고, 평균 효과 {value}%p({low}~{high})도 0과 구별되지 않습니다. 더 알게 될 때까지 "
        "추첨으로 계속하십시오.",
    ),
}


def _table(bands: Bands) -> CardTable:
    headings = (
        Said("Band, lowest scores first", "구간(낮은 점수부터)"), Said("Customers", "고객 수"), Said("Effect", "효과"),
        Said("From", "하한"), Said("To", "상한"),
    )  # fmt: skip
    rows = tuple(
        (n + 1, int(count), float(effect), float(low), float(high))
        for n, (count, effect, low, high) in enumerate(
            zip(bands.counts, bands.effects, bands.lows, bands.highs, strict=True)
        )
    )
    return CardTable("bands", Said("Effect by band of the ranking", "순위 구간별 효과"), headings, rows)

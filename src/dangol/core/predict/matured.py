"""The horizon has passed: did what was foretold come true, and who takes over if it did not?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dangol.core.language import Said
from dangol.core.predict.card import Check
from dangol.core.predict.churn_model import ChurnModel, Fitted
from dangol.core.predict.discrimination import auc
from dangol.core.predict.drift import MOST_ERRORS, Realised, in_the_large
from dangol.core.predict.labelled import Labelled
from dangol.core.predict.predictor import NAMES
from dangol.core.stats.interval import Interval


@dataclass(frozen=True, slots=True)
class Matured:
    """How a model did on customers whose horizon has passed; `is_off` calls for its demotion."""

    realised: Realised
    auc: Interval | None
    is_off: bool
    said: Said


def matured(model: ChurnModel, cohort: Labelled) -> Matured:
    """Expected against realised leavers of a cohort that the model had scored, and its ranking then.

    Off is a realised share more than three standard errors from the expected one (SCIENCE 3.5).
    """
    return _matured(model, model.in_use, cohort)


def _matured(model: ChurnModel, way: Fitted, cohort: Labelled) -> Matured:
    chances = model.season.shifted(way.chances(cohort.matrix), cohort.matrix.as_of)
    realised = in_the_large(cohort.has_left, chances)
    is_off = abs(realised.errors) > MOST_ERRORS
    name = NAMES[way.predictor.name]
    said = Said(
        f"{name.en}: of {realised.customers:,} customers {realised.expected:.1%} were expected to leave and "
        f"{realised.realised:.1%} did ({realised.errors:+.1f} standard errors).",
        f"{name.ko}: 고객 {realised.customers:,}명 가운데 {realised.expected:.1%}가 떠날 것으로 보았고 실제로는 "
        f"{realised.realised:.1%}가 떠났습니다 (표준오차의 {realised.errors:+.1f}배).",
    )
    return Matured(realised, auc(cohort.has_left, chances), is_off, said)


def stepped_back(model: ChurnModel, cohort: Labelled) -> ChurnModel:
    """The model itself while it holds on the cohort; else with the next contender that does; else out of use.

    The same chance for everybody is no contender. The card says what happened and why.
    """
    own = matured(model, cohort)
    if not own.is_off:
        return model
    tried = [own.said]
    for way in model.ways[1:]:
        if way.predictor.name == "base_rate":
            continue
        found = _matured(model, way, cohort)
        tried.append(found.said)
        if not found.is_off:
            others = tuple(each for each in model.ways if each is not way)
            return _noted(replace(model, ways=(way, *others)), tried, is_usable=True)
    return _noted(model, tried, is_usable=False)


def _noted(model: ChurnModel, tried: list[Said], *, is_usable: bool) -> ChurnModel:
    en, ko = (" ".join(each.in_(language) for each in tried) for language in ("en", "ko"))
    name = NAMES[model.in_use.predictor.name]
    verdict = (
        Said(f"Stepped back to: {name.en}. {en}", f"물러나 대신 쓰는 방법: {name.ko}. {ko}")
        if is_usable
        else Said(f"Not used until it is fitted again. {en}", f"다시 학습할 때까지 사용하지 않습니다. {ko}")
    )
    check = Check("matured", passed=False, said=tried[0])
    card = replace(
        model.card,
        is_usable=is_usable and model.card.is_usable,
        verdict=verdict,
        chosen=model.in_use.predictor.name,
        checks=(*(each for each in model.card.checks if each.name != "matured"), check),
    )
    return model.with_card(card)

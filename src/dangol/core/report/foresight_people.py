"""Whom to look at first? The customers with most at stake, each with the reasons and their own numbers."""

from __future__ import annotations

from typing import Final

import numpy as np

from dangol.core.language import Said
from dangol.core.report.foresight_found import Found
from dangol.core.report.foresight_words import leaving_within, worth_within
from dangol.core.report.model import Basis, Ranked, Section, Table
from dangol.core.report.voice import Voice

SHOWN: Final = 20
LISTED: Final = 100
QUESTION: Final = Said("Whom to look at first?", "누구를 먼저 살펴볼까요?")
HEADS: Final = (
    Said("Customer", "고객"),
    Said("Chance", "확률"),
    Said("At risk", "위험 금액"),
    Said("Value", "남은 가치"),
    Said("Low", "하한"),
    Said("High", "상한"),
)


def people_section(found: Found, say: Voice) -> Section | None:
    """The ranked list; None where nobody is a customer."""
    here = found.is_customer
    if not here.any():
        return None
    rows = [at for at in range(min(len(found), LISTED)) if here[at]]
    return Section(
        "people", say(QUESTION), _finding(found, say), _basis(found, say, int(here.sum())),
        sentences=(_how_ranked(found, say),), tables=(_table(found, rows, say),),
        people=tuple(_ranked(found, at, say) for at in rows[:SHOWN]),
        notes=(say(_ONLY_GOES_WITH),) if any(found.reasons) else (),
    )  # fmt: skip


def _finding(found: Found, say: Voice) -> str:
    high = sum(band == "high" for band in found.bands)
    words = Said(
        "{high} of {all} customers are in the high band", "고객 {all}명 가운데 {high}명이 위험 ‘높음’입니다"
    )
    return say(words, high=say.count(high), all=say.count(int(found.is_customer.sum())))


def _how_ranked(found: Found, say: Voice) -> str:
    if np.nansum(found.at_risk) > 0:
        words = Said(
            "Ranked by what would be lost: the chance of leaving {within} times what the customer is still worth {ahead}. "
            "The first {n} are shown; everybody is in customers.csv.",
            "잃게 될 금액 순서입니다. {within} 떠날 확률에 {ahead} 남은 가치를 곱했습니다. "
            "처음 {n}명을 보여 드리며, 모든 고객은 customers.csv에 있습니다.",
        )
    else:
        words = Said(
            "Ranked by the chance of leaving {within}, since what customers are worth is not known. "
            "The first {n} are shown; everybody is in customers.csv.",
            "고객의 가치를 알 수 없어 {within} 떠날 확률 순서로 나열합니다. "
            "처음 {n}명을 보여 드리며, 모든 고객은 customers.csv에 있습니다.",
        )
    shown = min(SHOWN, int(found.is_customer.sum()))
    return say(words, within=leaving_within(found, say), ahead=worth_within(found, say), n=say.count(shown))


def _basis(found: Found, say: Voice, count: int) -> Basis:
    words = Said(
        "High band: at least twice the odds of leaving of all customers together; low band: less than half of them.",
        "‘높음’은 떠날 승산이 전체의 두 배 이상, ‘낮음’은 절반 미만인 고객입니다.",
    )
    return Basis(say(words), say.day(found.as_of) if found.as_of else "", say.customers(count))


def _ranked(found: Found, at: int, say: Voice) -> Ranked:
    chance, at_risk = float(found.chances[at]), float(found.at_risk[at])
    shown = say.percent(chance, 0)
    if not np.isnan(at_risk):
        words = Said("{chance} · {money} at risk", "{chance} · 위험 금액 {money}")
        shown = say(words, chance=shown, money=say.money(at_risk))
    told = found.reasons[at]
    leaving = tuple(reason for reason in told if reason.contribution > 0) or told[:2]
    reasons = tuple(say(reason.said) for reason in leaving)
    return Ranked(found.names[at], shown, _worth(found, at, say), reasons, found.bands[at] == "high")


def _worth(found: Found, at: int, say: Voice) -> str:
    value, low, high = (float(each[at]) for each in (found.expected_amount, found.low, found.high))
    if np.isnan(value):
        return ""
    is_by_stay = found.value is not None and found.value.chosen == "sbg"
    words = _WORTH_BY_STAY if is_by_stay else _WORTH
    if low == high:
        words = Said(words.en.partition(";")[0], words.ko.partition(",")[0])
    shown = {"value": say.money(value), "low": say.money(low), "high": say.money(high)}
    return say(words, ahead=worth_within(found, say), **shown)


def _table(found: Found, rows: list[int], say: Voice) -> Table:
    def money(value: float) -> str:
        return "–" if np.isnan(value) else say.money(value)

    return Table(
        tuple(map(say, HEADS)),
        tuple(
            (
                found.names[at], say.percent(float(found.chances[at])), money(float(found.at_risk[at])),
                money(float(found.expected_amount[at])), money(float(found.low[at])), money(float(found.high[at])),
            )
            for at in rows
        ),
    )  # fmt: skip


_WORTH: Final = Said(
    "Worth {value} {ahead}; four times in five between {low} and {high}",
    "{ahead} 남은 가치 {value}, 다섯 번에 네 번은 {low}~{high}",
)
_WORTH_BY_STAY: Final = Said(
    "Worth {value} {ahead} by length of stay alone; four times in five between {low} and {high}",
    "이용 기간만으로 보면 {ahead} 남은 가치 {value}, 다섯 번에 네 번은 {low}~{high}",
)
_ONLY_GOES_WITH: Final = Said(
    "A reason is what goes with leaving among your customers. It need not be what makes them leave; only an experiment "
    "can tell that, and what an action would change.",
    "이유는 고객 사이에서 이탈과 함께 나타나는 것입니다. 떠나게 하는 원인이라는 뜻은 아니며, 원인과 조치의 효과는 실험으로만 "
    "알 수 있습니다.",
)

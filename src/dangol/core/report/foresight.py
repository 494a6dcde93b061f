"""Who is likely to leave, what would go with them, and how far can that be trusted? One page and one list of everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from dangol import __version__
from dangol.core.language import Language, Said
from dangol.core.report.foresight_found import GONE, Found
from dangol.core.report.foresight_people import people_section
from dangol.core.report.foresight_trust import trust_section
from dangol.core.report.foresight_value import value_section
from dangol.core.report.foresight_words import leaving_within, worth_within
from dangol.core.report.model import Basis, Contents, Figure, Loaded, Sentence, Unanswered
from dangol.core.report.page import page
from dangol.core.report.plain import plain
from dangol.core.report.voice import Voice

TITLE: Final = Said("Who will leave, and what would go with them", "누가 떠나고, 무엇을 잃게 되는가")
LIKELY: Final = Said(
    "About {n} of your {all} customers are likely to leave {within}.",
    "고객 {all}명 가운데 약 {n}명이 {within} 떠날 것으로 보입니다.",
)
BY_RULE: Final = Said(
    "By a rule and not by a model, about {n} of your {all} customers would leave {within}.",
    "모형이 아닌 규칙으로 보면 고객 {all}명 가운데 약 {n}명이 {within} 떠날 것으로 보입니다.",
)
NOBODY: Final = Said(
    "Nobody is a customer any more, so nobody can leave.", "남은 고객이 없어 떠날 고객도 없습니다."
)
UNTOLD: Final = Said(
    "Who will leave cannot be said from this data; what customers are worth can.",
    "이 데이터로는 누가 떠날지 말할 수 없습니다. 고객의 가치는 아래에 있습니다.",
)
BANDS: Final = {
    "low": Said("low", "낮음"),
    "medium": Said("medium", "중간"),
    "high": Said("high", "높음"),
    GONE: Said("gone already", "이미 떠남"),
}


@dataclass(frozen=True, slots=True)
class Foresight(Contents):
    """The whole page, with everything that was found behind it."""

    found: Found | None = None

    def html(self) -> str:
        """One page that needs nothing else."""
        return page(self)

    def json(self) -> dict[str, Any]:
        """The same numbers and words for a program, with both model cards and everybody."""
        found = self.found
        said = plain(self)
        said.pop("found", None)
        cards = {} if found is None else {
            "churn_card": found.churn and found.churn.to_plain(),
            "value_card": found.value and found.value.to_plain(),
        }  # fmt: skip
        return {**said, "format": "dangol.foresight/1", **cards, "customers": list(self.everybody())}

    def everybody(self) -> Iterator[dict[str, Any]]:
        """One row a customer, most at risk first: what stands in the list as a file."""
        found, say = self.found, Voice(self.language)
        if found is None:
            return
        is_lives = found.value is not None and found.value.chosen == "sbg"
        counted = "expected_months" if is_lives else "expected_purchases"
        for at, name in enumerate(found.names):
            reasons = " / ".join(say(each.said) for each in found.reasons[at])
            yield {
                "customer": name,
                "chance": _number(found.chances[at], 4),
                "band": say(BANDS[found.bands[at]]),
                "value_at_risk": _number(found.at_risk[at], 2),
                "value": _number(found.expected_amount[at], 2),
                "value_low": _number(found.low[at], 2),
                "value_high": _number(found.high[at], 2),
                counted: _number(found.expected_purchases[at], 2),
                "reasons": reasons,
            }


def make_foresight(
    found: Found, *, language: Language = "en", title: str | None = None, covers: str = "",
    loaded: Loaded | None = None, settings: tuple[str, ...] = (),
) -> Foresight:  # fmt: skip
    """The page of what was found."""
    say = Voice(language, found.currency)
    sections = [people_section(found, say), trust_section(found, say), value_section(found, say)]
    return Foresight(
        language=language, title=title or say(TITLE), as_of=found.as_of, covers=covers,
        opening=tuple(_opening(found, say)), headline=tuple(_headline(found, say)), suggestions=(),
        sections=tuple(each for each in sections if each is not None),
        unanswered=tuple(Unanswered((say(each.question),), say(each.why)) for each in found.refused),
        loaded=loaded or Loaded(), settings=settings, version=__version__, found=found,
    )  # fmt: skip


def _opening(found: Found, say: Voice) -> Iterator[Sentence]:
    here = found.is_customer
    if not here.any():
        yield Sentence(say(NOBODY if found.is_empty else UNTOLD), "value")
        return
    count, expected = int(here.sum()), float(np.nansum(found.chances))
    shown = say.count(expected)
    words = LIKELY if found.by_rule is None else BY_RULE
    yield Sentence(
        say(words, n=shown, all=say.count(count), within=leaving_within(found, say)), "people", (shown,)
    )
    yield from _about_money(found, say)
    if found.by_rule is not None:
        words = Said(
            "No model is good enough here. The list is by {rule}: an order to look in, and rough as a number.",
            "여기서는 쓸 만한 모형이 없어 {rule}로 나열합니다. 살펴볼 순서로는 쓸 수 있지만 숫자로는 거칩니다.",
        )
        yield Sentence(say(words, rule=say(found.by_rule)), "trust")


def _about_money(found: Found, say: Voice) -> Iterator[Sentence]:
    at_risk = found.at_risk[found.is_customer]
    total = float(np.nansum(at_risk))
    if not total:
        return
    few = max(len(at_risk) // 10, 1)
    part = float(np.nansum(np.sort(np.nan_to_num(at_risk))[::-1][:few]))
    money, share = say.money(total), say.percent(part / total, 0)
    words = Said(
        "With them would go {money} of what customers are worth {ahead}; {few} of them hold {share} of it.",
        "그와 함께 고객이 {ahead} 가져올 가치 가운데 {money}의 손실이 예상되며, 그중 {share}를 {few}명이 차지합니다.",
    )
    said = say(words, money=money, ahead=worth_within(found, say), few=say.count(few), share=share)
    yield Sentence(said, "people", (money,))


def _headline(found: Found, say: Voice) -> Iterator[Figure]:
    here = found.is_customer
    if here.any():
        n = say.customers(int(here.sum()))
        rate = float(np.nanmean(found.chances))
        meaning = Said(
            "The mean of the chances of all customers to leave {within}.",
            "모든 고객이 {within} 떠날 확률의 평균입니다.",
        )
        basis = Basis(say(meaning, within=leaving_within(found, say)), "", n)
        yield Figure(
            "expected_rate",
            say(Said("Expected to leave", "떠날 것으로 예상")),
            rate,
            say.percent(rate),
            basis,
        )
        yield from _money_figure(found, say, n)
    yield from _worth_figure(found, say)


def _money_figure(found: Found, say: Voice, n: str) -> Iterator[Figure]:
    total = float(np.nansum(found.at_risk))
    if total:
        meaning = Said(
            "Each customer's chance of leaving times what the customer is still worth {ahead}, summed up.",
            "고객마다 떠날 확률에 {ahead} 남은 가치를 곱해 더한 금액입니다.",
        )
        basis = Basis(say(meaning, ahead=worth_within(found, say)), "", n)
        yield Figure(
            "value_at_risk", say(Said("Value at risk", "위험에 놓인 가치")), total, say.money(total), basis
        )


def _worth_figure(found: Found, say: Voice) -> Iterator[Figure]:
    card = found.value
    figure = card.figure("expected_amount") if card and card.is_usable else None
    if card is None or figure is None or figure.value is None:
        return
    meaning = Said(
        "What is expected of all customers {ahead}, worth today: discounted by {rate} a year, times a margin of {margin}.",
        "{ahead} 모든 고객에게 기대되는 금액을 오늘의 가치로 본 것입니다. 연 {rate} 할인, 마진 {margin}.",
    )
    rate, margin = (say.percent(card.facts[name], 0) for name in ("yearly_discount", "margin"))
    basis = Basis(
        say(meaning, ahead=worth_within(found, say), rate=rate, margin=margin),
        "",
        say.customers(card.customer_count),
    )
    yield Figure(
        "remaining_value", say(Said("Remaining value", "남은 가치")), figure.value, say.money(figure.value), basis,
        _range(figure.low, figure.high, say),
    )  # fmt: skip


def _range(low: float | None, high: float | None, say: Voice) -> str:
    if low is None or high is None:
        return ""
    words = Said("{low} to {high}, 95% interval", "95% 구간 {low}~{high}")
    return say(words, low=say.money(low), high=say.money(high))


def _number(value: float, digits: int) -> float | None:
    return None if np.isnan(value) else round(float(value), digits)

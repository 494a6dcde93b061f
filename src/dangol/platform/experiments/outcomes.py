"""By what can something that was tried be judged here? The core's outcomes, with money in the currency of the business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from dangol.core.engine import World
from dangol.core.experiments.outcomes import OUTCOMES, Outcome
from dangol.core.experiments.readout import Measured
from dangol.core.experiments.summarise import Judged
from dangol.core.language import Said
from dangol.platform.kernel.queries import business

__all__ = ["MEANS", "OUTCOMES", "answerable", "judged_of", "measured_of"]

MONEY: Final = frozenset({"monthly_revenue", "revenue", "value"})
MEANS: Final[Mapping[str, Said]] = {
    "kept": Said("Whether they are still customers at the end of the horizon.", "관찰 기간이 끝날 때 여전히 고객인지입니다."),
    "ndr": Said("Monthly revenue at the end of the horizon over that at the start, of those who paid then.", "시작할 때 결제하던 고객의 관찰 기간 말 월 매출을 시작할 때의 월 매출로 나눈 값입니다."),
    "grr": Said("The same, where nobody counts for more than they paid at the start.", "같은 값에서 시작할 때보다 늘어난 몫을 뺀 것입니다."),
    "monthly_revenue": Said("Recurring revenue a month at the end of the horizon.", "관찰 기간이 끝날 때의 월 반복 매출입니다."),
    "revenue": Said("What was bought in the horizon, returns taken off.", "관찰 기간에 구매한 금액에서 반품을 뺀 값입니다."),
    "value": Said("Orders and paid days of subscriptions in the horizon.", "관찰 기간의 주문 금액과 구독 결제분을 더한 값입니다."),
    "bought": Said("Whether anything was bought in the horizon.", "관찰 기간에 한 번이라도 구매했는지입니다."),
    "orders": Said("Orders in the horizon.", "관찰 기간의 주문 수입니다."),
    "active_days": Said("Days of the horizon on which something was done.", "관찰 기간에 무언가를 한 날의 수입니다."),
    "nps": Said("Promoters less detractors among those who answered in the horizon.", "관찰 기간에 응답한 고객의 추천 비율에서 비추천 비율을 뺀 값입니다."),
    "csat": Said("Share of 4 and 5 among the answers of the horizon.", "관찰 기간의 응답 가운데 4점과 5점의 비율입니다."),
    "tickets": Said("Tickets opened in the horizon.", "관찰 기간에 접수된 문의 수입니다."),
}  # fmt: skip
"""What each outcome counts."""


def answerable(world: World) -> dict[str, Outcome]:
    """The outcomes that the data can answer."""
    have = set(world.tables())
    money = bool(have & {"orders", "subscriptions"})
    return {
        name: each for name, each in OUTCOMES.items() if have >= set(each.needs) and (each.needs or money)
    }


def measured_of(name: str) -> Measured:
    """An outcome as the core describes it; money in the currency of the business."""
    measured = OUTCOMES[name].measured
    return replace(measured, unit=business().currency) if name in MONEY else measured


def judged_of(name: str) -> Judged:
    """The same with its columns."""
    return replace(OUTCOMES[name].judged, measured=measured_of(name))

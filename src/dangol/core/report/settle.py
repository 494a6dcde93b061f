"""On which settings do the numbers stand? What the data itself suggests, and what is said about it."""

from __future__ import annotations

from typing import Final

from dangol.core.engine.world import World
from dangol.core.errors import QueryError, RequestError
from dangol.core.language import Said
from dangol.core.report.voice import Voice

SUGGESTED: Final = Said(
    "A customer counts as gone after {days} days without a purchase. The data suggests it: of those silent for so long, "
    "one in four at most comes back within 90 days.",
    "{days}일 동안 구매가 없으면 떠난 고객으로 봅니다. 데이터가 제안한 기준으로, 그만큼 조용한 고객은 90일 안에 넷 중 하나 "
    "이하만 돌아옵니다.",
)
GIVEN: Final = Said(
    "A customer counts as gone after {days} days without a purchase, as you said.",
    "지정하신 대로 {days}일 동안 구매가 없으면 떠난 고객으로 봅니다.",
)
UNTOLD: Final = Said(
    "A customer counts as gone after {days} days without a purchase: nobody said so, and the data cannot tell.",
    "{days}일 동안 구매가 없으면 떠난 고객으로 봅니다. 지정하신 값이 없고 데이터로도 알 수 없어 정한 기준입니다.",
)
ZONE: Final = Said("Days are days of the time zone {zone}.", "하루는 {zone} 시간대를 따릅니다.")
MONEY: Final = Said("Money is in {currency}.", "금액의 통화는 {currency}입니다.")
UNNAMED: Final = Said(
    "The data names no single currency; money is shown as plain numbers.",
    "데이터에 하나로 정해진 통화가 없어 금액을 숫자로만 표시합니다.",
)


def settled(world: World, say: Voice) -> tuple[World, tuple[str, ...]]:
    """The world under the settings that its data suggests, and a sentence on each setting.

    Only days of inactivity that nobody has set are taken from the data.
    """
    money = say(MONEY, currency=say.currency) if say.currency else say(UNNAMED)
    lines = [money, say(ZONE, zone=world.settings.time_zone)]
    if "orders" not in world.nouns or "subscriptions" in world.nouns:
        return world, tuple(lines)
    line = GIVEN
    if world.settings.inactivity_days is None:
        days = _suggested(world)
        line = UNTOLD if days is None else SUGGESTED
        world = world.with_settings(inactivity_days=days)
    return world, (say(line, days=world.settings.gone_after_days), *lines)


def _suggested(world: World) -> int | None:
    try:
        (window,) = world.metric("inactivity_window").records()
    except (RequestError, QueryError):
        return None
    days = window["suggested_days"]
    return int(days) if days else None

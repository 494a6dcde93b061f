"""How are the horizons of chances and values said?"""

from __future__ import annotations

from dangol.core.language import Said
from dangol.core.report.foresight_found import Found
from dangol.core.report.voice import Voice


def leaving_within(found: Found, say: Voice) -> str:
    """Over which time somebody may leave: within the next 90 days; as the table says, where it has no time."""
    if found.horizon_days is None:
        return say(Said("as the others in the table did", "표의 떠난 고객들처럼"))
    words = Said("within the next {days}", "앞으로 {days} 안에")
    return say(words, days=say.days(found.horizon_days))


def worth_within(found: Found, say: Voice) -> str:
    """Over which time a value is stated: over the next 365 days."""
    days = found.value.horizon_days if found.value and found.value.horizon_days else 365
    if days in (365, 366):
        return say(Said("over the next twelve months", "앞으로 열두 달 동안"))
    return say(Said("over the next {days}", "앞으로 {days} 동안"), days=say.days(days))

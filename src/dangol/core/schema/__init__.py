"""Which nouns does the data have? Typed tables that every metric, rule and engine shares."""

from __future__ import annotations

from typing import Final

from dangol.core.schema.behaviour import EVENTS, EXPOSURES
from dangol.core.schema.commerce import ORDERS, SUBSCRIPTIONS
from dangol.core.schema.conversation import ANSWERS, MESSAGES, TICKETS
from dangol.core.schema.foresight import SCORES, TRAIT_CHANGES
from dangol.core.schema.noun import MONEY, PERSON_ID, Column, Noun
from dangol.core.schema.who import ACCOUNTS, PEOPLE

NOUNS: Final[dict[str, Noun]] = {
    noun.name: noun
    for noun in (
        PEOPLE,
        ACCOUNTS,
        EVENTS,
        ORDERS,
        SUBSCRIPTIONS,
        MESSAGES,
        ANSWERS,
        TICKETS,
        EXPOSURES,
        SCORES,
        TRAIT_CHANGES,
    )
}

__all__ = ["MONEY", "NOUNS", "PERSON_ID", "Column", "Noun"]

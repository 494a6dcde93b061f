"""What does this room tell? People, accounts, consent, requests, and the world as a viewer may see it."""

from dangol.platform.people.consents import CHANNELS, PURPOSES, Verdict, verdict
from dangol.platform.people.queries.accounts import account, accounts
from dangol.platform.people.queries.consenting import (
    consent_texts,
    consents_of,
    held_by,
    may_contact,
    people_settings,
)
from dangol.platform.people.queries.listing import ORDERS, choices, count_of, page_of, rows_for_export
from dangol.platform.people.queries.person import history_of, person, timeline_of
from dangol.platform.people.queries.rights import request, requests, silent_people
from dangol.platform.people.queries.worlds import world_for
from dangol.platform.people.seeing import visible_to

__all__ = [
    "CHANNELS",
    "ORDERS",
    "PURPOSES",
    "Verdict",
    "account",
    "accounts",
    "choices",
    "consent_texts",
    "consents_of",
    "count_of",
    "held_by",
    "history_of",
    "may_contact",
    "page_of",
    "people_settings",
    "person",
    "request",
    "requests",
    "rows_for_export",
    "silent_people",
    "timeline_of",
    "verdict",
    "visible_to",
    "world_for",
]

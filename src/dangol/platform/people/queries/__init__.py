"""What does this room tell? People, accounts, consent, requests, and the world as a viewer may see it."""

from dangol.platform.people.consents import CHANNELS, PURPOSES, Verdict, verdict
from dangol.platform.people.exporting import csv_lines
from dangol.platform.people.queries.accounts import (
    ACCOUNT_ORDERS,
    account,
    account_timeline,
    accounts,
    accounts_for_export,
    mrr_of,
)
from dangol.platform.people.queries.consenting import (
    consent_texts,
    consents_of,
    held_by,
    may_contact,
    people_settings,
)
from dangol.platform.people.queries.listing import (
    ORDERS,
    PersonLine,
    choices,
    count_of,
    page_of,
    rows_for_export,
    units_of,
)
from dangol.platform.people.queries.person import FieldView, PersonView, history_of, person, timeline_of
from dangol.platform.people.queries.rights import RequestLine, request, requests, silent_people
from dangol.platform.people.queries.typed import typed_rows
from dangol.platform.people.queries.worlds import changed_at, world_for
from dangol.platform.people.seeing import visible_to

__all__ = [
    "ACCOUNT_ORDERS",
    "CHANNELS",
    "ORDERS",
    "PURPOSES",
    "FieldView",
    "PersonLine",
    "PersonView",
    "RequestLine",
    "Verdict",
    "account",
    "account_timeline",
    "accounts",
    "accounts_for_export",
    "changed_at",
    "choices",
    "consent_texts",
    "consents_of",
    "count_of",
    "csv_lines",
    "held_by",
    "history_of",
    "may_contact",
    "mrr_of",
    "page_of",
    "people_settings",
    "person",
    "request",
    "requests",
    "rows_for_export",
    "silent_people",
    "timeline_of",
    "typed_rows",
    "units_of",
    "verdict",
    "visible_to",
    "world_for",
]

"""May we write to somebody, and how do we know? The state, the ledger, the wordings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dangol.platform.kernel.access.refusals import check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.consents import Held, Verdict, address_hash, verdict
from dangol.platform.people.merging import lineage
from dangol.platform.people.models import (
    Consent,
    ConsentState,
    ConsentText,
    PeopleSettings,
    Person,
    Suppression,
)
from dangol.platform.people.seeing import seen_person

ANY_CHANNEL = "any"


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One line of a person's ledger."""

    id: int
    channel: str
    purpose: str
    state: str
    basis: str
    valid_until: datetime | None
    source: str
    wording: str
    version: int | None
    proof: dict[str, Any]
    happened_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ConsentNow:
    """What holds now for a channel and purpose."""

    channel: str
    purpose: str
    state: str
    happened_at: datetime
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class TextView:
    """One version of a wording."""

    id: int
    purpose: str
    language: str
    version: int
    text: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class SettingsView:
    """How this business treats its people's data."""

    unit_trait: str = ""
    law: str = "pipa"
    allows_transaction_basis: bool = False
    transaction_months: int = 6
    retention_years: int | None = None


def people_settings() -> SettingsView:
    """The settings of this room."""
    row = PeopleSettings.objects.order_by("pk").first()
    names = SettingsView.__dataclass_fields__
    return SettingsView(**{name: getattr(row, name) for name in names}) if row else SettingsView()


def may_contact(person_id: int, channel: str, purpose: str, at: datetime) -> Verdict:
    """Whether a person may be contacted on a channel for a purpose at a moment, and why (not)."""
    row = Person.objects.filter(pk=person_id).first()
    if row is None or row.erased_at is not None:
        return Verdict(is_allowed=False, reason="erased")
    ids = lineage(row.pk)
    held = _held(ids)
    return verdict(
        purpose,
        _newest(held, channel, purpose),
        at,
        suppressed=_suppressed(channel, _address(row, channel)),
        allows_transaction_basis=people_settings().allows_transaction_basis,
        profiling=_newest(held, ANY_CHANNEL, "marketing_profiling"),
    )


def _held(ids: Sequence[int]) -> list[ConsentState]:
    return list(ConsentState.objects.filter(person_id__in=ids).order_by("happened_at"))


def _newest(rows: Sequence[ConsentState], channel: str, purpose: str) -> Held | None:
    """The last word on a purpose, said for this channel or for all."""
    found = [row for row in rows if row.purpose == purpose and row.channel in {channel, ANY_CHANNEL}]
    return Held(found[-1].state, found[-1].basis, found[-1].valid_until) if found else None


def _address(row: Person, channel: str) -> str:
    return row.email if channel == "email" else row.phone


def _suppressed(channel: str, address: str) -> str | None:
    """The scope of the entry on the list of those not to contact, if there is one."""
    if not address:
        return None
    entries = Suppression.objects.filter(
        channel__in=[channel, ANY_CHANNEL], address_hash=address_hash(channel, address), lifted_at=None
    )
    scopes = set(entries.values_list("scope", flat=True))
    return Suppression.Scope.ALL if Suppression.Scope.ALL in scopes else next(iter(scopes), None)


def held_by(viewer: Viewer, person_id: int, at: datetime) -> list[ConsentNow]:
    """What a person has said on each channel and purpose, and what follows from it now."""
    row = seen_person(viewer, person_id)
    found: dict[tuple[str, str], ConsentState] = {}
    for each in _held(lineage(row.pk)):
        found[each.channel, each.purpose] = each
    return [
        ConsentNow(channel, purpose, each.state, each.happened_at, may_contact(row.pk, channel, purpose, at))
        for (channel, purpose), each in sorted(found.items())
    ]


def consents_of(viewer: Viewer, person_id: int) -> list[ConsentLine]:
    """The whole ledger of a person, newest first."""
    row = seen_person(viewer, person_id)
    rows = Consent.objects.filter(person_id__in=lineage(row.pk)).select_related("wording")
    return [line_of_ledger(each) for each in rows.order_by("-happened_at", "-id")]


def line_of_ledger(each: Consent) -> ConsentLine:
    """A line as it is shown and exported."""
    wording = each.wording_text or (each.wording.text if each.wording else "")
    return ConsentLine(
        each.pk, each.channel, each.purpose, each.state, each.basis, each.valid_until, each.source, wording,
        each.wording.version if each.wording else None, each.proof, each.happened_at, each.recorded_at,
    )  # fmt: skip


def consent_texts(viewer: Viewer) -> list[TextView]:
    """Every version of every wording, the newest of each purpose first."""
    check_may(viewer, "see_people")
    rows = ConsentText.objects.order_by("purpose", "language", "-version")
    names = TextView.__dataclass_fields__
    return [TextView(**{name: getattr(row, name) for name in names}) for row in rows]

"""Who is this? One person with everything around them: fields and where they come from, merges, notes, the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log import queries as log
from dangol.platform.log.models import Identifier, Source
from dangol.platform.people.merging import lineage
from dangol.platform.people.models import Account, Duplicate, Note, Person, PersonMerge, Seat, TraitChange
from dangol.platform.people.profiles import moment_of, value_of
from dangol.platform.people.queries.listing import PersonLine, line_of
from dangol.platform.people.seeing import accounts_visible_to, seen_person, visible_to
from dangol.platform.people.told import PERSON_FIELDS


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field or trait, and where its value comes from."""

    name: str
    value: Any
    source: str
    said_at: datetime | None
    position: int | None
    from_person: int | None
    """Who it was taken over from by a merge."""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as it is shown."""

    id: int
    text: str
    is_pinned: bool
    author: str
    written_at: datetime
    edited_at: datetime | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class MergeView:
    """A merge that this person is the outcome of, or was."""

    id: int
    loser_id: int
    loser: str
    winner_id: int
    reason: str
    made_by: str
    made_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class DuplicateView:
    """Somebody who may be the same person."""

    id: int
    other_id: int
    other: str
    reason: str
    evidence: str
    is_other_verified: bool


@dataclass(frozen=True, slots=True)
class SeatView:
    """An account of the person."""

    account_id: str
    name: str
    plan: str
    role: str
    since: datetime


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person as the 360 page shows them."""

    line: PersonLine
    fields: list[FieldView]
    claims: list[FieldView]
    """What unsigned browsers said: apart, and trusted by nothing."""
    identifiers: list[tuple[str, str]]
    ids: list[int]
    """Their number and those of everybody who was merged into them."""
    notes: list[NoteView]
    merges: list[MergeView]
    duplicates: list[DuplicateView]
    seats: list[SeatView]


def person(viewer: Viewer, person_id: int) -> PersonView:
    """Everything about one person that the viewer may see; a NotFoundError otherwise."""
    row = seen_person(viewer, person_id)
    ids = lineage(row.pk)
    sources = source_names()
    return PersonView(
        line=line_of(row),
        fields=[_field(row, name, value_of(row, name), name, sources) for name in _named(row)],
        claims=[
            _field(row, name, value, f"untrusted.{name}", sources) for name, value in row.untrusted.items()
        ],
        identifiers=identifiers_of(ids),
        ids=ids,
        notes=_notes(viewer, ids),
        merges=_merges(ids),
        duplicates=_duplicates(viewer, ids),
        seats=_seats(viewer, ids),
    )


def source_names() -> dict[int, str]:
    """What the sources are called, for the provenance of a field."""
    return dict(Source.objects.values_list("pk", "name"))


def identifiers_of(ids: Sequence[int]) -> list[tuple[str, str]]:
    """Every name (kind, value) by which these people are known to the log."""
    found = Identifier.objects.filter(person_id__in=ids).order_by("kind", "value")
    return list(found.values_list("kind", "value")[:500])


def _named(row: Person) -> list[str]:
    fields = [name for name in PERSON_FIELDS if value_of(row, name) not in (None, "")]
    return fields + sorted(row.traits)


def _field(row: Person, name: str, value: Any, key: str, sources: dict[int, str]) -> FieldView:
    told = row.provenance.get(key, {})
    source = told.get("by") or sources.get(told.get("source", 0), "")
    said_at = moment_of(told["at"]) if told.get("at") else None
    return FieldView(name, value, source, said_at, told.get("position"), told.get("from"))


def _notes(viewer: Viewer, ids: Sequence[int]) -> list[NoteView]:
    rows = Note.objects.filter(person_id__in=ids, removed_at=None).order_by("-is_pinned", "-written_at")
    return [
        NoteView(
            n.pk, n.text, n.is_pinned, n.author_name, n.written_at, n.edited_at,
            is_own=n.author_id is not None and n.author_id == viewer.user_id,
        )
        for n in rows
    ]  # fmt: skip


def _merges(ids: Sequence[int]) -> list[MergeView]:
    rows = list(PersonMerge.objects.filter(winner_id__in=ids).order_by("-id")[:100])
    names = {p.pk: p.title for p in Person.objects.filter(pk__in={row.loser_id for row in rows})}
    return [
        MergeView(
            m.pk, m.loser_id, names.get(m.loser_id, ""), m.winner_id, m.reason, m.made_by, m.made_at, m.undone_at
        )
        for m in rows
    ]  # fmt: skip


def _duplicates(viewer: Viewer, ids: Sequence[int]) -> list[DuplicateView]:
    """Only people whom the viewer sees: a question must not tell of others."""
    asked = Duplicate.objects.filter(decision=Duplicate.Decision.OPEN)
    rows = [*asked.filter(first_id__in=ids)[:20], *asked.filter(second_id__in=ids)[:20]]
    others = {row.pk: row.second_id if row.first_id in ids else row.first_id for row in rows}
    known = visible_to(viewer).in_bulk(set(others.values()))
    return [
        DuplicateView(
            row.pk, others[row.pk], line_of(known[others[row.pk]]).title or known[others[row.pk]].title, row.reason,
            row.evidence, known[others[row.pk]].is_verified,
        )
        for row in rows
        if others[row.pk] in known and others[row.pk] not in ids
    ]  # fmt: skip


def _seats(viewer: Viewer, ids: Sequence[int]) -> list[SeatView]:
    shown = accounts_visible_to(viewer).filter(seats__person_id__in=ids, seats__left_at=None)
    seats = Seat.objects.filter(person_id__in=ids, account__in=shown, left_at=None).select_related("account")
    return [_seat(each, each.account) for each in seats.order_by("since")[:50]]


def _seat(seat: Seat, account: Account) -> SeatView:
    return SeatView(account.account_id, account.name, account.plan, seat.role, seat.since)


def history_of(viewer: Viewer, person_id: int, limit: int = 100) -> list[dict[str, Any]]:
    """Which values took the place of which, newest first."""
    row = seen_person(viewer, person_id)
    sources = source_names()
    rows = TraitChange.objects.filter(person_id__in=lineage(row.pk)).order_by("-changed_at", "-id")[:limit]
    return [
        {
            "field": each.field, "old": each.old, "new": each.new, "changed_at": each.changed_at,
            "source": each.provenance.get("by") or sources.get(each.provenance.get("source", 0), ""),
        }
        for each in rows
    ]  # fmt: skip


def timeline_of(
    viewer: Viewer,
    person_id: int,
    *,
    limit: int = 50,
    before: Any = None,
    names: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """What happened with a person, newest first, both histories of a merge together."""
    row = seen_person(viewer, person_id)
    return log.timeline(lineage(row.pk), limit, before, names=names)

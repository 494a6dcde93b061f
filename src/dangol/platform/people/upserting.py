"""How do a batch's people get into the tables? Read once, changed in memory, written in a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

import msgspec
from django.db import connection

from dangol.platform.log.sets import as_set, cut, member_of
from dangol.platform.people import search
from dangol.platform.people.folding import document
from dangol.platform.people.models import Changed, Note, Person, TraitChange
from dangol.platform.people.profiles import Draft
from dangol.platform.people.writing import adapted, insert, upsert

AT_ONCE: Final = 2_000
WRITTEN: Final = (
    "id", "external_id", "name", "email", "phone", "account_id", "joined_on", "channel", "country", "plan",
    "referrer_id", "traits", "untrusted", "provenance", "unit_id", "is_known", "is_verified", "first_seen_at",
    "last_seen_at", "order_count", "amount", "last_order_at", "merged_into", "erased_at",
)  # fmt: skip
_NOT_OURS: Final = frozenset({"order_count", "amount", "last_order_at"})
"""Counted by a chore: a batch must not set them back."""
_HISTORY: Final = ("person_id", "field", "old", "new", "provenance", "changed_at")


def people_of(ids: Iterable[int]) -> dict[int, Person]:
    """The rows of these people, locked where the database can, in one order so that two batches never wait in a ring."""
    found: dict[int, Person] = {}
    for part in cut(sorted(set(ids)), AT_ONCE):
        for person in Person.objects.select_for_update().filter(pk__in=part).order_by("pk"):
            found[person.pk] = person
    return found


def root_of(person: Person) -> int:
    """Whom a person is part of now; chains are short, and end."""
    number, into = person.pk, person.merged_into
    for _ in range(20):
        if into is None:
            break
        number = into
        into = Person.objects.filter(pk=number).values_list("merged_into", flat=True).first()
    return int(number)


def save(drafts: Iterable[Draft]) -> None:
    """Write what changed: rows, history, search index, and who must be copied anew into the columnar file."""
    changed = [draft for draft in drafts if draft.is_new or draft.is_changed]
    if not changed:
        return
    for draft in changed:
        draft.settle()
    columns = [name for name in WRITTEN if name not in _NOT_OURS]
    upsert(Person, columns, [draft.row for draft in changed], key=("id",))
    insert(TraitChange, _HISTORY, [_told(each) for draft in changed for each in draft.history])
    announce(Changed.Reader.FILE, [draft.row.pk for draft in changed])
    index([draft.row for draft in changed if draft.is_search_changed])


def _told(change: TraitChange) -> list[Any]:
    old, new = (msgspec.json.encode(value).decode() for value in (change.old, change.new))
    return [change.person_id, change.field, old, new, change.provenance, change.changed_at]


def index(people: Sequence[Person]) -> None:
    """Write these people's pieces into the search index; who is not listed is taken out of it."""
    listed = [p for p in people if p.is_known and p.merged_into is None and p.erased_at is None]
    notes: dict[int, list[str]] = {}
    for part in cut([person.pk for person in listed], AT_ONCE):
        for number, text in Note.objects.filter(person_id__in=part, removed_at=None).values_list(
            "person_id", "text"
        ):
            notes.setdefault(number, []).append(text)
    search.write((p.pk, _pieces(p, notes.get(p.pk, ())), p.unit_id) for p in listed)
    shown = {person.pk for person in listed}
    search.forget(p.pk for p in people if p.pk not in shown and (p.merged_into or p.erased_at))


def _pieces(person: Person, notes: Iterable[str]) -> list[str]:
    claimed = person.untrusted
    names = [person.external_id, person.email, person.account_id, str(claimed.get("email", ""))]
    name = person.name or str(claimed.get("name", ""))
    phone = person.phone or str(claimed.get("phone", ""))
    return document(name, names, phone, person.traits, notes)


def announce(reader: Changed.Reader, ids: Iterable[int]) -> None:
    """Note that somebody changed, for a chore to look at."""
    name = str(reader)
    insert(Changed, ("reader", "person_id"), [(name, number) for number in ids])


Span = tuple[datetime, datetime | None]
"""When somebody was first heard of, and when they last did something."""


def later(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later of two moments; null is before all others."""
    return max(one, other) if one and other else one or other


def spans_of(ids: Iterable[int]) -> dict[int, tuple[Span, int | None]]:
    """When these people were first and last seen, and whom they are part of; less to read than whole rows."""
    found: dict[int, tuple[Span, int | None]] = {}
    for part in cut(sorted(ids), AT_ONCE):
        rows = Person.objects.filter(pk__in=part)
        for number, first, last, into in rows.values_list(
            "pk", "first_seen_at", "last_seen_at", "merged_into"
        ):
            found[number] = ((first, last), into)
    return found


def widen(spans: Mapping[int, Span]) -> None:
    """Write when people were first and last seen."""
    rows = [(adapted(first), adapted(last), number) for number, (first, last) in spans.items()]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "update people_person set first_seen_at = %s, last_seen_at = %s where id = %s", rows
        )


def by_external_id(values: Iterable[str]) -> dict[str, int]:
    """Whose ids these are, among verified people."""
    wanted = sorted({value for value in values if value})
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select external_id, id from people_person "
            f"where external_id <> '' and external_id {member_of('text')} and merged_into is null",
            [as_set(wanted)],
        )
        return dict(cursor.fetchall())


def newcomer(number: int, moment: datetime) -> Draft:
    """Somebody of whom nothing is known yet but that they were seen."""
    # Values in their places: by name, making a row would take longer than writing it.
    values: Any = [default() if callable(default) else default for default in _defaults()]
    person = Person(*values)
    person.pk, person.first_seen_at = number, moment
    return Draft(person, is_new=True, is_changed=True)


@cache
def _defaults() -> tuple[Any, ...]:
    """What a fresh row holds, in the order of its fields."""
    return tuple(
        dict if each.default is dict else each.get_default() for each in Person._meta.concrete_fields
    )

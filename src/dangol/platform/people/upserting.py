"""How do a batch's people get into the tables? Read once, changed in memory, written in a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from dangol.platform.log.sets import as_set, cut, member_of
from dangol.platform.people import search
from dangol.platform.people.folding import document
from dangol.platform.people.models import Changed, Note, Person, TraitChange
from dangol.platform.people.profiles import Draft

AT_ONCE: Final = 2_000
WRITTEN: Final = (
    "external_id", "name", "email", "phone", "account_id", "joined_on", "channel", "country", "plan", "referrer_id",
    "traits", "untrusted", "provenance", "unit", "is_known", "is_verified", "first_seen_at", "last_seen_at",
)  # fmt: skip


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
    Person.objects.bulk_create(
        [draft.row for draft in changed], update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN
    )
    TraitChange.objects.bulk_create([each for draft in changed for each in draft.history])
    announce(Changed.Reader.FILE, [draft.row.pk for draft in changed])
    index([draft.row for draft in changed if draft.is_search_changed])


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
    Changed.objects.bulk_create([Changed(reader=reader, person_id=number) for number in ids])


def seen(moments: Mapping[int, tuple[datetime, datetime]]) -> None:
    """Widen when people were first and last seen; nothing is written where nothing widens."""
    for part in cut(list(moments), AT_ONCE):
        known = Person.objects.filter(pk__in=part).values_list("pk", "first_seen_at", "last_seen_at")
        wider = [
            (min(first, moments[number][0]), max(last, moments[number][1]), number)
            for number, first, last in known
            if moments[number][0] < first or moments[number][1] > last
        ]
        if wider:
            _widen(wider)


def _widen(rows: list[tuple[datetime, datetime, int]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "update people_person set first_seen_at = given.first, last_seen_at = given.last "
                "from unnest(%s::timestamptz[], %s::timestamptz[], %s::bigint[]) as given(first, last, id) "
                "where people_person.id = given.id",
                [list(column) for column in zip(*rows, strict=True)],
            )
            return
        adapt = connection.ops.adapt_datetimefield_value
        cursor.executemany(
            "update people_person set first_seen_at = %s, last_seen_at = %s where id = %s",
            [(adapt(first), adapt(last), number) for first, last, number in rows],
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
    person = Person(pk=number, first_seen_at=moment, last_seen_at=moment)
    return Draft(person, is_new=True, is_changed=True)

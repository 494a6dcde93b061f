"""How do people who work here change what is known? Fields and traits by hand, notes."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.merging import lineage
from dangol.platform.people.models import Note, Person
from dangol.platform.people.profiles import Draft, Word, microseconds
from dangol.platform.people.seeing import seen_person
from dangol.platform.people.told import PERSON_FIELDS, cleaned
from dangol.platform.people.upserting import index, people_of, save

EDITED: Final = tuple(name for name in PERSON_FIELDS if name not in {"external_id", "referrer_id"})
LONGEST_NOTE: Final = 10_000
BY_HAND: Final = 0
"""Source of what somebody typed into the console."""


@transaction.atomic
def set_field(viewer: Viewer, person_id: int, field: str, value: Any) -> None:
    """Set one of our own fields (name, e-mail, telephone, plan, ...) by hand; later words of sources outlast it."""
    if field not in EDITED:
        raise UnknownNameError(Said("field", "항목"), field, EDITED)
    _hear(viewer, person_id, {field: cleaned(field, value)}, {})


@transaction.atomic
def set_trait(viewer: Viewer, person_id: int, name: str, value: Any) -> None:
    """Set a trait by hand; null takes it away."""
    name = name.strip()[:120]
    if not name or name in PERSON_FIELDS or name == "untrusted":
        raise RequestError(
            Said(f"A trait called {name!r} was to be set.", f"{name!r} 속성을 설정하려고 했습니다."),
            Said("That is no name for a trait.", "속성 이름으로 쓸 수 없습니다."),
            Said(
                "Use a name of your own, such as vip or favourite_store.",
                "직접 정한 이름을 쓰십시오. 예: vip, favourite_store.",
            ),
        )
    _hear(viewer, person_id, {}, {name: value})


def _hear(viewer: Viewer, person_id: int, fields: dict[str, Any], traits: dict[str, Any]) -> None:
    check_may(viewer, "edit_people")
    number = seen_person(viewer, person_id).pk
    draft = Draft(people_of([number])[number])
    word = Word(BY_HAND, microseconds(clock.now()), None, is_trusted=True, by=viewer.name)
    draft.hear(word, fields, traits)
    save([draft])
    audit.record(viewer, "people.changed", f"person {number}", fields=sorted([*fields, *traits]))


@transaction.atomic
def add_note(viewer: Viewer, person_id: int, text: str) -> int:
    """Write a note about a person; its number."""
    check_may(viewer, "edit_people")
    person = seen_person(viewer, person_id)
    note = Note.objects.create(
        person=person, text=_note_text(text), author_id=viewer.user_id, author_name=viewer.name[:120],
        written_at=clock.now(),
    )  # fmt: skip
    _noted(viewer, "people.noted", note)
    return note.pk


@transaction.atomic
def edit_note(viewer: Viewer, note_id: int, text: str) -> None:
    """Change a note's text."""
    note = _note(viewer, note_id)
    note.text, note.edited_at = _note_text(text), clock.now()
    note.save(update_fields=["text", "edited_at"])
    _noted(viewer, "people.note_edited", note)


@transaction.atomic
def pin_note(viewer: Viewer, note_id: int, *, is_pinned: bool) -> None:
    """Keep a note on top, or not any more."""
    note = _note(viewer, note_id)
    note.is_pinned = is_pinned
    note.save(update_fields=["is_pinned"])


@transaction.atomic
def remove_note(viewer: Viewer, note_id: int) -> int:
    """Take a note away; it can be brought back. Whose it is."""
    note = _note(viewer, note_id)
    note.removed_at = clock.now()
    note.save(update_fields=["removed_at"])
    _noted(viewer, "people.note_removed", note)
    return note.person_id


@transaction.atomic
def restore_note(viewer: Viewer, note_id: int) -> None:
    """Bring a removed note back."""
    note = _note(viewer, note_id)
    note.removed_at = None
    note.save(update_fields=["removed_at"])
    _noted(viewer, "people.note_restored", note)


def _note(viewer: Viewer, note_id: int) -> Note:
    check_may(viewer, "edit_people")
    note = Note.objects.filter(pk=note_id).first()
    if note is None:
        raise NotThereError(Said("note", "메모"), note_id)
    seen_person(viewer, note.person_id)
    return note


def _note_text(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text or len(text) > LONGEST_NOTE:
        raise RequestError(
            Said("A note was to be written.", "메모를 쓰려고 했습니다."),
            Said(f"It has {len(text)} letters.", f"{len(text)}자입니다."),
            Said(
                f"Write between 1 and {LONGEST_NOTE} letters.",
                f"1자에서 {LONGEST_NOTE}자까지 쓸 수 있습니다.",
            ),
        )
    return text


def _noted(viewer: Viewer, deed: str, note: Note) -> None:
    root = lineage(note.person_id)[0]
    index(list(Person.objects.filter(pk=root)))
    audit.record(viewer, deed, f"person {note.person_id}", note=note.pk)

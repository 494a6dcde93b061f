"""What does a person look like after one more message? Fields and traits, the newest word winning, its source kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from dangol.platform.people.models import Account, Person, TraitChange
from dangol.platform.people.told import ACCOUNT_FIELDS, PERSON_FIELDS

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SEARCHED: Final = frozenset({"external_id", "name", "email", "phone", "account_id"})
_CONTACTS: Final = ("external_id", "name", "email", "phone")


def microseconds(moment: datetime) -> int:
    """A moment as the whole number that provenance keeps and compares."""
    return round((moment - EPOCH).total_seconds() * 1_000_000)


@dataclass(frozen=True, slots=True)
class Word:
    """Who says something, when, in which row."""

    source: int
    at: int
    position: int | None
    is_trusted: bool
    by: str = ""

    def provenance(self) -> dict[str, Any]:
        """As it is kept beside the value."""
        told: dict[str, Any] = {"source": self.source, "at": self.at}
        if self.position is not None:
            told["position"] = self.position
        if self.by:
            told["by"] = self.by
        return told

    def is_newer(self, before: Mapping[str, Any] | None) -> bool:
        """Whether it outlasts what was said before: later, or at the same moment further on in the log."""
        if before is None:
            return True
        return (self.at, self.position or 0) >= (before["at"], before.get("position") or 0)


@dataclass(slots=True)
class Draft:
    """A person or an account being changed by a batch: what must be written in the end."""

    row: Any
    is_new: bool = False
    is_changed: bool = False
    is_search_changed: bool = False
    history: list[TraitChange] = field(default_factory=list)

    def hear(self, word: Word, fields: Mapping[str, Any], traits: Mapping[str, Any]) -> None:
        """Take in what somebody says; a browser's unsigned claims stay apart."""
        if not word.is_trusted:
            self._hear_claims(word, {**fields, **traits})
            return
        for name, value in fields.items():
            self._set(name, value, word)
        for name, value in traits.items():
            self._set_trait(name, value, word)

    def _set(self, name: str, value: Any, word: Word) -> None:
        before = self.row.provenance.get(name)
        if not word.is_newer(before):
            return
        old = value_of(self.row, name)
        self.row.provenance[name] = word.provenance()
        self.is_changed = True
        if old != value:
            self._remember(name, old, value, word, is_first=before is None)
            put(self.row, name, value)
            self.is_search_changed = self.is_search_changed or name in SEARCHED

    def _set_trait(self, name: str, value: Any, word: Word) -> None:
        before = self.row.provenance.get(name)
        if name in _OWN or not word.is_newer(before):
            return
        old = self.row.traits.get(name)
        self.row.provenance[name] = word.provenance()
        self.is_changed = True
        if old == value and type(old) is type(value):
            return
        self._remember(name, old, value, word, is_first=before is None)
        if value is None:
            self.row.traits.pop(name, None)
        else:
            self.row.traits[name] = value
        self.is_search_changed = True

    def _hear_claims(self, word: Word, claims: Mapping[str, Any]) -> None:
        for name, value in claims.items():
            key = f"untrusted.{name}"
            if value not in (None, "") and word.is_newer(self.row.provenance.get(key)):
                self.row.untrusted[name] = value
                self.row.provenance[key] = word.provenance()
                self.is_changed = self.is_search_changed = True

    def _remember(self, name: str, old: Any, new: Any, word: Word, *, is_first: bool) -> None:
        """The first value of a field replaces nothing, and is history by its provenance alone."""
        if is_first or not isinstance(self.row, Person):
            return
        changed = TraitChange(
            person_id=self.row.pk, field=name, old=old, new=new, provenance=word.provenance(),
            changed_at=moment_of(word.at),
        )  # fmt: skip
        self.history.append(changed)

    def settle(self) -> None:
        """What follows from the rest: whether somebody is more than a visitor's cookie."""
        person = self.row
        is_known = person.is_verified or any(getattr(person, name) for name in _CONTACTS)
        person.is_known = is_known or any(person.untrusted.get(n) for n in (*_CONTACTS, "user_id"))


_OWN: Final = frozenset(PERSON_FIELDS) | frozenset(ACCOUNT_FIELDS)
_DATES: Final = frozenset({"joined_on", "created_on"})


def moment_of(at: int) -> datetime:
    """The moment that provenance keeps as a whole number."""
    return datetime.fromtimestamp(at / 1_000_000, UTC)


def value_of(row: Person | Account, name: str) -> Any:
    """A field or a trait as JSON holds it."""
    if name not in _OWN or not hasattr(row, name):
        return row.traits.get(name)
    value = getattr(row, name)
    return value.isoformat() if name in _DATES and value is not None and not isinstance(value, str) else value


def put(row: Person | Account, name: str, value: Any) -> None:
    """Set a field or a trait; null takes a trait away."""
    if name in _OWN and hasattr(row, name):
        setattr(row, name, value)
    elif value is None:
        row.traits.pop(name, None)
    else:
        row.traits[name] = value


def told_of(row: Person | Account) -> Iterator[tuple[str, Any]]:
    """Every trusted field and trait that has a value."""
    names = PERSON_FIELDS if isinstance(row, Person) else ACCOUNT_FIELDS
    for name in names:
        value = value_of(row, name)
        if value not in (None, ""):
            yield name, value
    yield from row.traits.items()

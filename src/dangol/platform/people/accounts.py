"""What does a batch say about accounts, and who sits in them? The part of the reaction that hears group calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dangol.platform.kernel.access.models import Unit
from dangol.platform.log.rows import LogRow
from dangol.platform.people.models import Account, Changed, Seat
from dangol.platform.people.profiles import Draft, Word
from dangol.platform.people.told import account_said
from dangol.platform.people.upserting import announce

_WRITTEN = (
    "name", "plan", "industry", "owner", "created_on", "seats_count", "traits", "untrusted", "provenance",
    "unit", "first_seen_at", "last_seen_at",
)  # fmt: skip


@dataclass(slots=True)
class AccountBatch:
    """The group calls of a batch, heard when all of its accounts can be read at once."""

    unit_trait: str = ""
    heard: list[tuple[LogRow, Word, int]] = field(default_factory=list)

    def take(self, row: LogRow, word: Word, person: Draft) -> None:
        """A group call: this person belongs to that account, which looks like this."""
        if row.account_id:
            self.heard.append((row, word, person.row.pk))
            if word.is_trusted:
                person.hear(word, {"account_id": row.account_id}, {})

    def close(self) -> None:
        """Write the accounts and the seats."""
        if not self.heard:
            return
        ids = {row.account_id for row, _, _ in self.heard}
        drafts = {
            a.account_id: Draft(a) for a in Account.objects.select_for_update().filter(account_id__in=ids)
        }
        for row, word, _ in self.heard:
            draft = drafts.setdefault(str(row.account_id), _newcomer(str(row.account_id), row.occurred_at))
            fields, traits = account_said(row.traits)
            draft.hear(word, fields, traits)
            draft.row.first_seen_at = min(draft.row.first_seen_at, row.occurred_at)
            draft.row.last_seen_at = max(draft.row.last_seen_at, row.occurred_at)
        if self.unit_trait:
            units = unit_names()
            for draft in drafts.values():
                place(draft, self.unit_trait, units)
        Account.objects.bulk_create(
            [each.row for each in drafts.values()],
            update_conflicts=True, unique_fields=["account_id"], update_fields=_WRITTEN,
        )  # fmt: skip
        numbers = dict(Account.objects.filter(account_id__in=ids).values_list("account_id", "pk"))
        self._seat(numbers)
        announce(Changed.Reader.ACCOUNT, numbers.values())

    def _seat(self, numbers: dict[str, int]) -> None:
        seats: dict[tuple[int, int], Seat] = {}
        for row, word, person in self.heard:
            key = (numbers[str(row.account_id)], person)
            seat = seats.setdefault(key, Seat(account_id=key[0], person_id=person, since=row.occurred_at))
            seat.since = min(seat.since, row.occurred_at)
            seat.is_verified = seat.is_verified or word.is_trusted
            seat.role = str(row.traits.get("role") or seat.role)[:120]
        known = {(s.account_id, s.person_id): s for s in Seat.objects.filter(account__in=numbers.values(), person_id__in={k[1] for k in seats})}  # fmt: skip
        for key, seat in seats.items():
            if before := known.get(key):
                seat.since = min(seat.since, before.since)
                seat.is_verified = seat.is_verified or before.is_verified
                seat.role = seat.role or before.role
        Seat.objects.bulk_create(
            seats.values(), update_conflicts=True, unique_fields=["account", "person_id"],
            update_fields=["since", "is_verified", "role", "left_at"],
        )  # fmt: skip


def _newcomer(account_id: str, moment: datetime) -> Draft:
    return Draft(Account(account_id=account_id[:300], first_seen_at=moment, last_seen_at=moment), is_new=True)


def unit_names() -> dict[str, int]:
    """The units by their names and slugs, in lower case."""
    found: dict[str, int] = {}
    for number, name, slug in Unit.objects.values_list("pk", "name", "slug"):
        found[name.lower()] = found[slug.lower()] = number
    return found


def place(draft: Draft, trait: str, units: Mapping[str, int]) -> None:
    """The unit that a trait (or the field of that name) names; no unit where it names none."""
    value: Any = draft.row.traits.get(trait, getattr(draft.row, trait, None))
    unit = units.get(str(value).strip().lower()) if value not in (None, "") else None
    if draft.row.unit_id != unit:
        draft.row.unit_id = unit
        draft.is_changed = draft.is_search_changed = True

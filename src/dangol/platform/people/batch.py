"""Who is in a batch of the log, and what does it say about them? The work of the reaction that keeps profiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from dangol.platform.log.projections import PASSIVE
from dangol.platform.log.rows import LogRow
from dangol.platform.people.accounts import AccountBatch, place, unit_names
from dangol.platform.people.models import PeopleSettings
from dangol.platform.people.profiles import Draft, Word, microseconds
from dangol.platform.people.told import person_said
from dangol.platform.people.upserting import (
    Span,
    by_external_id,
    later,
    newcomer,
    people_of,
    root_of,
    save,
    spans_of,
    widen,
)

NAMED: Final = frozenset({"identify", "group", "alias"})


@dataclass(slots=True)
class Batch:
    """The people of a batch: who each number is part of, their drafts, when they were seen."""

    drafts: dict[int, Draft] = field(default_factory=dict)
    roots: dict[int, int] = field(default_factory=dict)
    spans: dict[int, Span] = field(default_factory=dict)
    """When those were seen who only did something, and whose rows were not read."""
    moments: dict[int, Span] = field(default_factory=dict)
    referred: dict[int, str] = field(default_factory=dict)
    accounts: AccountBatch = field(default_factory=AccountBatch)
    unit_trait: str = ""

    def open(self, rows: Sequence[LogRow]) -> None:
        """Read who occurs in the rows, and whom they are part of: whole where something is said about them."""
        named = {row.person_id for row in rows if row.type in NAMED}
        named |= {n for row in rows if (n := row.anonymous_person_id) is not None}
        named |= {row.person_id for row in rows if row.anonymous_person_id is not None}
        others = spans_of({row.person_id for row in rows} - named)
        self.spans = {number: span for number, (span, into) in others.items() if into is None}
        found = people_of(named | (others.keys() - self.spans.keys()))
        self.roots = {
            number: root_of(person) if person.merged_into else number for number, person in found.items()
        }
        found |= people_of(set(self.roots.values()) - found.keys())
        self.drafts = {number: Draft(person) for number, person in found.items()}
        for number in found:
            self.spans.pop(number, None)
        settings = PeopleSettings.objects.order_by("pk").first()
        self.unit_trait = self.accounts.unit_trait = settings.unit_trait if settings else ""

    def draft(self, number: int, moment: datetime) -> Draft:
        """The draft of whoever a number is part of; somebody new when nobody was known."""
        root = self.roots.setdefault(number, number)
        if root not in self.drafts:
            self.drafts[root] = newcomer(root, moment)
        return self.drafts[root]

    def take(self, row: LogRow) -> None:
        """One row: it was seen, and what it says."""
        if row.person_id in self.spans:
            self._see(row.person_id, row)
            return
        draft = self.draft(row.person_id, row.occurred_at)
        if draft.row.erased_at is not None:  # read before the erasure reached the log
            return
        self._see(draft.row.pk, row)
        if row.type not in NAMED and (draft.row.external_id or not row.user_id):
            return
        word = Word(row.source_id, microseconds(row.occurred_at), row.position, row.is_trusted)
        if row.type == "group":
            self.accounts.take(row, word, draft)
        elif row.type == "identify":
            self._identify(row, word, draft)
        self._name(row, word, draft)

    def _identify(self, row: LogRow, word: Word, draft: Draft) -> None:
        told = dict(row.traits)
        claims = told.pop("untrusted", None) if word.is_trusted else None
        fields, traits = person_said(told)
        referrer = fields.pop("referrer_id", None)
        draft.hear(word, fields, traits)
        if referrer and word.is_trusted:
            self.referred[draft.row.pk] = str(referrer)
        if isinstance(claims, Mapping):
            claimed, more = person_said(claims)
            unsigned = Word(word.source, word.at, word.position, is_trusted=False)
            draft.hear(unsigned, claimed, more)

    def _name(self, row: LogRow, word: Word, draft: Draft) -> None:
        """The id by which a source knows them; believed from trusted sources only."""
        if not row.user_id:
            return
        if word.is_trusted:
            if not draft.row.external_id:
                draft.hear(word, {"external_id": row.user_id}, {})
            if not draft.row.is_verified:
                draft.row.is_verified = draft.is_changed = True
        elif draft.row.untrusted.get("user_id") != row.user_id:
            draft.hear(word, {}, {"user_id": row.user_id})

    def _see(self, number: int, row: LogRow) -> None:
        """First heard of by any row; seen by what they did, or by a live word, not by an imported profile or by what was done to them."""
        first, last = self.moments.get(number, (row.occurred_at, None))
        is_sign = (row.is_live or row.type not in NAMED) and row.name not in PASSIVE
        self.moments[number] = (
            min(first, row.occurred_at),
            later(last, row.occurred_at if is_sign else None),
        )

    def close(self) -> None:
        """Write everything."""
        self._refer()
        self._place()
        wider: dict[int, Span] = {}
        for number, (first, last) in self.moments.items():
            draft = self.drafts.get(number)
            before = (
                self.spans[number] if draft is None else (draft.row.first_seen_at, draft.row.last_seen_at)
            )
            after = (min(before[0], first), later(before[1], last))
            if draft is not None:
                draft.row.first_seen_at, draft.row.last_seen_at = after
            if after != before and (draft is None or not (draft.is_new or draft.is_changed)):
                wider[number] = after
        save(self.drafts.values())
        widen(wider)
        self.accounts.close()

    def _refer(self) -> None:
        known = by_external_id(self.referred.values())
        for number, value in self.referred.items():
            found = known.get(value) or (int(value) if value.isascii() and value.isdigit() else None)
            self.drafts[number].row.referrer_id = found if found in known.values() else None

    def _place(self) -> None:
        """Give people the unit that their trait names."""
        if not self.unit_trait:
            return
        units = unit_names()
        for draft in self.drafts.values():
            place(draft, self.unit_trait, units)

"""How do two people become one, and two again? The winner's gaps are filled, both histories stay, all is undone exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from dangol.platform.kernel import clock
from dangol.platform.log import actions as log
from dangol.platform.people.models import Changed, Person, PersonMerge
from dangol.platform.people.profiles import Draft, put, told_of, value_of
from dangol.platform.people.resolution import Pair
from dangol.platform.people.upserting import announce, index, later, people_of, save

MACHINE: Final = "dangol"


def join(pairs: Sequence[Pair], made_by: str) -> list[PersonMerge]:
    """Merge pairs of roots, in the transaction of the caller."""
    people = people_of(number for pair in pairs for number in (pair.loser, pair.winner))
    merges = [_join(people[p.loser], people[p.winner], p.reason, made_by) for p in pairs if _both(p, people)]
    PersonMerge.objects.bulk_create(merges)
    _write(people.values())
    return merges


def _both(pair: Pair, people: dict[int, Person]) -> bool:
    return pair.loser in people and pair.winner in people


def _join(loser: Person, winner: Person, reason: str, made_by: str) -> PersonMerge:
    before = dict(_filled(winner, loser))
    loser.merged_into = winner.pk
    winner.first_seen_at = min(winner.first_seen_at, loser.first_seen_at)
    winner.last_seen_at = later(winner.last_seen_at, loser.last_seen_at)
    number = log.merge_people(loser.pk, winner.pk, reason, made_by)
    return PersonMerge(
        log_merge_id=number, loser_id=loser.pk, winner_id=winner.pk, reason=reason, made_by=made_by,
        made_at=clock.now(), before=before,
    )  # fmt: skip


def _filled(winner: Person, loser: Person) -> Iterable[tuple[str, list[Any]]]:
    """Fill the winner's empty fields from the loser; what stood there before, for the way back."""
    for name, value in list(told_of(loser)):
        if value_of(winner, name) in (None, ""):
            yield name, [value_of(winner, name), winner.provenance.get(name)]
            put(winner, name, value)
            winner.provenance[name] = {**loser.provenance.get(name, {"source": 0, "at": 0}), "from": loser.pk}
    for name, value in loser.untrusted.items():
        if name not in winner.untrusted:
            key = f"untrusted.{name}"
            yield key, [None, None]
            winner.untrusted[name] = value
            winner.provenance[key] = {**loser.provenance.get(key, {"source": 0, "at": 0}), "from": loser.pk}


def part(merge: PersonMerge, made_by: str) -> None:
    """Undo a merge, in the transaction of the caller: fields that came from the loser and still do go back."""
    people = people_of((merge.loser_id, merge.winner_id))
    loser, winner = people[merge.loser_id], people[merge.winner_id]
    for name, (value, provenance) in merge.before.items():
        if winner.provenance.get(name, {}).get("from") == loser.pk:
            _put_back(winner, name, value, provenance)
    loser.merged_into = None
    if merge.log_merge_id is not None:
        log.undo_merge(merge.log_merge_id, made_by)
    _write(people.values())


def _put_back(winner: Person, name: str, value: Any, provenance: dict[str, Any] | None) -> None:
    claim = name.removeprefix("untrusted.")
    if claim != name:
        winner.untrusted.pop(claim, None)
    else:
        put(winner, name, value)
    if provenance is None:
        winner.provenance.pop(name, None)
    else:
        winner.provenance[name] = provenance


def _write(people: Iterable[Person]) -> None:
    people = list(people)
    drafts = [Draft(person, is_changed=True) for person in people]
    save(drafts)
    announce(Changed.Reader.FIGURES, [person.pk for person in people])
    index(people)


def lineage(person_id: int) -> list[int]:
    """A person and everybody who was merged into them, directly or through others."""
    found, level = [person_id], [person_id]
    while level:
        level = list(
            Person.objects.filter(merged_into__in=level).exclude(pk__in=found).values_list("pk", flat=True)
        )
        found += level
    return found

"""Who turns out to be one person? Pairs of a batch in set form; the verified and the unverified stay two.

A visitor's cookie becomes the person who signs in with it. Anything less sure is a question for a human.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection

from dangol.platform.kernel import clock
from dangol.platform.log.rows import LogRow
from dangol.platform.log.sets import as_set, member_of
from dangol.platform.people.models import Duplicate, Person

ANONYMOUS: Final = "anonymous"
ALIAS: Final = "alias"


@dataclass(frozen=True, slots=True)
class Pair:
    """One number whose history belongs to another."""

    loser: int
    winner: int
    reason: str


def pairs_of(rows: Iterable[LogRow]) -> list[Pair]:
    """Which anonymous history came along with which name, each once, in the order of the log.

    An unsigned browser's word links only what is itself unsigned: it names another person_id than the verified one.
    """
    found: dict[tuple[int, int], Pair] = {}
    for row in rows:
        other = row.anonymous_person_id
        if other is not None and other != row.person_id:
            reason = ALIAS if row.type == "alias" else ANONYMOUS
            found.setdefault((other, row.person_id), Pair(other, row.person_id, reason))
    return list(found.values())


def resolved(
    pairs: Sequence[Pair], roots: Mapping[int, int], verified: Mapping[int, bool]
) -> tuple[list[Pair], list[Pair]]:
    """The pairs as merges of roots, and those that a human must decide, by union and find over the batch.

    `roots` says whom each number is part of already, `verified` whether a root was named by a trusted source.
    A root that is verified is never taken into another: two verified people are two (a shared device).
    A history that belongs to somebody is not moved to somebody else. An unverified root that others were named in
    (it is not a bare cookie any more) and a verified one are a question.
    """
    into = dict(roots)
    stands_for = {number for number, root in roots.items() if number != root}
    merges: list[Pair] = []
    questions: list[Pair] = []
    for pair in pairs:
        loser, winner = _root(into, pair.loser), _root(into, pair.winner)
        if loser == winner:
            continue
        is_taken = pair.loser in stands_for or loser != pair.loser
        if verified.get(loser) or is_taken:
            if not verified.get(loser) and verified.get(winner):
                questions.append(Pair(loser, winner, pair.reason))
            continue
        merges.append(Pair(loser, winner, pair.reason))
        into[loser] = winner
    return merges, questions


def _root(into: Mapping[int, int], number: int) -> int:
    seen = {number}
    while (following := into.get(number, number)) != number and following not in seen:
        seen.add(following)
        number = following
    return number


def ask(pairs: Iterable[tuple[int, int, str, str]]) -> None:
    """Put pairs (first, second, reason, evidence) before a human; a pair that was asked about is not asked again."""
    now = clock.now()
    rows = [
        Duplicate(
            first_id=min(a, b), second_id=max(a, b), reason=reason, evidence=evidence[:320], found_at=now
        )
        for a, b, reason, evidence in pairs
        if a != b
    ]
    Duplicate.objects.bulk_create(rows, ignore_conflicts=True)


def same_addresses(people: Sequence[Person]) -> list[tuple[int, int, str, str]]:
    """Other listed people with the e-mail or telephone of these, or whose id an unsigned browser claimed to be."""
    return [
        *_same("email", "email", [(p.pk, p.email or str(p.untrusted.get("email") or "").lower()) for p in people]),
        *_same("phone", "phone", [(p.pk, p.phone) for p in people]),
        *_same("external_id", "claimed_id", [(p.pk, str(p.untrusted.get("user_id") or "")) for p in people]),
    ]  # fmt: skip


def _same(column: str, reason: str, values: Sequence[tuple[int, str]]) -> list[tuple[int, int, str, str]]:
    wanted: dict[str, list[int]] = {}
    for number, value in values:
        if value:
            wanted.setdefault(value, []).append(number)
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {column}, id from people_person where {column} <> '' and {column} {member_of('text')} "
            "and merged_into is null and erased_at is null",
            [as_set(sorted(wanted))],
        )
        others: dict[str, list[int]] = {}
        for value, number in cursor.fetchall():
            others.setdefault(value, []).append(number)
    return [
        (mine, other, reason, value)
        for value, numbers in wanted.items()
        for mine in numbers
        for other in others.get(value, [])[:5]
        if other != mine
    ]

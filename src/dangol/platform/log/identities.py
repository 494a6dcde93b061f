"""Who is meant? A name (kind, value) stands for a whole number; a name that is new gets a number of its own.

Numbers never change once given. That two of them are one person is said by a merge, which readers apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.db import connection, transaction
from django.db.models import Max

from dangol.platform.kernel import cursors
from dangol.platform.kernel.models import Cursor
from dangol.platform.log.models import Identifier
from dangol.platform.log.sets import as_rows, as_set, cut, member_of, rows_of

Name = tuple[str, str]
"""Kind and value, such as ("user_id", "u-17")."""
MOST_KEPT: Final = 300_000
LINKS: Final = "log.links"
"""A cursor that counts how often a known name was given to somebody else, or taken away: what is kept in memory is
then old."""
_AT_ONCE: Final = 20_000
_COLUMNS: Final = (("kind", "varchar"), ("value", "varchar"), ("person_id", "bigint"))


class Directory:
    """The names of one process, remembered up to a limit; the database decides."""

    def __init__(self) -> None:
        self._numbers: dict[Name, int] = {}
        self._stamp = -1
        self._last = 0

    def known(self, names: Iterable[Name]) -> dict[Name, int]:
        """The numbers of those names that have one."""
        self._refresh()
        names = list(names)
        found = {name: self._numbers[name] for name in names if name in self._numbers}
        self._keep(missing := _stored([name for name in names if name not in found]))
        return found | missing

    def numbered(self, names: Iterable[Name], same_as: Mapping[Name, Name] | None = None) -> dict[Name, int]:
        """The number of every name; new ones are given, those in `same_as` the number of the other name."""
        names = list(dict.fromkeys(names))
        found = self.known(names)
        new = [name for name in names if name not in found]
        if not new:
            return found
        same_as = same_as or {}
        found |= _given([(name, None) for name in new if name not in same_as])
        found |= _given([(name, found[same_as[name]]) for name in new if name in same_as])
        self._keep({name: found[name] for name in new})
        self._last = max(self._last, *(found[name] for name in new))
        return found

    def forget(self) -> None:
        """Trust the database only."""
        self._numbers.clear()

    def _refresh(self) -> None:
        """Forget everything when a name was given to somebody else, or names are gone (a backup was restored)."""
        stamp = cursors.position(LINKS)
        last = Identifier.objects.aggregate(last=Max("id"))["last"] or 0
        if stamp != self._stamp or last < self._last:
            self._numbers.clear()
        self._stamp, self._last = stamp, last

    def _keep(self, numbers: Mapping[Name, int]) -> None:
        if len(self._numbers) + len(numbers) > MOST_KEPT:
            self._numbers.clear()
        self._numbers.update(list(numbers.items())[:MOST_KEPT])


DIRECTORY: Final = Directory()


def links_changed() -> None:
    """Say to every process that a known name stands for somebody else now; part of a transaction."""
    Cursor.objects.get_or_create(name=LINKS)
    with connection.cursor() as cursor:
        cursor.execute("update kernel_cursor set position = position + 1 where name = %s", [LINKS])


def links_stamp() -> int:
    """How often that happened: what is resolved after this may be written while `links_held` says so."""
    return cursors.position(LINKS)


def links_held(stamp: int) -> bool:
    """Whether every name still stands for whom it stood for; until our transaction ends nobody changes that.

    The first thing in a transaction, so that it and an erasure never wait for one another.
    """
    return cursors.move(LINKS, start=stamp, end=stamp)


def are_named(person_ids: Iterable[int]) -> bool:
    """Whether each of these numbers still stands for a name."""
    wanted = sorted(set(person_ids))
    sql = f"select count(distinct person_id) from log_identifier where person_id {member_of('bigint')}"
    found = 0
    with connection.cursor() as cursor:
        for part in cut(wanted, _AT_ONCE):
            cursor.execute(sql, [as_set(part)])
            found += cursor.fetchone()[0]
    return found == len(wanted)


def _stored(names: list[Name]) -> dict[Name, int]:
    found: dict[Name, int] = {}
    by_kind: dict[str, list[str]] = {}
    for kind, value in names:
        by_kind.setdefault(kind, []).append(value)
    sql = f"select value, person_id from log_identifier where kind = %s and value {member_of('varchar')}"
    with connection.cursor() as cursor:
        for kind, values in by_kind.items():
            for part in cut(values, _AT_ONCE):
                cursor.execute(sql, [kind, as_set(part)])
                found.update({(kind, value): number for value, number in cursor.fetchall()})
    return found


def _given(wanted: list[tuple[Name, int | None]]) -> dict[Name, int]:
    """Insert names, with a number or with their own; what another process inserted meanwhile holds."""
    if not wanted:
        return {}
    sql = (
        f"insert into log_identifier (kind, value, person_id) select kind, value, person_id from {rows_of(_COLUMNS)} "
        "where true on conflict do nothing"
    )
    rows = sorted(((kind, value, number) for (kind, value), number in wanted), key=lambda row: row[:2])
    with transaction.atomic(), connection.cursor() as cursor:
        for part in cut(rows, _AT_ONCE):
            cursor.execute(sql, as_rows(part))
        cursor.execute("update log_identifier set person_id = id where person_id is null")
    return _stored([name for name, _ in wanted])

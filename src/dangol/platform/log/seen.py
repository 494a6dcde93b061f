"""Did this message come before? Remembered as (hour of its own time, 64 bits of its source and id), a few bytes each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import connection

from dangol.platform.log.sets import as_rows, cut, rows_of

Key = tuple[int, int]
"""Hour since 1970 of the message's own time, and a hash of its source and id: both are the same when it is sent again."""
_COLUMNS: Final = (("hour", "bigint"), ("hash", "bigint"))
_AT_ONCE: Final = 50_000

SQLITE: Final = "create table log_seen (hour integer not null, hash integer not null, primary key (hour, hash)) without rowid"
POSTGRESQL: Final = (
    "create table log_seen (hour bigint not null, hash bigint not null, primary key (hour, hash))"
)
DROP: Final = "drop table log_seen"


def seen(keys: Sequence[Key]) -> set[Key]:
    """Which of these came before."""
    sql = f"select s.hour, s.hash from {rows_of(_COLUMNS)} join log_seen s on s.hour = given.hour and s.hash = given.hash"
    found: set[Key] = set()
    with connection.cursor() as cursor:
        for part in cut(keys, _AT_ONCE):
            cursor.execute(sql, as_rows(part))
            found.update(cursor.fetchall())
    return found


def remember(keys: Sequence[Key]) -> int:
    """Remember them; how many were new."""
    sql = f"insert into log_seen (hour, hash) select hour, hash from {rows_of(_COLUMNS)} where true on conflict do nothing"
    new = 0
    with connection.cursor() as cursor:
        for part in cut(sorted(keys), _AT_ONCE):
            cursor.execute(sql, as_rows(part))
            new += cursor.rowcount
    return new

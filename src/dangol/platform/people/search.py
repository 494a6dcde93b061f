"""Who is meant by a few typed letters? The index of pieces, written with the people and asked by the list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.db import connection

from dangol.platform.people.folding import phrases

MOST_FOUND: Final = 300
"""More candidates than this are not ranked: the reader types one more letter."""

_PAGES_A_STEP: Final = 500


def write(documents: Iterable[tuple[int, Sequence[str], int | None]]) -> None:
    """Index people anew: (person_id, pieces, unit). Nothing of what was there before remains."""
    rows = list(documents)
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "insert into people_search (person_id, document) "
                "select id, text::tsvector from unnest(%s::bigint[], %s::text[]) as given(id, text) "
                "on conflict (person_id) do update set document = excluded.document",
                [[row[0] for row in rows], [_vector(pieces, unit) for _, pieces, unit in rows]],
            )
            return
        cursor.executemany(
            "insert or replace into people_search (rowid, body, unit) values (%s, %s, %s)",
            [(number, " ".join(pieces), f"u{unit}" if unit else "") for number, pieces, unit in rows],
        )


def _vector(pieces: Sequence[str], unit: int | None) -> str:
    """The pieces with their places, as PostgreSQL writes them; pieces are letters and digits only."""
    places: dict[str, list[str]] = {}
    for place, piece in enumerate(pieces, start=1):
        places.setdefault(piece, []).append(str(place))
    # 256 places a piece are the most that a tsvector keeps
    text = " ".join(f"'{piece}':{','.join(found[:250])}" for piece, found in places.items())
    return f"{text} '@u{unit}'" if unit else text


def forget(person_ids: Iterable[int]) -> int:
    """Take people out of the index; how many were in it."""
    key = "person_id" if connection.vendor == "postgresql" else "rowid"
    removed = 0
    with connection.cursor() as cursor:
        for number in person_ids:
            cursor.execute(f"delete from people_search where {key} = %s", [number])
            removed += max(cursor.rowcount, 0)
    return removed


def compact() -> None:
    """Merge the index until what was taken out stands in no file of it: SQLite only marks deletions at first.

    In steps, each its own transaction, so that writers wait for none of them; PostgreSQL clears up by itself.
    """
    if connection.vendor != "sqlite":
        return
    pages = -_PAGES_A_STEP  # negative: all parts become one; then on with the same work
    with connection.cursor() as cursor:
        while True:
            before = connection.connection.total_changes
            cursor.execute("insert into people_search (people_search, rank) values ('merge', %s)", [pages])
            if connection.connection.total_changes - before < 2:
                return
            pages = _PAGES_A_STEP


def found(query: str, units: frozenset[int] | None = None, most: int = MOST_FOUND) -> list[int]:
    """The people in whose pieces every phrase of the query occurs; at most `most`, newest numbers first."""
    wanted = phrases(query)
    if not wanted or units == frozenset():
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The inner query has no order, so that the planner cannot walk the whole table by its key.
            cursor.execute(
                "select person_id from (select person_id from people_search "
                "where document @@ %s::tsquery limit %s) as matches order by person_id desc",
                [_postgresql_query(wanted, units), most],
            )
        else:
            cursor.execute(
                "select rowid from people_search where people_search match %s order by rowid desc limit %s",
                [_sqlite_query(wanted, units), most],
            )
        return [int(row[0]) for row in cursor.fetchall()]


def _sqlite_query(wanted: Sequence[tuple[list[str], bool]], units: frozenset[int] | None) -> str:
    terms = [f'"{" ".join(tokens)}"{" *" if is_open else ""}' for tokens, is_open in wanted]
    text = f"{{body}} : ({' AND '.join(terms)})"
    if units is not None:
        text += f" AND {{unit}} : ({' OR '.join(f'u{unit}' for unit in sorted(units))})"
    return text


def _postgresql_query(wanted: Sequence[tuple[list[str], bool]], units: frozenset[int] | None) -> str:
    terms = []
    for tokens, is_open in wanted:
        quoted = [f"'{token}'" for token in tokens]
        if is_open:
            quoted[-1] += ":*"
        terms.append(f"({' <-> '.join(quoted)})")
    if units is not None:
        terms.append("(" + " | ".join(f"'@u{unit}'" for unit in sorted(units)) + ")")
    return " & ".join(terms)

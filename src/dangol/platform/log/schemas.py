"""Which events come, from where, how often, and with which properties? Noted from each segment as it is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from django.db import transaction

from dangol.core.engine.duck import DuckDB
from dangol.platform.kernel import cursors
from dangol.platform.log import segments
from dangol.platform.log.duck import tables
from dangol.platform.log.models import EventSchema, Segment

CURSOR: Final = "log.schemas"
SEGMENTS: Final = 20
SAMPLE: Final = 20_000
"""Rows whose properties are looked at in one round; all rows are counted."""
MOST_PROPERTIES: Final = 200
_KINDS: Final = {
    "VARCHAR": "text", "BIGINT": "number", "UBIGINT": "number", "DOUBLE": "number", "HUGEINT": "number",
    "BOOLEAN": "truth", "ARRAY": "list", "OBJECT": "object",
}  # fmt: skip
Key = tuple[int, str, str]


def note_once() -> bool:
    """Note what the next segments hold; whether there may be more."""
    start = cursors.position(CURSOR)
    found = list(Segment.objects.filter(last_position__gt=start).order_by("first_position")[:SEGMENTS])
    if not found:
        return False
    with tables("schema_rows") as engine:
        columns = (
            "position",
            "source_id",
            "type",
            "name",
            "occurred_at",
            "received_at",
            "properties",
            "traits",
        )
        rows = f"select * from ({segments.rows_sql(found, columns)}) where position > {start} and type <> ''"
        engine.execute(f"create or replace temp table schema_rows as {rows}")
        counts = _counts(engine)
        properties = _properties(engine)
    with transaction.atomic():
        if cursors.move(CURSOR, start=start, end=found[-1].last_position):
            _write(counts, properties)
    return True


def _counts(engine: DuckDB) -> dict[Key, Sequence[Any]]:
    rows = engine.execute(
        "select source_id, type, name, count(*), min(occurred_at), max(occurred_at), max(received_at) "
        "from schema_rows group by all"
    ).fetchall()
    return {row[:3]: (row[3], *map(_aware, row[4:])) for row in rows}


def _properties(engine: DuckDB) -> dict[Key, dict[str, list[str]]]:
    rows = engine.execute(
        "with sampled as (select source_id, type, name, case when type in ('identify', 'group') then traits "
        f"else properties end as told from schema_rows using sample {SAMPLE} rows (reservoir, 1)), "
        "keyed as (select *, unnest(json_keys(told)) as field from sampled) "
        "select distinct source_id, type, name, field, json_type(told, '$.\"' || field || '\"') as kind from keyed "
        "where strpos(field, '\"') = 0"
    ).fetchall()
    found: dict[Key, dict[str, list[str]]] = {}
    for source_id, type_, name, field, kind in rows:
        if kind in _KINDS:
            found.setdefault((source_id, type_, name), {}).setdefault(field, []).append(_KINDS[kind])
    return found


def _write(counts: dict[Key, Sequence[Any]], properties: dict[Key, dict[str, list[str]]]) -> None:
    names = {key[2] for key in counts}
    known = {(row.source_id, row.type, row.name): row for row in EventSchema.objects.filter(name__in=names)}
    for key, (count, first, last, received) in counts.items():
        row = known.get(key) or EventSchema(
            source_id=key[0], type=key[1], name=key[2], first_at=first, last_at=last, received_at=received
        )
        row.count += count
        row.first_at, row.last_at = min(row.first_at, first), max(row.last_at, last)
        row.received_at = max(row.received_at, received)
        row.properties = _both(row.properties, properties.get(key, {}))
        row.save()


def _both(old: dict[str, list[str]], new: dict[str, list[str]]) -> dict[str, list[str]]:
    names = list(dict.fromkeys([*old, *sorted(new)]))[:MOST_PROPERTIES]
    return {name: sorted({*old.get(name, []), *new.get(name, [])}) for name in names}


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)

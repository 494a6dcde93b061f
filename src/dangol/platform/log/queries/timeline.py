"""What happened with these people, newest first? From the lake and from what is not sealed yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from dangol.platform.kernel.queries import business
from dangol.platform.log import lake, segments
from dangol.platform.log.duck import listed, working_engine
from dangol.platform.log.projections import BEHAVIOUR, events_sql

Place = tuple[datetime, int]
"""Where a page of a timeline ended: the moment and the position of its last row."""
_COLUMNS: Final = (
    "position", "person_id", "name", "occurred_at", "account_id", "object_id", "amount", "properties", "context",
    "source_id",
)  # fmt: skip


def timeline(
    person_ids: Iterable[int],
    limit: int = 50,
    before: Place | None = None,
    *,
    names: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """Rows with position, person_id, name, occurred_at, account_id, object_id, amount, properties, context, source_id.

    `before` is the place of the last row of the page before: (its occurred_at, its position).
    """
    people = sorted({int(each) for each in person_ids})
    if not people:
        return []
    numbers = ", ".join(map(str, people))
    wanted = [f"person_id in ({numbers})"]
    wanted += [f"name in ({listed(sorted(names))})"] if names is not None else []
    if before is not None:
        moment = before[0].astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
        wanted.append(f"(occurred_at, position) < (timestamp '{moment}', {int(before[1])}::bigint)")
    sealed = lake.snapshot("events")
    behind = [s for s in segments.segments_after(sealed.position) if segments.may_hold(s, BEHAVIOUR, names)]
    columns = ", ".join(_COLUMNS)
    rows = f"select * from ({segments.rows_sql(behind)}) where person_id in ({numbers})"
    parts = [sealed.sql(columns), f"select {columns} from ({events_sql(f'({rows})', business().time_zone)})"]
    every = " union all ".join(
        f"select * from ({part}) where {' and '.join(wanted)}" for part in parts if part
    )
    sql = f"select * from ({every}) order by occurred_at desc, position desc limit {int(limit)}"
    return [_told(row) for row in working_engine().execute(sql).fetchall()]


def _told(values: Sequence[Any]) -> dict[str, Any]:
    row = dict(zip(_COLUMNS, values, strict=True))
    row["occurred_at"] = row["occurred_at"].replace(tzinfo=UTC)
    for name in ("properties", "context"):
        row[name] = msgspec.json.decode(row[name] or "{}")
    return row

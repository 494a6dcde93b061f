"""How are rows of the log read in their order, as `LogRow`?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from dangol.platform.log import segments
from dangol.platform.log.duck import listed, working_engine
from dangol.platform.log.merges import Merged, merged
from dangol.platform.log.models import Segment
from dangol.platform.log.rows import LogRow

_COLUMNS: Final = tuple(name for name in segments.ROW if name != "is_import")
_decoded: Final = msgspec.json.Decoder(dict[str, Any]).decode


def rows_after(
    position: int,
    found: Sequence[Segment],
    limit: int,
    *,
    types: Sequence[str] | None = None,
    names: Sequence[str] | None = None,
    is_live_only: bool = False,
) -> list[LogRow]:
    """The next rows of these kinds in the segments, in their order; people as they are merged now. Erased rows are passed over."""
    if not found:
        return []
    wanted = [f"position > {position}", "type <> ''"]
    wanted += [f"type in ({listed(sorted(types))})"] if types is not None else []
    wanted += [f"name in ({listed(sorted(names))})"] if names is not None else []
    wanted += ["is_live"] if is_live_only else []
    sql = (
        f"select {', '.join(_COLUMNS)} from ({segments.rows_sql(found, _COLUMNS)}) "
        f"where {' and '.join(wanted)} order by position limit {limit}"
    )
    people = merged()
    return [log_row(row, people) for row in working_engine().execute(sql).fetchall()]


def log_row(values: Sequence[Any], people: Merged) -> LogRow:
    """A row as read from a segment."""
    row = dict(zip(_COLUMNS, values, strict=True))
    row["occurred_at"], row["received_at"] = _aware(row["occurred_at"]), _aware(row["received_at"])
    for name in ("properties", "traits", "context"):
        row[name] = _decoded(row[name])
    row["person_id"] = people.winner(row["person_id"])
    other = row["anonymous_person_id"]
    if other is not None:
        other = people.winner(other)
        row["anonymous_person_id"] = None if other == row["person_id"] else other
    return LogRow(**row)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)

"""What has just happened? The newest rows of the log, as they came, for who brings data."""

from __future__ import annotations

from datetime import UTC
from typing import Any, Final

import msgspec

from dangol.platform.kernel.access.refusals import check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log import segments
from dangol.platform.log.duck import listed, working_engine
from dangol.platform.log.models import Segment

SEARCHED_SEGMENTS: Final = 400
SEARCHED_ROWS: Final = 200_000
"""How far back is looked; older rows are in the lake, and on the pages of their people."""
_COLUMNS: Final = (
    "position", "type", "name", "source_id", "is_trusted", "is_live", "person_id", "user_id", "anonymous_id",
    "account_id", "occurred_at", "received_at", "properties", "traits",
)  # fmt: skip


def recent(viewer: Viewer, limit: int = 50, *, search: str = "", after: int = 0) -> list[dict[str, Any]]:
    """The newest rows first, behind a position; `search` looks into names, ids and properties."""
    check_may(viewer, "bring_data")
    newest = _newest(after) if viewer.units is None else []
    if not newest:
        return []
    wanted = [f"position > {int(after)}"]
    if search.strip():
        text = listed([search.strip().lower()])
        wanted.append(
            "contains(lower(concat_ws(' ', type, name, user_id, anonymous_id, account_id, properties, traits)), "
            f"{text})"
        )
    rows = segments.rows_sql(newest, _COLUMNS)
    sql = f"select * from ({rows}) where {' and '.join(wanted)} order by position desc limit {int(limit)}"
    return [_told(row) for row in working_engine().execute(sql).fetchall()]


def _newest(after: int) -> list[Segment]:
    found = Segment.objects.filter(last_position__gt=after).order_by("-last_position")
    newest: list[Segment] = []
    rows = 0
    for each in found[:SEARCHED_SEGMENTS]:
        if rows > SEARCHED_ROWS:
            break
        newest.append(each)
        rows += each.row_count
    return newest


def _told(values: tuple[Any, ...]) -> dict[str, Any]:
    row = dict(zip(_COLUMNS, values, strict=True))
    for name in ("occurred_at", "received_at"):
        row[name] = row[name].replace(tzinfo=UTC)
    for name in ("properties", "traits"):
        row[name] = msgspec.json.decode(row[name] or "{}")
    return row

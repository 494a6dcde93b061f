"""Where do the newest rows lie, and how is a file of them made so that a crash leaves nothing half-done?

A segment is a Parquet file that no reader sees before its row in `log_segment` is committed. The place of a row in
the file is its place in the log: position = first_position + its number in the file, from 0. So the file can be
written before it is known which positions it will get.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from dangol.core.engine.duck import DuckDB, quoted
from dangol.platform.kernel import clock
from dangol.platform.kernel.environment import environment
from dangol.platform.log.duck import listed
from dangol.platform.log.models import Segment
from dangol.platform.log.space import check_space

FOLDER: Final = "segments"
ROW: Final = {
    "position": "bigint",
    "type": "varchar",
    "source_id": "bigint",
    "is_trusted": "boolean",
    "is_live": "boolean",
    "is_import": "boolean",
    "person_id": "bigint",
    "account_id": "varchar",
    "name": "varchar",
    "occurred_at": "timestamp",
    "received_at": "timestamp",
    "user_id": "varchar",
    "anonymous_id": "varchar",
    "anonymous_person_id": "bigint",
    "object_id": "varchar",
    "amount": "decimal(18,4)",
    "currency": "varchar",
    "properties": "varchar",
    "traits": "varchar",
    "context": "varchar",
}
"""The rows of a segment, as in `LogRow`; `position` is not in the file. `is_import`: history that a file brought."""
MOST_NAMES: Final = 300


def folder() -> Path:
    """The folder of the segments, made when missing."""
    path = environment().lake_folder / FOLDER
    path.mkdir(parents=True, exist_ok=True)
    return path


def full_path(segment: Segment) -> Path:
    """Where a segment's file lies."""
    return environment().lake_folder / segment.path


def written(engine: DuckDB, sql: str, label: str) -> Path:
    """The rows of a query as a new file that is safely on disk; its name is used by nobody else."""
    check_space()
    path = folder() / f"{label}-{secrets.token_hex(6)}.parquet"
    try:
        engine.execute(
            f"copy ({sql}) to {quoted(str(path))} (format parquet, compression zstd, compression_level 1)"
        )
        make_durable(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def make_durable(path: Path) -> None:
    """Ask the disk to keep a file and its name."""
    for each in (path, path.parent):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def relative(path: Path) -> str:
    """A path inside the lake as the database keeps it."""
    return path.relative_to(environment().lake_folder).as_posix()


def segments_after(after: int = 0) -> list[Segment]:
    """The segments that hold rows after a position, in their order."""
    return list(Segment.objects.filter(last_position__gt=after).order_by("first_position"))


def rows_sql(segments: Sequence[Segment], columns: Sequence[str] = tuple(ROW)) -> str:
    """A query of the log rows in these segments; of an empty table when there are none."""
    if not segments:
        return empty_sql({name: ROW[name] for name in columns})
    firsts = {str(full_path(each)): each.first_position for each in segments}
    values = ", ".join(f"({quoted(path)}, {first})" for path, first in firsts.items())
    chosen = ", ".join(f"r.{name}" for name in columns if name != "position")
    return (
        f"select s.first_position + r.file_row_number as position, {chosen} "
        f"from read_parquet([{listed(list(firsts))}], file_row_number=true, filename=true) r "
        f"join (values {values}) s(path, first_position) on r.filename = s.path"
    )


def empty_sql(types: dict[str, str]) -> str:
    """A query without rows."""
    values = ", ".join(f"null::{dtype} as {name}" for name, dtype in types.items())
    return f"select {values} where false"


def contents_of(engine: DuckDB, relation: str) -> dict[str, list[str]] | None:
    """Which types and names of events are in a relation of rows; None where there are too many names to list."""
    found = engine.execute(f"select distinct type, name from {relation} limit {MOST_NAMES + 1}").fetchall()
    if len(found) > MOST_NAMES:
        return None
    return {"types": sorted({row[0] for row in found}), "names": sorted({row[1] for row in found if row[1]})}


def may_hold(segment: Segment, types: Collection[str] | None, names: Collection[str] | None) -> bool:
    """Whether a segment can have rows of these types and names."""
    if segment.contents is None:
        return True
    return (types is None or not set(types).isdisjoint(segment.contents["types"])) and (
        names is None or not set(names).isdisjoint(segment.contents["names"])
    )


def sweep(older_than_seconds: float = 3600.0) -> int:
    """Remove files that a killed process left before it could commit them; how many."""
    known = set(Segment.objects.values_list("path", flat=True))
    horizon = clock.now().timestamp() - older_than_seconds
    stray = [
        p for p in folder().glob("*.parquet") if relative(p) not in known and p.stat().st_mtime < horizon
    ]
    for path in stray:
        path.unlink(missing_ok=True)
    return len(stray)

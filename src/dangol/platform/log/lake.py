"""What lies sealed in the lake, up to which position? Delta tables by month, read as the list of their files.

    <lake>/events          what everybody did, clustered by person and time
    <lake>/orders, ...     the typed rows of a keyed noun, each with its `key`
    <lake>/facts_orders, ...   the log rows that those follow from
    <lake>/person_day      the rollup of events and orders

Every commit carries the position that the table holds everything up to, so one look at a table says both what is
in it and where the segments take over.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from dangol.platform.kernel.environment import environment
from dangol.platform.log.duck import listed

APP: Final = "dangol.sealer"
"""The name under which commits say their position."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of a table: its files, and the position up to which they hold everything."""

    version: int
    position: int
    files: tuple[str, ...]

    def sql(self, columns: str = "*") -> str | None:
        """A query of its rows; None when there are none."""
        if not self.files:
            return None
        return f"select {columns} from read_parquet([{listed(list(self.files))}], hive_partitioning=false)"


NOTHING: Final = Snapshot(-1, 0, ())
_kept: Final[dict[Path, tuple[Snapshot, int]]] = {}


def table_path(name: str) -> Path:
    """Where a table lies."""
    return environment().lake_folder / name


def snapshot(name: str) -> Snapshot:
    """The newest version of a table."""
    path = table_path(name)
    kept, stamp = _kept.get(path, (NOTHING, 0))
    log = path / "_delta_log"
    if kept is not NOTHING and stamp == _written(log, kept.version) and not _written(log, kept.version + 1):
        return kept
    found = opened_table(path)
    if found is None:
        forget(path)
        return NOTHING
    files = tuple(sorted(str(path / unquote(each)) for each in _paths(found)))
    fresh = Snapshot(found.version(), found.transaction_version(APP) or 0, files)
    _kept[path] = fresh, _written(log, fresh.version)
    return fresh


def _written(log: Path, version: int) -> int:
    """When the commit of a version was written; 0 when there is none. A lake that was restored has other commits."""
    try:
        return (log / f"{version:020d}.json").stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _paths(table: Any) -> list[str]:
    """The paths of the files inside the table's folder, as its log has them."""
    actions = table.get_add_actions()
    found: list[str] = actions.column(actions.schema.names.index("path")).to_pylist()
    return found


def opened_table(path: Path) -> Any | None:
    """The Delta table at a path, or None when there is none yet."""
    from deltalake import DeltaTable

    if not (path / "_delta_log").is_dir():
        return None
    return DeltaTable(str(path))


def forget(path: Path) -> None:
    """Look at a table anew next time."""
    _kept.pop(path, None)

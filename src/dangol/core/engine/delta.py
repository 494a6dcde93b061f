"""Is a folder the lake of a Dangol platform, and which files of it count? Delta tables, one a noun."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from dangol.core.schema import NOUNS

_LOG: Final = "_delta_log"
MERGED: Final = "merged_people.parquet"
"""Beside the tables: who is part of whom (loser_id, winner_id), as far as the platform has merged people."""


def is_lake(source: Any) -> bool:
    """Whether a source is one folder with a Delta table named like a noun."""
    if not isinstance(source, str | Path) or not Path(source).is_dir():
        return False
    return any((Path(source) / noun / _LOG).is_dir() for noun in NOUNS)


def lake_files(folder: Path) -> dict[str, list[str]]:
    """The files that count now, by noun; nouns without rows are left out."""
    from deltalake import DeltaTable

    found: dict[str, list[str]] = {}
    for noun in NOUNS:
        path = folder / noun
        if (path / _LOG).is_dir():
            actions = DeltaTable(str(path)).get_add_actions()
            paths = actions.column(actions.schema.names.index("path")).to_pylist()
            if paths:
                found[noun] = sorted(str(path / unquote(each)) for each in paths)
    return found

"""Is a file what it seems, or does it unfold into something no machine can hold? Packed files are measured first."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path
from typing import Final

from dangol.core.engine.files.sheets import EXCEL
from dangol.core.engine.files.source import read_error
from dangol.core.language import Said

MOST_RATIO: Final = 200
"""Tables of numbers and words pack ten times, sometimes fifty; more is no table."""
ALWAYS_FINE: Final = 256 << 20
"""Unpacked bytes that are no danger at any ratio."""
MOST_SHEET_BYTES: Final = 2 << 30
"""A workbook is held in memory while it is read."""
MEMORY: Final = "1GB"
"""What the engine of an import may hold before it writes to disk."""
_CHUNK: Final = 1 << 20


def check_size(path: Path) -> None:
    """A DataError for a packed file that unfolds into far more than a table would."""
    if path.suffix.lower() == ".gz":
        _check_gzip(path)
    elif path.suffix.lower() in EXCEL and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            size = sum(each.file_size for each in book.infolist())
        _check(path, size, MOST_SHEET_BYTES)


def _check_gzip(path: Path) -> None:
    """Unpacked a piece at a time, and only until it is too much."""
    size = 0
    try:
        with gzip.open(path) as file:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                _check(path, size, None)
    except (OSError, EOFError, zlib.error) as error:
        raise read_error(
            path,
            Said(f"It cannot be unpacked: {error}", f"압축을 풀 수 없습니다: {error}"),
            Said("Pack it again, or give it unpacked.", "다시 압축하시거나 압축을 풀어 주십시오."),
        ) from error


def _check(path: Path, size: int, most: int | None) -> None:
    packed = max(path.stat().st_size, 1)
    is_bomb = size > ALWAYS_FINE and size > MOST_RATIO * packed
    if is_bomb or (most is not None and size > most):
        raise read_error(
            path,
            Said(
                f"It unfolds from {packed:,} bytes into {size:,} or more.",
                f"{packed:,}바이트가 {size:,}바이트 이상으로 풀립니다.",
            ),
            Said(
                "Give the table as CSV or Parquet, in parts if need be.",
                "표를 CSV나 Parquet로, 필요하면 나누어 주십시오.",
            ),
        )

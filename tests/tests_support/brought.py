"""What do tests of imports bring, and how? Small files in every format, and the whole way from a draft to the lake."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.log import following, sequencer
from dangol.platform.log.imports import actions, queries, running
from dangol.platform.log.imports.chores import bring_next
from dangol.platform.log.imports.models import Import
from dangol.platform.log.imports.queries import ImportView
from dangol.platform.log.queries import opened
from dangol.platform.people import files

HEADINGS = ("고객번호", "주문번호", "주문일", "금액", "통화")
ROWS = (
    ("ann", "o-1", "2026-01-05 10:00:00", "12000", "KRW"),
    ("bob", "o-2", "2026-01-06 11:30:00", "8000", "KRW"),
    ("ann", "o-3", "2026-02-07 12:00:00", "15000", "KRW"),
)


def csv_text(rows: Any = ROWS, headings: Any = HEADINGS, mark: str = ",") -> str:
    """The rows as delimited text."""
    return "\n".join(mark.join(row) for row in (headings, *rows)) + "\n"


def _excel(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (HEADINGS, *ROWS):
        book.active.append(row)
    book.save(path)


def _parquet(path: Path) -> None:
    pq.write_table(pa.table({name: [row[n] for row in ROWS] for n, name in enumerate(HEADINGS)}), path)


def _lines() -> str:
    return "\n".join(json.dumps(dict(zip(HEADINGS, row, strict=True)), ensure_ascii=False) for row in ROWS)


WRITERS: Mapping[str, Callable[[Path], object]] = {
    "utf8.csv": lambda path: path.write_text(csv_text(), encoding="utf-8"),
    "bom.csv": lambda path: path.write_text(csv_text(), encoding="utf-8-sig"),
    "cp949.csv": lambda path: path.write_text(csv_text(), encoding="cp949"),
    "utf16.csv": lambda path: path.write_text(csv_text(), encoding="utf-16"),
    "tabs.tsv": lambda path: path.write_text(csv_text(mark="\t"), encoding="utf-8"),
    "packed.csv.gz": lambda path: path.write_bytes(gzip.compress(csv_text().encode("cp949"))),
    "book.xlsx": _excel,
    "columns.parquet": _parquet,
    "lines.jsonl": lambda path: path.write_text(_lines(), encoding="utf-8"),
}


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    """A file with this text."""
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


def bring(
    *paths: Path, source: str = "Shop", noun: str = "", mapping: Mapping[str, str] | None = None
) -> ImportView:
    """Files brought to their end, and numbered."""
    draft = actions.from_paths(SYSTEM, [str(path) for path in paths], source)
    if noun or mapping:
        actions.set_mapping(SYSTEM, draft.id, noun, mapping or {})
    actions.start(SYSTEM, draft.id)
    running.run(Import.objects.get(pk=draft.id))
    number_all()
    return queries.one(SYSTEM, draft.id)


def number_all() -> None:
    """Every envelope becomes rows."""
    while sequencer.sequence_once():
        pass


def settle() -> None:
    """Whatever is planned is brought and numbered, the rooms above have heard of it, and people have their files."""
    while bring_next():
        pass
    number_all()
    while following.react_once():
        pass
    while files.refresh():
        pass


def asked(sql: str) -> list[tuple[Any, ...]]:
    """The rows of a question to the world."""
    world = opened()
    try:
        return [tuple(row) for row in world.engine.run(sql).rows]
    finally:
        world.close()


def orders() -> list[tuple[Any, ...]]:
    """Every order: id, amount as a whole number, whether it is a return; by id."""
    return asked("select order_id, amount::bigint, is_return from orders order by all")

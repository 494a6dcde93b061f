"""Which sheets of a workbook hold tables? Excel and its relatives, read by calamine."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from dangol.core.engine.duck import DuckDB
from dangol.core.engine.files.delimited import csv_relation, table_layout
from dangol.core.engine.files.source import Raw, Source, read_error
from dangol.core.language import Said

EXCEL = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
HEAD_ROWS = 50


def sheet_sources(duck: DuckDB, path: Path) -> list[Source]:
    """Every sheet with rows in it, each rewritten as CSV in the engine's folder."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        found = [_sheet(duck, path, book, name) for name in names]
    except (CalamineError, OSError, ValueError) as error:
        raise read_error(
            path,
            Said("It is not a workbook that can be opened.", "열 수 있는 엑셀 파일이 아닙니다."),
            Said(
                f"Open it in a spreadsheet and save it as .xlsx or CSV, without a password ({error}).",
                f"스프레드시트에서 열어 암호 없이 .xlsx나 CSV로 저장해 주십시오 ({error}).",
            ),
        ) from error
    sources = [source for source in found if source]
    if not sources:
        raise read_error(
            path,
            Said("None of its sheets has rows.", "행이 있는 시트가 없습니다."),
            Said("Give a workbook with a table in it.", "표가 들어 있는 파일을 주십시오."),
        )
    return sources


def _sheet(duck: DuckDB, path: Path, book: Any, name: str) -> Source | None:
    rows = book.get_sheet_by_name(name)
    start = rows.start
    if start is None:
        return None
    head = [[cell_text(cell) for cell in row] for row in islice(rows.iter_rows(), HEAD_ROWS)]
    layout = table_layout(head)
    width = len(layout.headings)
    target = duck.folder / f"sheet-{len(list(duck.folder.iterdir()))}.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        for row in islice(rows.iter_rows(), layout.first_row, None):
            writer.writerow([cell_text(cell).replace("\n", " ") for cell in _fitted(row, width)])
    return Source(
        path=str(path),
        format="Excel",
        sheet=name,
        relation=csv_relation(target, width, 0, ",", is_parallel=True),
        columns=tuple(Raw(f"c{n}", heading) for n, heading in enumerate(layout.headings)),
        row_number=f"row_number() over () + {layout.first_row}",
        has_header=layout.has_header,
        surplus=f"c{width}",
        size=target.stat().st_size,
    )


def _fitted(row: Sequence[Any], width: int) -> Sequence[Any]:
    """Empty cells at the end are not surplus."""
    return row if any(cell != "" for cell in row[width:]) else row[:width]


def cell_text(cell: object) -> str:
    """A cell as text that reads back as the same value: ISO days, whole numbers without a point."""
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell.total_seconds())
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell).strip().replace("\r", " ")

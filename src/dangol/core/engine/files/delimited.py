"""How is a text file cut into cells, and where do its headings stand? CSV, TSV and their relatives."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from dangol.core.engine.duck import DuckDB, quoted
from dangol.core.engine.files.encoding import Encoding, detect, head_text, transcode
from dangol.core.engine.files.source import Raw, Source, read_error
from dangol.core.language import Said

DELIMITERS: Final = (",", "\t", ";", "|")
SPACES: Final = " "
_NUMBER = re.compile(r"[-+(]?[₩￦\\$£€¥]?\s*\d[\d,.\s]*%?\)?원?$")
_DAY = re.compile(r"\d{1,4}\s*[-./년]\s*\d{1,2}\s*[-./월]")


@dataclass(frozen=True, slots=True)
class Layout:
    """How the cells of a table stand: `header_row` counts from 0; None when there are no headings."""

    delimiter: str
    first_row: int
    headings: tuple[str, ...]
    has_header: bool


def text_source(duck: DuckDB, path: Path, encoding: str | None = None) -> Source:
    """A delimited text file, transcoded when DuckDB cannot read its bytes."""
    known = detect(path, encoding)
    head = head_text(path, known)
    if not head.strip():
        raise read_error(
            path,
            Said("It is empty.", "파일이 비어 있습니다."),
            Said("Give a file that has rows.", "행이 있는 파일을 주십시오."),
        )
    layout = layout_of(path, head)
    readable = path
    if not known.is_utf8 or layout.delimiter == SPACES:
        readable = duck.folder / f"text-{len(list(duck.folder.iterdir()))}.csv"
        transcode(path, known, readable, _squeezed if layout.delimiter == SPACES else None)
    return _source(path, readable, known, layout)


def layout_of(path: Path, head: str) -> Layout:
    """The delimiter by which most lines have the same number of cells, and the first row that is a table's."""
    lines = head.splitlines()[:400]
    cut, width = max(((d, _width(lines, d)) for d in DELIMITERS), key=lambda each: each[1])
    if width[1] < 2:
        cut, width = SPACES, _width([" ".join(line.split()) for line in lines], SPACES)
    if width[1] < 2 or (cut == SPACES and width[0] < 0.8):
        raise read_error(
            path,
            Said(
                "Its lines do not fall into columns: no comma, tab, semicolon, bar or space divides them alike.",
                "줄이 열로 나뉘지 않습니다. 쉼표, 탭, 세미콜론, 세로줄, 공백 어느 것으로도 고르게 나눌 수 없습니다.",
            ),
            Said(
                "Save it as CSV with one row a line and one heading a column.",
                "한 줄에 한 행, 열마다 제목이 있는 CSV로 저장해 주십시오.",
            ),
        )
    stripped = [" ".join(line.split()) for line in lines] if cut == SPACES else lines
    return table_layout(list(csv.reader(stripped, delimiter=cut)), cut)


def table_layout(rows: Sequence[Sequence[str]], delimiter: str = ",") -> Layout:
    """Where a table starts among rows of cells: titles above it are passed over, headings are recognised."""
    width = max(map(len, rows), default=0)
    filled = Counter(sum(bool(cell.strip()) for cell in row) for row in rows)
    filled.pop(0, None)
    usual = filled.most_common(1)[0][0] if filled else 0
    wanted = max(2, usual * 0.6)
    first = next((n for n, row in enumerate(rows) if sum(bool(c.strip()) for c in row) >= wanted), 0)
    cells = [cell.strip().lstrip("\ufeff") for cell in rows[first]] if rows else []
    has_header = not any(_NUMBER.match(cell) or _DAY.match(cell) for cell in cells)
    if has_header:
        width = max(len(cells), 1)
        headings = tuple(cells)
    else:
        width = Counter(map(len, rows)).most_common(1)[0][0]
        headings = tuple(f"column {n + 1}" for n in range(width))
    return Layout(delimiter, first + has_header, unique(headings), has_header)


def unique(headings: Sequence[str]) -> tuple[str, ...]:
    """Headings told apart: an empty one gets a number, a repeated one too."""
    seen: Counter[str] = Counter()
    names = []
    for number, heading in enumerate(headings, 1):
        name = heading or f"column {number}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def csv_relation(path: Path, width: int, skip: int, delimiter: str, *, is_parallel: bool) -> str:
    """DuckDB's reader over a UTF-8 file; every cell is text, and one column more catches surplus cells."""
    columns = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(width + 1))
    quote = "" if delimiter == "\t" and not _has_quotes(path) else '"'
    return (
        f"read_csv({quoted(str(path))}, columns={{{columns}}}, header=false, skip={skip}, "
        f"delim={quoted(delimiter)}, quote={quoted(quote)}, escape={quoted(quote)}, auto_detect=false, "
        f"null_padding=true, strict_mode=false, max_line_size=16777216, parallel={str(is_parallel).lower()})"
    )


def _has_quotes(path: Path) -> bool:
    with path.open("rb") as file:
        return b'\t"' in file.read(1 << 20)


def _source(path: Path, readable: Path, known: Encoding, layout: Layout) -> Source:
    delimiter = "\t" if layout.delimiter == SPACES else layout.delimiter
    width = len(layout.headings)
    fast, slow = (
        csv_relation(readable, width, layout.first_row, delimiter, is_parallel=p) for p in (True, False)
    )
    notes = () if known.name not in ("cp1252",) else (_WESTERN_NOTE,)
    return Source(
        path=str(path),
        format={"\t": "TSV", SPACES: "text in columns"}.get(layout.delimiter, "CSV"),
        relation=fast,
        slow_relation=slow,
        columns=tuple(Raw(f"c{n}", heading) for n, heading in enumerate(layout.headings)),
        row_number=f"row_number() over () + {layout.first_row}",
        encoding=known.title,
        has_header=layout.has_header,
        is_broken=known.broken_lines > 0,
        surplus=f"c{width}",
        size=path.stat().st_size,
        notes=notes,
    )


_WESTERN_NOTE = Said(
    "The file is neither UTF-8 nor Korean text; it was read as Windows-1252. If names look wrong, save it as UTF-8.",
    "UTF-8도 한국어 인코딩도 아니어서 Windows-1252로 읽었습니다. 글자가 이상하면 UTF-8로 저장해 주십시오.",
)


def _squeezed(text: str) -> str:
    return re.sub(r"[ \t]+", "\t", re.sub(r"^[ \t]+|[ \t\r]+$", "", text, flags=re.MULTILINE))


def _width(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    """The share of lines with the usual number of cells, and that number; 1 where most are not divided."""
    widths = [len(row) for row in islice(csv.reader(lines, delimiter=delimiter), 400) if row]
    if not widths:
        return 0.0, 0
    width, count = Counter(widths).most_common(1)[0]
    first = next((n for n, each in enumerate(widths) if each > 1), 0)  # titles may stand above the table
    divided = sum(each > 1 for each in widths[first:]) / len(widths[first:])
    return (count / len(widths), width) if width > 1 and divided >= 0.8 else (0.0, 1)


__all__ = ["Layout", "csv_relation", "layout_of", "table_layout", "text_source", "unique"]

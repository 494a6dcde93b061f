"""How is an answer written? As an aligned table for people, as JSON or CSV for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from rich.cells import cell_len

from dangol.core.language import Language

Record = Mapping[str, Any]

UNKNOWN = "-"
"""What people read where a number is not known; programs get null or an empty field."""


def as_table(columns: Sequence[str], records: Iterable[Record], language: Language) -> str:
    """Columns side by side, numbers to the right; Korean letters count two places."""
    rows = [[_cell(column, record[column], language) for column in columns] for record in records]
    is_number = [_all_numbers(rows, position) for position in range(len(columns))]
    widths = [
        max(width_of(text) for text in (column, *(row[position] for row in rows)))
        for position, column in enumerate(columns)
    ]
    lines = [list(columns), ["-" * width for width in widths], *rows]
    return "\n".join(_line(line, widths, is_number) for line in lines)


def as_json(value: Any) -> str:
    """JSON with days and moments in ISO 8601; money is text, so that no digit is lost."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def as_csv(columns: Sequence[str], records: Iterable[Record]) -> str:
    """CSV with a heading line; an unknown value is an empty field."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_field(record[column]) for column in columns] for record in records)
    return target.getvalue().rstrip("\n")


def _line(texts: Sequence[str], widths: Sequence[int], is_number: Sequence[bool]) -> str:
    cells = zip(texts, widths, is_number, strict=True)
    return "  ".join(padded(text, width, to_right) for text, width, to_right in cells).rstrip()


def padded(text: str, width: int, to_right: bool = False) -> str:
    """A text in a column of this width."""
    gap = " " * (width - width_of(text))
    return gap + text if to_right else text + gap


def width_of(text: str) -> int:
    """Places that a text takes on a terminal; a Korean letter takes two."""
    return cell_len(text)


def _all_numbers(rows: Sequence[Sequence[str]], position: int) -> bool:
    texts = [row[position] for row in rows if row[position] != UNKNOWN]
    return bool(texts) and all(
        text.lstrip("-").replace(",", "").replace(".", "", 1).isdigit() for text in texts
    )


def _cell(column: str, value: Any, language: Language) -> str:
    if value is None:
        return UNKNOWN
    if column == "reason":
        return _reason(str(value), language)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.4f}" if abs(value) < 1000 else f"{value:,.1f}"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return str(value)


def _reason(code: str, language: Language) -> str:
    from dangol.core.schema.reasons import REASONS

    return REASONS[code].in_(language) if code in REASONS else code


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def _field(value: Any) -> Any:
    return "" if value is None else value

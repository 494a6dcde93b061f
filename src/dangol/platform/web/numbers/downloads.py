"""How are numbers taken away? As CSV that no spreadsheet takes for formulas, or as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.http import HttpResponse

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: Any) -> Any:
    """A cell as it may stand in a file that a spreadsheet opens: a text that looks like a formula is quoted.

    >>> safe_cell("=1+1"), safe_cell(-3), safe_cell("ok")
    ("'=1+1", -3, 'ok')
    """
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def as_csv(name: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """A file of these rows; it begins with a mark by which spreadsheets know that it is UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([safe_cell(column) for column in columns])
    writer.writerows([safe_cell(row.get(column)) for column in columns] for row in rows)
    return _file(f"{name}.csv", "\ufeff" + text.getvalue(), "text/csv; charset=utf-8")


def as_json(name: str, told: Mapping[str, Any]) -> HttpResponse:
    """A file of an answer and what it rests on."""
    return _file(
        f"{name}.json", json.dumps(told, ensure_ascii=False, indent=1, default=_plain), "application/json"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def _file(name: str, text: str, kind: str) -> HttpResponse:
    response = HttpResponse(text, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

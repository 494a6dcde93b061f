"""What does somebody get who asks for all of their data? One archive: a JSON for machines, a CSV a table for people."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from dangol.platform.kernel import clock
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log import queries as log
from dangol.platform.people.merging import lineage
from dangol.platform.people.queries.consenting import consents_of
from dangol.platform.people.queries.person import history_of, person
from dangol.platform.people.queries.typed import typed_rows

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_PAGE: Final = 500
Tables = dict[str, list[dict[str, Any]]]


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before what could be one.

    >>> print(safe_cell("=1+1"))
    '=1+1
    >>> safe_cell("Ann"), safe_cell(-5), safe_cell(None)
    ('Ann', -5, '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping | list | tuple):
        return safe_cell(json.dumps(value, ensure_ascii=False, default=str))
    return value


def csv_lines(columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> Iterator[str]:
    """Rows as CSV, some at a time; with the mark by which spreadsheets know UTF-8."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for number, row in enumerate(rows):
        writer.writerow([safe_cell(value) for value in row])
        if number % 200 == 199:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def everything_of(viewer: Viewer, person_id: int) -> Tables:
    """All that is kept about one person, by table."""
    view = person(viewer, person_id)
    tables: Tables = {
        "profile": [{"field": f.name, "value": f.value, "source": f.source, "said_at": f.said_at} for f in view.fields],
        "claims": [{"field": f.name, "value": f.value, "said_at": f.said_at} for f in view.claims],
        "identifiers": [{"kind": kind, "value": value} for kind, value in view.identifiers],
        "consents": [asdict(each) for each in consents_of(viewer, person_id)],
        "notes": [asdict(each) for each in view.notes],
        "changes": history_of(viewer, person_id, limit=100_000),
        "merges": [asdict(each) for each in view.merges],
        "accounts": [asdict(each) for each in view.seats],
        "log": list(_log(view.ids)),
    }  # fmt: skip
    return tables | typed_rows(viewer, view.line.id)


def _log(ids: list[int]) -> Iterator[dict[str, Any]]:
    before: Any = None
    while True:
        rows = log.timeline(ids, _PAGE, before)
        yield from rows
        if len(rows) < _PAGE:
            return
        before = rows[-1]["occurred_at"], rows[-1]["position"]


def archive_of(viewer: Viewer, person_id: int) -> bytes:
    """The archive: `person.json` with everything, and a CSV of each table that has rows."""
    tables = everything_of(viewer, person_id)
    told = {"made_at": clock.now(), "person_id": lineage(person_id)[0], **tables}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", json.dumps(told, ensure_ascii=False, indent=1, default=_plain))
        for name, rows in tables.items():
            if rows:
                columns = list(dict.fromkeys(key for row in rows for key in row))
                lines = csv_lines(columns, ([row.get(column) for column in columns] for row in rows))
                archive.writestr(f"{name}.csv", "".join(lines))
    return buffer.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, datetime | date) else str(value)

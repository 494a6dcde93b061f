"""What became of every row of an import? The record, as plain values that are kept and shown."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from dangol.core.engine.files import REFUSALS, LoadedFile, Loading
from dangol.core.language import Language, Said
from dangol.platform.log.imports.reading import REPEATS
from dangol.platform.log.imports.rows import Counted

REFUSED_FILE: Final = "refused.jsonl"
HEADINGS: Final = {
    "en": ("file", "sheet", "row", "table", "code", "reason", "cells"),
    "ko": ("파일", "시트", "행", "표", "코드", "사유", "내용"),
}


def record_of(loading: Loading, counted: Mapping[str, Counted]) -> dict[str, Any]:
    """Files, notes and counts. rows_read = rows_kept + rows_refused + rows_repeated, to the last row."""
    refused = {code: count for code, count in loading.refused.items() if code not in REPEATS}
    repeated = {code: count for code, count in loading.refused.items() if code in REPEATS}
    return {
        "files": [_file(each) for each in loading.files],
        "notes": [_both(each) for each in loading.notes],
        "currency": loading.currency,
        "refused": refused,
        "repeated": repeated,
        "rows_read": loading.rows_read,
        "rows_kept": loading.rows_kept,
        "rows_refused": sum(refused.values()),
        "rows_repeated": sum(repeated.values()),
        "made": {
            noun: {"new": each.new, "changed": each.changed, "known": each.known, "waiting": each.waiting}
            for noun, each in counted.items()
        },
    }


def write_refused(loading: Loading, target: Path) -> None:
    """Keep every refused row with its code, to be handed out later in the reader's language."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".unfinished")
    with unfinished.open("w", encoding="utf-8") as out:
        for row in loading.refused_rows():
            kept = {
                key: row[key] if key != "path" else Path(row["path"]).name for key in row if key != "reason"
            }
            out.write(json.dumps(kept, ensure_ascii=False, default=str) + "\n")
    unfinished.replace(target)


def refused_csv(kept: Path, language: Language) -> Iterator[str]:
    """The refused rows as lines of a CSV that a spreadsheet opens safely."""
    line = _Line()
    writer = csv.writer(line)
    writer.writerow(HEADINGS[language])
    yield "\ufeff" + line.text
    if not kept.is_file():
        return
    with kept.open(encoding="utf-8") as rows:
        for text in rows:
            row = json.loads(text)
            reason = REFUSALS[row["code"]].in_(language)
            cells = (
                row["path"],
                row["sheet"],
                row["row_number"],
                row["noun"],
                row["code"],
                reason,
                row["row"],
            )
            writer.writerow([safe_cell(cell) for cell in cells])
            yield line.text


def safe_cell(cell: object) -> object:
    """Text that a spreadsheet would take for a formula gets a quote in front.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell(-3), safe_cell("-3.5"), safe_cell("a=b")
    ("'=HYPERLINK(1)", -3, '-3.5', 'a=b')
    """
    if not isinstance(cell, str) or not cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return cell
    return cell if _is_number(cell) else f"'{cell}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text[0] == "-" and text[1:2].isdigit()


class _Line:
    """What the last row became, for a writer of lines."""

    text = ""

    def write(self, text: str) -> int:
        self.text = text
        return len(text)


def _file(file: LoadedFile) -> dict[str, Any]:
    return {
        "name": file.name, "format": file.format, "encoding": file.encoding, "noun": file.noun,
        "columns": [{"column": c.column, "heading": c.heading, "how": c.how} for c in file.columns],
        "ignored": list(file.ignored), "rows_read": file.rows_read, "rows_kept": file.rows_kept,
        "refused": dict(file.refused), "notes": [_both(each) for each in file.notes],
        "problem": _both(file.problem) if file.problem else None,
    }  # fmt: skip


def _both(said: Said) -> dict[str, str]:
    return {"en": said.en, "ko": said.ko}

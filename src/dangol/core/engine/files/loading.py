"""What was read, what was understood, and what was refused? The record that every report shows."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from dangol.core.engine.files.refusals import REFUSALS
from dangol.core.language import Language, Said

How = Literal["heading", "content", "given"]
RefusedRow = dict[str, Any]
"""path, sheet, row_number (as a person counts them in the file), noun, code, and `row`: the cells as JSON text."""


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A column that was understood: its name here, its heading in the file, and how it was recognised."""

    column: str
    heading: str
    how: How


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """One file, sheet or table. `noun` is None when it was not understood, and `problem` says why.

    rows_read = rows_kept + the sum of `refused`, always. `rows_made` are the rows of the noun that came of
    the kept ones: fewer when invoice lines are gathered into orders.
    """

    path: str
    format: str
    encoding: str | None = None
    sheet: str | None = None
    noun: str | None = None
    columns: tuple[FoundColumn, ...] = ()
    ignored: tuple[str, ...] = ()
    rows_read: int = 0
    rows_kept: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Said, ...] = ()
    problem: Said | None = None

    @property
    def name(self) -> str:
        """The file's own name, with the sheet when it has several."""
        return Path(self.path).name + (f" [{self.sheet}]" if self.sheet else "")


@dataclass(frozen=True)
class Loading:
    """Everything that was done on the way from files to a world; empty for a world of no files."""

    files: tuple[LoadedFile, ...] = ()
    notes: tuple[Said, ...] = ()
    """What concerns several files: duplicates between them, currencies, lines gathered into orders."""
    rows_made: Mapping[str, int] = field(default_factory=dict)
    """Rows of each noun in the world."""
    currency: str | None = None
    """The one currency of all kept amounts; None when the data names none."""
    reread: Callable[[str | None], Iterable[RefusedRow]] | None = field(
        default=None, repr=False, compare=False
    )

    @property
    def understood(self) -> tuple[LoadedFile, ...]:
        """The files that became rows of a noun."""
        return tuple(file for file in self.files if file.noun)

    @property
    def not_understood(self) -> tuple[LoadedFile, ...]:
        """The files that were left out; each has its `problem`."""
        return tuple(file for file in self.files if not file.noun)

    @property
    def rows_read(self) -> int:
        """Rows in all understood files."""
        return sum(file.rows_read for file in self.files)

    @property
    def rows_kept(self) -> int:
        """Rows that count; the rest was refused."""
        return sum(file.rows_kept for file in self.files)

    @property
    def refused(self) -> dict[str, int]:
        """Refused rows by reason code (see REFUSALS), the most frequent first."""
        total: Counter[str] = Counter()
        for file in self.files:
            total.update(file.refused)
        return dict(total.most_common())

    def refused_rows(self, path: str | Path | None = None) -> Iterator[RefusedRow]:
        """Every refused row, of one file or of all, read again from its source.

        Each is a dict: path, sheet, row_number, noun, code, reason (Said), row (its cells as JSON text).
        """
        if self.reread is None:
            return
        for row in self.reread(None if path is None else str(path)):
            yield {**row, "reason": REFUSALS[row["code"]]}

    def write_refused(self, target: str | Path, language: Language = "en") -> int:
        """Write every refused row to a CSV that a spreadsheet opens safely; gives how many there were."""
        count = 0
        with Path(target).open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["file", "sheet", "row", "table", "code", "reason", "cells"])
            for row in self.refused_rows():
                count += 1
                cells = [row["path"], row["sheet"], row["row_number"], row["noun"], row["code"]]
                writer.writerow([_safe(cell) for cell in (*cells, row["reason"].in_(language), row["row"])])
        return count


def _safe(cell: object) -> object:
    """Text that a spreadsheet would take for a formula gets a quote in front."""
    is_formula = isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{cell}" if is_formula else cell

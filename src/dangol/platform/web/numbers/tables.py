"""Which rows and columns does the table behind a picture have? Only those that say something; numbers open their people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.safestring import SafeString

from dangol.core.language import Said
from dangol.core.metrics import find
from dangol.platform.web.numbers.cells import is_number, shown, why_not
from dangol.platform.web.numbers.sentences import Linked, period_words
from dangol.platform.web.numbers.shapes import shape_of
from dangol.platform.web.numbers.words import column_title
from dangol.platform.web.templatetags.figures import number, percent, voice

Row = Mapping[str, Any]
MOST: Final = 200
"""Rows of a table on a page; the download has all."""
PERIOD: Final = Said("Period", "기간")
_DATES: Final = ("starts_on", "ends_on", "base_on")
_QUIET: Final = frozenset(
    {"currency", "profile", "divided_by", "is_finished", "assumption", "assumes_en", "assumes_ko", "months"}
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its words or its link, and the code of why it is not known."""

    text: SafeString | str
    reason: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as a template shows it; the first column names the row."""

    heads: list[tuple[str, bool]]
    rows: list[list[Cell]]
    left_out: int = 0


def table(metric: str, rows: Sequence[Row], linked: Linked) -> Shown:
    """The rows, the newest last; cohorts as a grid."""
    if shape_of(metric).kind == "heat":
        return _grid(metric, rows, linked)
    names = _told(metric, rows)
    is_dated = any(row.get("starts_on") or row.get("ends_on") for row in rows) and "day" not in names
    heads = ([(voice()(PERIOD), False)] if is_dated else []) + [
        (voice()(column_title(name)).strip(), is_number(metric, name)) for name in names
    ]
    cells = []
    for row in rows[-MOST:]:
        first = [Cell(_period(row), is_number=False)] if is_dated else []
        cells.append(first + [_cell(metric, name, row, linked) for name in names])
    return Shown(heads, cells, max(len(rows) - MOST, 0))


def _period(row: Row) -> str:
    return period_words(row, None) or voice()(Said("All of it", "전체 기간"))


def _told(metric: str, rows: Sequence[Row]) -> list[str]:
    """Columns that differ or say something; reasons stand in the cells that they explain."""
    names = [
        n for n in find(metric).returns if n not in _DATES and n not in _QUIET and not n.endswith("reason")
    ]
    return [name for name in names if any(row.get(name) is not None for row in rows)]


def _cell(metric: str, name: str, row: Row, linked: Linked) -> Cell:
    value = row.get(name)
    if value is None:
        return Cell("–", why_not(row, name), is_number(metric, name))
    return Cell(linked(row, name, shown(metric, name, value, row)), "", is_number(metric, name))


def _grid(metric: str, rows: Sequence[Row], linked: Linked) -> Shown:
    """A row a cohort, a column an age."""
    shape, say = shape_of(metric), voice()
    ages = sorted({row[shape.x] for row in rows})
    by: dict[Any, dict[int, Row]] = {}
    for row in rows:
        by.setdefault((row["cohort_on"], row.get("segment")), {})[row[shape.x]] = row
    heads = [(say(column_title("cohort_on")), False), (say(column_title("cohort_count")), True)]
    heads += [(_age(shape.x, age, rows), True) for age in ages]
    lines = []
    for (day, segment), cells in list(by.items())[-MOST:]:
        any_row = next(iter(cells.values()))
        name = say.month(day) if day.day == 1 else say.day(day)
        size = linked(cells.get(0, any_row), "cohort_count", number(any_row["cohort_count"]))
        own = [_rate(metric, shape.y, cells.get(age), linked) for age in ages]
        lines.append([Cell(f"{name} {segment}" if segment else name), Cell(size, is_number=True), *own])
    return Shown(heads, lines, max(len(by) - MOST, 0))


def _age(kind: str, age: int, rows: Sequence[Row]) -> str:
    if kind == "bucket":
        return str(age)
    row = next(each for each in rows if each[kind] == age)
    if row["to_day"] is None:
        return f"{row['from_day']}+"
    return str(row["from_day"]) if row["from_day"] == row["to_day"] else f"{row['from_day']}–{row['to_day']}"


def _rate(metric: str, column: str, row: Row | None, linked: Linked) -> Cell:
    if row is None:
        return Cell("", is_number=True)
    if row[column] is None:
        so_far = row.get("share_so_far")
        return Cell("…" if so_far is None else f"… {percent(so_far)}", why_not(row, column), is_number=True)
    return Cell(linked(row, column, percent(row[column])), is_number=True)

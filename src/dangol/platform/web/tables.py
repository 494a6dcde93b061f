"""How does a list say its columns, its order and its pages? All of it stands in the address.

`?order=-spent` sorts, `?columns=name,spent` chooses, `?after=...` goes on; so that a list can be sent to somebody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, QueryDict

from dangol.core.language import Said

ORDER: Final = "order"
COLUMNS: Final = "columns"
AFTER: Final = "after"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in addresses and cells, its words, and what can be done with it."""

    key: str
    title: Said
    is_number: bool = False
    is_sortable: bool = False
    is_shown: bool = True
    """Shown before the reader chooses; the first column always is."""


@dataclass(frozen=True, slots=True)
class HeadCell:
    """One cell of a table's head as the template shows it."""

    key: str
    title: Said
    is_number: bool
    href: str | None
    """The address that sorts by it; None where it cannot be sorted."""
    sorted: str
    """ascending, descending or none, as `aria-sort` has it."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a list: which columns are shown, in which order the rows stand, and the links of both."""

    cells: tuple[HeadCell, ...]
    order: str
    """As asked for: `name` or `-name`."""
    choices: tuple[tuple[Column, bool], ...]
    kept: tuple[tuple[str, str], ...]
    """The rest of the address, for the form that chooses columns."""

    @property
    def has(self) -> dict[str, bool]:
        """`head.has.spent` in a template: whether the column is shown."""
        return {cell.key: True for cell in self.cells}

    @property
    def titles(self) -> dict[str, Said]:
        """`head.titles.spent` in a template: the column's words, for cells that stand alone on a phone."""
        return {cell.key: cell.title for cell in self.cells}


def head_of(request: HttpRequest, columns: Sequence[Column], order: str) -> Head:
    """The head of a list as the address asks for it; what the address asks for and is not there is left out."""
    asked = request.GET.getlist(COLUMNS)
    wanted = {key for part in asked for key in part.split(",") if key}
    shown = [
        each for n, each in enumerate(columns) if n == 0 or (each.key in wanted if wanted else each.is_shown)
    ]
    by = order_asked(request, columns, order)
    cells = tuple(_cell(request, each, by) for each in shown)
    choices = tuple((each, each in shown) for each in columns[1:])
    kept = tuple((key, str(value)) for key, value in request.GET.items() if key not in {COLUMNS, AFTER})
    return Head(cells, by, choices, kept)


def order_asked(request: HttpRequest, columns: Sequence[Column], order: str) -> str:
    """The order that the address asks for, when a column can be sorted so; else `order`."""
    asked = request.GET.get(ORDER, order)
    sortable = {each.key for each in columns if each.is_sortable}
    return asked if asked.removeprefix("-") in sortable else order


def address_with(request: HttpRequest, **changes: str | int | None) -> str:
    """The present address with parts of its query changed; None takes a part away."""
    query: QueryDict = request.GET.copy()
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _cell(request: HttpRequest, column: Column, by: str) -> HeadCell:
    if not column.is_sortable:
        return HeadCell(column.key, column.title, column.is_number, None, "none")
    falling = f"-{column.key}"
    is_by = by.removeprefix("-") == column.key
    sorted_so = ("descending" if by == falling else "ascending") if is_by else "none"
    first, then = (falling, column.key) if column.is_number else (column.key, falling)
    href = address_with(request, order=then if by == first else first, after=None)
    return HeadCell(column.key, column.title, column.is_number, href, sorted_so)

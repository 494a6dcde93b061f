"""How is a long list read? Page by page, each naming where the next begins; rows that come in between do not shift it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Annotated, Any, Final, Generic, TypeVar

from ninja import Path, Query, Schema
from pydantic import Field

from dangol.core.errors import RequestError
from dangol.core.language import Said

MOST: Final = 200
Row = TypeVar("Row")

Id = Annotated[int, Path(ge=1, lt=2**63)]
"""A number in an address; what no database could hold is refused as such."""
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many rows at most")]
After = Annotated[str | None, Query(max_length=400, description="`next` of the page before")]


class Paged(Schema, Generic[Row]):
    """Some rows, and where the next page begins."""

    items: list[Row]
    next: str | None = Field(None, description="Give it as `after` for the next page; null on the last")


def cursor_of(*values: Any) -> str:
    """A place in a list, as one word."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def place_in(cursor: str | None, count: int = 1) -> tuple[Any, ...] | None:
    """The values that a cursor was made of; None for the first page."""
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        values = None
    if (
        not isinstance(values, list)
        or len(values) != count
        or any(isinstance(v, list | dict) for v in values)
    ):
        raise _no_cursor(cursor)
    return tuple(values)


def number_in(cursor: str | None) -> int | None:
    """The one number that a cursor was made of; None for the first page."""
    values = place_in(cursor)
    if values is None:
        return None
    if type(values[0]) is not int or not 0 <= values[0] < 2**63:
        raise _no_cursor(cursor)
    return values[0]


def paged(rows: Sequence[Any], limit: int, key: str) -> dict[str, Any]:
    """`limit` rows of `limit + 1` that were asked for; the last one's `key` is where the next page begins."""
    shown = list(rows[:limit])
    more = len(rows) > limit
    return {"items": shown, "next": cursor_of(getattr(shown[-1], key)) if more and shown else None}


def _no_cursor(cursor: object) -> RequestError:
    return RequestError(
        Said(f"The page after {cursor!r} was asked for.", f"{cursor!r} 다음 쪽을 요청하셨습니다."),
        Said("No page ended there.", "그런 위치는 없습니다."),
        Said("Give `next` of the page before, unchanged.", "이전 쪽의 next 값을 그대로 보내 주십시오."),
    )

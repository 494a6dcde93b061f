"""Does what stands after a word fit it? One number, one day, a list, two ends, a length of time or a name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.rules.span import parse_span
from dangol.core.rules.words import Shape

Scalar: Final = (str, int, float, bool, date)
_WANTED: Final[Mapping[str, Said]] = {
    "nothing": Said("nothing, or true", "아무것도 없거나 true"),
    "value": Said("one value", "값 하나"),
    "values": Said("a list of one value or more", "값이 하나 이상인 목록"),
    "number": Said("a number", "숫자"),
    "count": Said("a whole number from 0", "0 이상의 정수"),
    "pair": Said("two numbers or two days, the smaller first", "작은 것이 앞에 오는 두 수나 두 날짜"),
    "days": Said("two days, the earlier first", "이른 것이 앞에 오는 두 날짜"),
    "day": Said("a day such as 2025-01-31", "2025-01-31과 같은 날짜"),
    "name": Said("a name", "이름"),
}


def checked(word: str, shape: Shape, written: Any, path: str) -> Any:
    """The operand in its own type; an error that names path, word and what would fit."""
    if shape == "span":
        return parse_span(written, path)
    value = _READ[shape](written)
    if value is None:
        raise misfit(word, shape, written, path)
    return value


def misfit(word: str, shape: Shape, written: Any, path: str) -> RequestError:
    """The error of an operand that does not fit its word."""
    wanted = _WANTED[shape]
    return RequestError(
        Said(
            f"At {path} {word!r} was given {written!r}.",
            f"{path}에서 {word!r}에 {written!r}을(를) 주셨습니다.",
        ),
        Said("That does not fit the word.", "이 말에 맞지 않는 값입니다."),
        Said(f"Write {wanted.en} after it.", f"뒤에 올 것: {wanted.ko}."),
    )


def _value(written: Any) -> Any:
    is_bad = isinstance(written, datetime) or not isinstance(written, Scalar)
    if is_bad or (isinstance(written, float) and not math.isfinite(written)):
        return None
    return written


def _number(written: Any) -> Any:
    is_number = isinstance(written, (int, float)) and not isinstance(written, bool)
    return _value(written) if is_number else None


def _day(written: Any) -> date | None:
    if isinstance(written, str):
        try:
            return date.fromisoformat(written)
        except ValueError:
            return None
    return written if isinstance(written, date) and not isinstance(written, datetime) else None


def _values(written: Any) -> tuple[Any, ...] | None:
    if not isinstance(written, (list, tuple)) or not written:
        return None
    values = tuple(_value(each) for each in written)
    return None if None in values else tuple({(type(v), v): v for v in values}.values())


def _two(written: Any, read: Callable[[Any], Any]) -> tuple[Any, Any] | None:
    if not isinstance(written, (list, tuple)) or len(written) != 2:
        return None
    low, high = map(read, written)
    return (low, high) if low is not None and high is not None and low <= high else None


def _pair(written: Any) -> tuple[Any, Any] | None:
    return _two(written, _number) or _two(written, _day)


def _count(written: Any) -> int | None:
    return written if isinstance(written, int) and not isinstance(written, bool) and written >= 0 else None


def _nothing(written: Any) -> bool | None:
    return True if written is True or written is None else None


def _name(written: Any) -> str | None:
    return written if isinstance(written, str) and written.strip() else None


_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "nothing": _nothing, "value": _value, "values": _values, "number": _number, "count": _count,
    "pair": _pair, "days": lambda written: _two(written, _day), "day": _day, "name": _name,
}  # fmt: skip

"""What does `name=text` mean for a metric? The text as the type that the metric's signature asks for."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, Literal

from dangol.core.calendar import Period
from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.core.metrics import Metric

_SETTING: Final = Said("setting", "설정")
_SEVERAL: Final = (tuple, Sequence)
"""Types of several values in one text; `typing.get_origin` gives these for `tuple[int, ...]` and `Sequence[str]`."""


def parsed(metric: Metric, given: Sequence[str]) -> dict[str, Any]:
    """The settings `name=text` of a metric as values, by name; a RequestError that says what would work."""
    return dict(_one(metric, each) for each in given)


def written(annotation: Any) -> str:
    """How a value of a type is written on the command line, such as `START..END` or `day|week|month`.

    >>> written(int), written(Period), written(Literal["days", "weeks"] | None)
    ('a whole number', 'START..END', 'days|weeks')
    """
    kind = _without_none(annotation)
    if choices := _choices(kind):
        return "|".join(choices)
    if _is_range(kind):
        return "FROM-TO"
    if typing.get_origin(kind) in _SEVERAL:
        return f"{written(typing.get_args(kind)[0])}, several with commas"
    return _WRITTEN.get(kind, str(getattr(kind, "__name__", kind)))


def value_of(name: str, annotation: Any, text: str) -> Any:
    """A text as a value of a type: StrEnum, Literal, Period, date, int, float, Decimal, bool, str or a tuple."""
    kind = _without_none(annotation)
    if choices := _choices(kind):
        return _chosen(name, kind, choices, text)
    if typing.get_origin(kind) in _SEVERAL and not _is_range(kind):
        return tuple(value_of(name, typing.get_args(kind)[0], part.strip()) for part in text.split(","))
    try:
        return _range(text) if _is_range(kind) else _READERS[kind](text)
    except (ValueError, InvalidOperation) as error:
        raise _unreadable(name, text, written(annotation)) from error


def _one(metric: Metric, given: str) -> tuple[str, Any]:
    name, equals, text = given.partition("=")
    name = name.strip()
    if not equals:
        raise _unreadable(name, "", "NAME=VALUE")
    if name not in metric.parameters:
        kind = Said(f"setting of {metric.name}", f"지표 {metric.name}의 설정")
        raise UnknownNameError(kind, name, metric.parameters)
    return name, value_of(name, metric.parameters[name].annotation, text.strip())


def _without_none(annotation: Any) -> Any:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        (kind,) = (each for each in typing.get_args(annotation) if each is not type(None))
        return kind
    return annotation


def _choices(kind: Any) -> list[str]:
    if typing.get_origin(kind) is Literal:
        return [str(choice) for choice in typing.get_args(kind)]
    return [member.value for member in kind] if inspect.isclass(kind) and issubclass(kind, StrEnum) else []


def _chosen(name: str, kind: Any, choices: list[str], text: str) -> Any:
    if text not in choices:
        raise UnknownNameError(Said(f"value of {name}", f"{name}의 값"), text, choices)
    if typing.get_origin(kind) is Literal:
        return typing.get_args(kind)[choices.index(text)]
    return kind(text)


def _is_range(kind: Any) -> bool:
    """Whether a type is a pair of whole numbers whose second may be open."""
    return typing.get_origin(kind) is tuple and typing.get_args(kind) == (int, int | None)


def _range(text: str) -> tuple[int, int | None]:
    """`7-30`, or `31-` without an end."""
    first, dash, last = text.partition("-")
    if not dash:
        raise ValueError(text)
    return int(first), int(last) if last.strip() else None


def _period(text: str) -> Period:
    start, dots, end = text.partition("..")
    if not dots:
        raise ValueError(text)
    return Period(date.fromisoformat(start.strip()), date.fromisoformat(end.strip()))


def _truth(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


_READERS: Final[Mapping[Any, Callable[[str], Any]]] = {
    Period: _period,
    date: date.fromisoformat,
    int: int,
    float: float,
    Decimal: Decimal,
    bool: _truth,
    str: str,
}

_WRITTEN: Final[Mapping[Any, str]] = {
    Period: "START..END",
    date: "YYYY-MM-DD",
    int: "a whole number",
    float: "a number",
    Decimal: "a number",
    bool: "true|false",
    str: "text",
}


def _unreadable(name: str, text: str, form: str) -> RequestError:
    return RequestError(
        Said(f"{name}={text} was asked for.", f"{name}={text}을(를) 요청하셨습니다."),
        Said(f"{text!r} cannot be read as {form}.", f"{text!r}은(는) {form}(으)로 읽을 수 없습니다."),
        Said(
            f"Write {name}={_EXAMPLES.get(form, form)}.", f"{name}={_EXAMPLES.get(form, form)}처럼 쓰십시오."
        ),
    )


_EXAMPLES: Final[Mapping[str, str]] = {
    "START..END": "2025-01-01..2026-01-01 (the end is the first day that no longer belongs to it)",
    "YYYY-MM-DD": "2025-01-31",
    "a whole number": "3",
    "FROM-TO": "7-30 (31- without an end)",
    "a number": "0.5",
    "true|false": "true",
}

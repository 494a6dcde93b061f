"""How long is a window? `30 days`, `2 weeks`, `12 hours`: a number of hours or days, never of calendar months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import ibis
from ibis.expr.types import IntervalScalar

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said

_HOURS: Final = {"hour": 1, "day": 24, "week": 7 * 24, "month": 30 * 24, "year": 365 * 24}
_KOREAN: Final = {"hour": "시간", "day": "일", "week": "주", "month": "개월", "year": "년"}
_LONGEST_DAYS: Final = 36_500
_WRITTEN = re.compile(r"(\d+)\s+([a-z]+)")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time. A month is 30 days and a year 365, so that a window leaves each event at one moment."""

    count: int
    unit: str

    @property
    def delta(self) -> timedelta:
        """The length as Python counts it."""
        return timedelta(hours=self.count * _HOURS[self.unit])

    @property
    def interval(self) -> IntervalScalar:
        """The length as a query counts it."""
        if self.unit == "hour":
            return ibis.interval(hours=self.count)
        return ibis.interval(days=self.delta.days)

    @property
    def is_whole_days(self) -> bool:
        """Whether it is counted in days or more."""
        return self.unit != "hour"

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    @property
    def said(self) -> Said:
        """`3 months (90 days)`, 3개월(90일)."""
        en, ko = str(self), f"{self.count}{_KOREAN[self.unit]}"
        if self.unit in ("month", "year"):
            return Said(f"{en} ({self.delta.days} days)", f"{ko}({self.delta.days}일)")
        return Said(en, ko)


def parse_span(written: Any, path: str) -> Span:
    """`30 days` as a Span; an error with the path when it is not a number and a unit."""
    if isinstance(written, Span):
        return written
    found = _WRITTEN.fullmatch(written.strip().lower()) if isinstance(written, str) else None
    if not found:
        raise RequestError(
            Said(f"At {path} the length of time {written!r} was given.", f"{path}에 기간 {written!r}을(를) 주셨습니다."),
            Said("It is not a whole number and a unit.", "정수와 단위로 되어 있지 않습니다."),
            Said("Write for example: 30 days.", "예: 30 days."),
        )  # fmt: skip
    unit = found[2].removesuffix("s")
    if unit not in _HOURS:
        raise UnknownNameError(Said(f"unit of time at {path}", f"{path}의 시간 단위"), found[2], _HOURS)
    span = Span(int(found[1]), unit)
    if not timedelta(0) < span.delta <= timedelta(days=_LONGEST_DAYS):
        raise RequestError(
            Said(f"At {path} the length of time {span} was given.", f"{path}에 기간 {span}을(를) 주셨습니다."),
            Said(f"It is none, or longer than {_LONGEST_DAYS} days.", f"0이거나 {_LONGEST_DAYS}일보다 깁니다."),
            Said("Leave the window out for all of history.", "전체 기간이면 기간을 적지 마십시오."),
        )  # fmt: skip
    return span

"""When does a business work? Open hours of a week in its zone, without the days on which it is closed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final

from dangol.core.calendar import time_zone
from dangol.core.errors import RequestError
from dangol.core.language import Said

WEEKDAYS: Final = (
    Said("Monday", "월요일"), Said("Tuesday", "화요일"), Said("Wednesday", "수요일"), Said("Thursday", "목요일"),
    Said("Friday", "금요일"), Said("Saturday", "토요일"), Said("Sunday", "일요일"),
)  # fmt: skip
DAY: Final = 24 * 60
FARTHEST_DAYS: Final = 3 * 366
"""A moment that lies farther ahead than this is never reached: nothing is ever open."""
_SPAN: Final = re.compile(r"(\d{1,2}):(\d{2})\s*[-~]\s*(\d{1,2}):(\d{2})")

Span = tuple[int, int]
"""From one minute of the day to another; the end may lie on the next day (up to 48 hours)."""


@dataclass(frozen=True, slots=True)
class Hours:
    """`weekly` has the open spans of Monday to Sunday; on the days of `closed_on` none of them begins."""

    zone: str
    weekly: tuple[tuple[Span, ...], ...]
    closed_on: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        time_zone(self.zone)
        if len(self.weekly) != len(WEEKDAYS):
            raise ValueError(f"A week has 7 days; {len(self.weekly)} were given.")

    def is_open(self, moment: datetime) -> bool:
        """Whether it is open at a moment (aware of its zone)."""
        return any(start <= moment < end for start, end in self.spans(moment, moment + timedelta(minutes=1)))

    def seconds_between(self, start: datetime, end: datetime) -> float:
        """Open seconds from one moment to another; 0 when the end comes first."""
        cut = ((max(a, start), min(b, end)) for a, b in self.spans(start, end))
        return sum((b - a).total_seconds() for a, b in cut if b > a)

    def after(self, start: datetime, seconds: float) -> datetime | None:
        """The moment by which so many open seconds have passed since `start`; None when it is never reached."""
        left = seconds
        for a, b in self.spans(start, start + timedelta(days=FARTHEST_DAYS)):
            begins = max(a, start)
            has = (b - begins).total_seconds()
            if has >= left:
                return begins + timedelta(seconds=left)
            left -= max(has, 0.0)
        return None

    def spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open spans that touch a time, in UTC and in order, those that touch or overlap as one."""
        held: tuple[datetime, datetime] | None = None
        for a, b in self._each(start, end):
            if held and a <= held[1]:
                held = held[0], max(held[1], b)
                continue
            if held:
                yield held
            held = a, b
        if held:
            yield held

    def _each(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        zone = time_zone(self.zone)
        day = start.astimezone(zone).date() - timedelta(days=2)
        while day <= end.astimezone(zone).date():
            for opens, closes in sorted(self.weekly[day.weekday()]) if day not in self.closed_on else ():
                a, b = self._moment(day, opens), self._moment(day, closes)
                if a < b and b > start and a < end:
                    yield a, b
            day += timedelta(days=1)

    def _moment(self, day: date, minute: int) -> datetime:
        """A minute of a day by the clock on the wall; in the hour that summer time takes away, the next one there is."""
        days, rest = divmod(minute, DAY)
        wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), time_zone(self.zone))
        return wall.astimezone(UTC)


def spans_of(text: str) -> tuple[Span, ...]:
    """The spans that a text names, several parted by commas; an end before its start lies on the next day.

    >>> spans_of("09:00-12:00, 13:00-18:00")
    ((540, 720), (780, 1080))
    >>> spans_of("22:00-06:00")
    ((1320, 1800),)
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    found = sorted(_span(part) for part in parts)
    if any(after[0] < before[1] for before, after in pairwise(found)):
        raise _wrong(text, Said("Two of its spans overlap.", "겹치는 시간이 있습니다."))
    return tuple(found)


def text_of(spans: Sequence[Sequence[int]]) -> str:
    """Spans as they are written.

    >>> text_of([(540, 720), (1320, 1800)])
    '09:00-12:00, 22:00-06:00'
    """
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans)


def closed_days(text: str) -> dict[date, str]:
    """The days of a text, one a line with its name behind it; a RequestError for a line that is no day.

    >>> closed_days("2026-09-25 Chuseok")
    {datetime.date(2026, 9, 25): 'Chuseok'}
    """
    found: dict[date, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        day, _, name = line.partition(" ")
        try:
            found[date.fromisoformat(day)] = name.strip()
        except ValueError:
            raise _wrong(line, Said("A line begins with a day.", "줄은 날짜로 시작해야 합니다.")) from None
    return dict(sorted(found.items()))


def text_of_days(days: Mapping[str, str]) -> str:
    """Closed days as they are written, one a line."""
    return "\n".join(f"{day} {name}".strip() for day, name in sorted(days.items()))


def _span(part: str) -> Span:
    found = _SPAN.fullmatch(part)
    if not found:
        raise _wrong(part, Said("That is no span of hours.", "시간 구간이 아닙니다."))
    hour, minute, end_hour, end_minute = map(int, found.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if max(minute, end_minute) > 59 or start >= DAY or end > DAY:
        raise _wrong(part, Said("A day has 24 hours.", "하루는 24시간입니다."))
    return (start, end) if end > start else (start, end + DAY)


def _clock(minute: int) -> str:
    rest = minute if minute == DAY else minute % DAY
    return f"{rest // 60:02d}:{rest % 60:02d}"


def _wrong(text: str, why: Said) -> RequestError:
    return RequestError(
        Said(f"Open hours were set to {text!r}.", f"영업 시간을 {text!r}(으)로 정하려 하셨습니다."),
        why,
        Said(
            "Write 09:00-12:00, 13:00-18:00, or 2026-09-25 Chuseok for a closed day.",
            "09:00-12:00, 13:00-18:00처럼, 쉬는 날은 2026-09-25 추석처럼 써 주십시오.",
        ),
    )

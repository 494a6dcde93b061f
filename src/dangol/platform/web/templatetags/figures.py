"""How does a template say a number, money, a date or a reason? In the reader's language and zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from dangol.core.language import Language, Said
from dangol.core.report.voice import SIGNS, UNITS, WHOLE, Voice
from dangol.platform.kernel import clock

register: Final = template.Library()
Number = int | float | Decimal

_DASH: Final = "–"
_AGO: Final = (
    (60, Said("just now", "방금")),
    (3600, Said("{n} min ago", "{n}분 전")),
    (86400, Said("{n} h ago", "{n}시간 전")),
    (7 * 86400, Said("{n} d ago", "{n}일 전")),
)
_AHEAD: Final = (
    (60, Said("in a moment", "곧")),
    (3600, Said("in {n} min", "{n}분 뒤")),
    (86400, Said("in {n} h", "{n}시간 뒤")),
    (7 * 86400, Said("in {n} d", "{n}일 뒤")),
)


def reader_language() -> Language:
    """The language that the page speaks."""
    return "ko" if (get_language() or "en").startswith("ko") else "en"


def voice(currency: str | None = None) -> Voice:
    """How the reader's language says numbers."""
    return Voice(reader_language(), currency)


@register.filter
def number(value: Number | None, digits: int = 0) -> str:
    """5,120; with `digits` decimals. A dash where there is none."""
    if value is None or value == "":
        return _DASH
    return voice().decimal(value, digits)


@register.filter
def large(value: Number | None) -> str:
    """A large figure, shortened: 1.2M; 123만."""
    return (
        _DASH
        if value is None
        else voice().money(value)
        if abs(float(value)) >= 100_000
        else voice().count(value)
    )


@register.filter
def percent(rate: Number | None, digits: int = 1) -> str:
    """A rate of 0 to 1 as 92.4%."""
    return _DASH if rate is None else voice().percent(rate, digits)


@register.filter
def points(change: Number | None, digits: int = 1) -> str:
    """A difference of two rates: +1.2 points; +1.2%p."""
    if change is None:
        return _DASH
    sign = "+" if change >= 0 else "−"
    size = voice().decimal(abs(float(change)) * 100, digits)
    return f"{sign}{size}{'%p' if reader_language() == 'ko' else ' points'}"


@register.filter
def money(amount: Number | None, currency: str = "") -> str:
    """Money, shortened when large: ₩12.3M; 1,230만 원."""
    return _DASH if amount is None else voice(currency or None).money(amount)


@register.filter
def money_exact(amount: Number | None, currency: str = "") -> str:
    """Money to the last unit: ₩12,345; 12,345원. Won and yen have no decimals."""
    if amount is None:
        return _DASH
    digits = 0 if currency in WHOLE else 2
    size = f"{abs(amount):,.{digits}f}"
    sign = "−" if amount < 0 else ""
    if reader_language() == "ko":
        unit = UNITS.get(currency, currency)
        return f"{sign}{size}{unit}" if unit == "원" else f"{sign}{size}\N{NO-BREAK SPACE}{unit}".rstrip()
    return f"{sign}{SIGNS.get(currency, f'{currency} ' if currency else '')}{size}"


@register.filter
def day(when: date | datetime | None) -> str:
    """A day by locale: 9 Dec 2026; 2026년 12월 9일."""
    return _DASH if when is None else voice().day(_here(when))


@register.filter
def short_day(when: date | datetime | None) -> str:
    """A day without its year where it is this year's: 9 Dec; 12월 9일."""
    if when is None:
        return _DASH
    there = _here(when)
    if there.year != _here(clock.now()).year:
        return voice().day(there)
    return f"{there.month}월 {there.day}일" if reader_language() == "ko" else f"{there:%-d %b}"


@register.filter
def month(when: date | None) -> str:
    """A month by locale: Dec 2026; 2026년 12월."""
    return _DASH if when is None else voice().month(_here(when))


@register.filter
def moment(when: datetime | None) -> str:
    """A day and time in the reader's zone: 9 Dec 2026, 14:05."""
    if when is None:
        return _DASH
    there = timezone.localtime(when)
    between = " " if reader_language() == "ko" else ", "
    return f"{voice().day(there.date())}{between}{there:%H:%M}"


@register.filter
def at_time(when: datetime | None) -> str:
    """The time of day in the reader's zone: 14:05."""
    return _DASH if when is None else f"{timezone.localtime(when):%H:%M}"


@register.filter
def ago(when: datetime | None) -> str:
    """How long ago, or how soon: 5 min ago; after a week the day itself."""
    if when is None:
        return _DASH
    seconds = (clock.now() - when).total_seconds()
    steps, size = (_AGO, seconds) if seconds >= 0 else (_AHEAD, -seconds)
    unit = 60
    for limit, words in steps:
        if size < limit:
            return voice()(words, n=int(size // unit)) if limit > 60 else voice()(words)
        unit = limit if limit < 7 * 86400 else unit
    return short_day(when)


@register.filter
def duration(length: timedelta | Number | None) -> str:
    """A length of time (or seconds) in its two largest units: 2 h 5 min; 2시간 5분."""
    if length is None:
        return _DASH
    left = int(length.total_seconds() if isinstance(length, timedelta) else length)
    units = ((86400, " d", "일"), (3600, " h", "시간"), (60, " min", "분"), (1, " s", "초"))
    parts: list[str] = []
    for size, en, ko in units:
        n, left = divmod(left, size)
        if n:
            parts.append(f"{n:,}{ko if reader_language() == 'ko' else en}")
    return " ".join(parts[:2]) or voice()(Said("0 s", "0초"))


@register.filter
def in_days(count: Number | None) -> str:
    """A number of days: 90 days; 90일."""
    return _DASH if count is None else voice().days(count)


@register.filter
def not_yet(reason: str | Said | None) -> str:
    """What stands in place of a number that is not known: not yet, and why. Takes a code or a text."""
    if isinstance(reason, Said):
        return voice()(Said("not yet: {why}", "아직 없음: {why}"), why=voice()(reason))
    return voice().not_yet(reason or None)


@register.filter
def bytes_in_words(size: int | None) -> str:
    """The size of a file: 1.2 MB."""
    if size is None:
        return _DASH
    for floor, unit in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")):
        if size >= floor:
            return f"{size / floor:,.1f} {unit}"
    return f"{size} B"


def _here(when: date | datetime) -> date:
    return timezone.localtime(when).date() if isinstance(when, datetime) else when

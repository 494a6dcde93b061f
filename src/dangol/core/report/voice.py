"""How are numbers, dates and money said in the reader's language?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from dangol.core.language import Language, Said
from dangol.core.schema.reasons import REASONS

Number = int | float | Decimal

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SIGNS: Final = {"USD": "$", "EUR": "€", "GBP": "£", "KRW": "₩", "JPY": "¥"}
UNITS: Final = {"USD": "달러", "EUR": "유로", "GBP": "파운드", "KRW": "원", "JPY": "엔"}
WHOLE: Final = frozenset({"KRW", "JPY"})
"""Currencies that are written without decimals."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One language, and the currency of the data (None: not stated)."""

    language: Language
    currency: str | None = None

    def __call__(self, text: Said, **values: object) -> str:
        """The text in this language, with its `{names}` filled in."""
        words = text.in_(self.language)
        return words.format(**values) if values else words

    def count(self, value: Number) -> str:
        """A whole number: 5,120."""
        return f"{value:,.0f}"

    def decimal(self, value: Number, digits: int = 1) -> str:
        """A number with decimals: 2.4. A true minus sign."""
        return f"{value:,.{digits}f}".replace("-", "−")

    def percent(self, rate: Number, digits: int = 1) -> str:
        """A rate of 0 to 1 as 92.4%."""
        return f"{self.decimal(float(rate) * 100, digits)}%"

    def money(self, amount: Number) -> str:
        """Money, shortened when large: £17.4M, ₩12.3M; 1,743만 파운드, 3.2억 원."""
        value = float(amount)
        sign, size = ("−" if value < 0 else ""), abs(value)
        if self.language == "ko":
            return f"{sign}{self._korean_size(size)}{self._korean_unit()}"
        return f"{sign}{self._sign()}{self._english_size(size)}"

    def _sign(self) -> str:
        return SIGNS.get(self.currency or "", f"{self.currency} " if self.currency else "")

    def _korean_unit(self) -> str:
        unit = UNITS.get(self.currency or "", self.currency or "")
        return unit if unit == "원" else f"\N{NO-BREAK SPACE}{unit}" if unit else ""

    def _english_size(self, size: float) -> str:
        for floor, letter in ((1e9, "B"), (1e6, "M"), (1e5, "k")):
            if size >= floor:
                scale = 1e3 if letter == "k" else floor
                return f"{_figures(size / scale)}{letter}"
        return self._plain(size)

    def _korean_size(self, size: float) -> str:
        for floor, word in ((1e12, "조"), (1e8, "억"), (1e4, "만")):
            if size >= floor:
                tail = "\N{NO-BREAK SPACE}" if self.currency == "KRW" else ""
                return f"{_figures(size / floor)}{word}{tail}"
        return self._plain(size)

    def _plain(self, size: float) -> str:
        digits = 0 if self.currency in WHOLE or size >= 1000 or size == int(size) else 2
        return f"{size:,.{digits}f}"

    def day(self, day: date) -> str:
        """A day: 9 Dec 2011; 2011년 12월 9일."""
        if self.language == "ko":
            return f"{day.year}년 {day.month}월 {day.day}일"
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    def month(self, day: date) -> str:
        """The month of a day: Dec 2011; 2011년 12월."""
        return (
            f"{day.year}년 {day.month}월" if self.language == "ko" else f"{MONTHS[day.month - 1]} {day.year}"
        )

    def short_month(self, day: date) -> str:
        """The month on an axis: Dec ’11; 11년 12월."""
        year = f"{day.year % 100:02d}"
        return f"{year}년 {day.month}월" if self.language == "ko" else f"{MONTHS[day.month - 1]} ’{year}"

    def period(self, start: date, end: date) -> str:
        """The days from `start` up to, not including, `end`: as a month where it is one."""
        last = end - timedelta(days=1)
        if start.day == 1 and end.day == 1 and (start.year, start.month) == (last.year, last.month):
            return self.month(start)
        return f"{self.day(start)} – {self.day(last)}"

    def last_day(self, end: date) -> str:
        """The moment just before `end`: the month where one has just ended, the day otherwise."""
        last = end - timedelta(days=1)
        if end.day == 1:
            return self(Said("end of {m}", "{m} 말"), m=self.month(last))
        return self.day(last)

    def points(self, change: Number, base: str) -> str:
        """A change of a rate in percentage points against a named base."""
        sign = "+" if change >= 0 else "−"
        words = Said("{sign}{n} points against {base}", "{base}보다 {sign}{n}%p")
        return self(words, sign=sign, n=self.decimal(abs(float(change)) * 100), base=base)

    def interval(self, low: Number, high: Number) -> str:
        """The 95 % interval of a rate."""
        words = Said("{low} to {high}, 95% interval", "95% 구간 {low}~{high}")
        return self(words, low=self.percent(low), high=self.percent(high))

    def days(self, number: Number) -> str:
        """A number of days: 61 days; 61일."""
        if self.language == "ko":
            return f"{self.count(number)}일"
        return "1 day" if round(number) == 1 else f"{self.count(number)} days"

    def customers(self, number: Number) -> str:
        """A number of customers: 5,120 customers; 고객 5,120명."""
        if self.language == "ko":
            return f"고객 {self.count(number)}명"
        return "1 customer" if number == 1 else f"{self.count(number)} customers"

    def not_yet(self, reason: str | None) -> str:
        """What stands in place of a number that is not known."""
        why = REASONS.get(reason or "")
        words = self(why) if why else (reason or self(Said("it is not in the data", "데이터에 없습니다")))
        return self(Said("not yet: {why}", "아직 없음: {why}"), why=words.replace("{", "(").replace("}", ")"))


def _figures(value: float) -> str:
    """Three figures, no needless zeros: 1.2, 17.4, 174, 1,743."""
    digits = 0 if value >= 100 else 1
    return f"{value:,.{digits}f}".removesuffix(".0")


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round numbers from `low` to `high`, about so many: where an axis has its lines.

    >>> ticks(0, 0.47), ticks(0, 130)
    ([0.0, 0.2, 0.4], [0.0, 50.0, 100.0])
    """
    if high <= low:
        return [low]
    rough = (high - low) / about
    power = 10 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= rough)
    first = math.ceil(low / step)
    return [round(float(n * step), 12) for n in range(first, math.floor(high / step + 1e-9) + 1)]

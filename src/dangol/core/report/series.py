"""Where do the lines of an axis stand? Months and ages along it, rates and money up it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from dangol.core.report.voice import Voice, ticks


@dataclass(frozen=True, slots=True)
class Months:
    """Months along an axis, at 0, 1, 2, ...; about six are named, and a year where it begins."""

    starts: list[date]
    say: Voice
    ends: list[date] = field(default_factory=list)
    """Where the value is that of the end of a period, the first day after it."""

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """The months that are named."""
        step = max(1, -(-len(self.starts) // 8))
        return [(float(n), self._name(n)) for n in range(len(self.starts) - 1, -1, -step)][::-1]

    @property
    def range(self) -> tuple[float, float]:
        """From the first month to the last."""
        return 0.0, max(float(len(self.starts) - 1), 1.0)

    def _name(self, n: int) -> str:
        day = self.ends[n] - timedelta(days=1) if self.ends else self.starts[n]
        return self.say.short_month(day)


@dataclass(frozen=True, slots=True)
class Axis:
    """Ticks with words, and the range they stand in."""

    ticks: list[tuple[float, str]]
    range: tuple[float, float]


def rate_axis(rates: list[float], say: Voice, *, zero: bool = False) -> Axis:
    """An axis for rates. It starts at 0 for `zero`, and elsewhere where the rates are, and says so by its labels."""
    low, high = (0.0 if zero else min(rates)), max(rates)
    room = max((high - low) * 0.2, 0.01)
    low, high = max(0.0, low - (0 if zero else room)), (high + room)
    shown = ticks(low, high, 5)
    digits = 0 if all(abs(t * 100 - round(t * 100)) < 1e-9 for t in shown) else 1
    return Axis([(t, say.percent(t, digits)) for t in shown], (low, high))


def money_axis(amounts: list[float], say: Voice) -> Axis:
    """An axis for money, from 0 (or below it) to above the largest."""
    low, high = min(0.0, *amounts), max(*amounts, 0.0)
    high += (high - low) * 0.12 or 1.0
    low -= (high - low) * 0.06 if low < 0 else 0
    return Axis([(t, say.money(t)) for t in ticks(low, high)], (low, high))


def count_axis(counts: list[float], say: Voice) -> Axis:
    """An axis for counts, from 0 (or below it) to above the largest."""
    low, high = min(0.0, *counts), max(*counts, 0.0)
    high += (high - low) * 0.12 or 1.0
    low -= (high - low) * 0.06 if low < 0 else 0
    return Axis([(t, say.count(t).replace("-", "−")) for t in ticks(low, high)], (low, high))

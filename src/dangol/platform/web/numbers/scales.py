"""On which scales does a picture stand? Axes, intervals, named days, and which periods are over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dangol.core.metrics import find
from dangol.core.report.series import Axis, count_axis, money_axis, rate_axis
from dangol.core.report.voice import Voice, ticks
from dangol.core.stats.proportion import Proportion
from dangol.platform.kernel.queries import business
from dangol.platform.web.numbers.cells import is_money, is_share
from dangol.platform.web.numbers.shapes import Shape
from dangol.platform.web.templatetags.figures import voice

Row = Mapping[str, Any]


def say_of(rows: Sequence[Row]) -> Voice:
    """The reader's voice, with the currency of the rows."""
    currency = next((row["currency"] for row in rows if row.get("currency")), business().currency)
    return voice(currency)


def axis_of(metric: str, column: str, values: list[float], say: Voice) -> Axis:
    """The axis of a figure in its own unit."""
    if is_money(metric, column):
        return money_axis(values, say)
    if is_share(metric, column):
        return rate_axis(values, say, zero=min(values) < 0.25 * max(values))
    if find(metric).returns[column].startswith("int"):
        return count_axis(values, say)
    low, high = min(values), max(values)
    room = (high - low) * 0.2 or abs(high) * 0.1 or 1.0
    low = low - room if low < 0 or low > room else 0.0
    places = ticks(low, high + room)
    return Axis(
        [(t, say.decimal(t, 0 if all(p == int(p) for p in places) else 1)) for t in places],
        (low, high + room),
    )


def interval(shape: Shape, row: Row) -> tuple[float, float] | None:
    """The 95 % interval of a figure: its own columns, or Wilson's of its parts."""
    if shape.low and row.get(shape.low) is not None and row.get(shape.high) is not None:
        return float(row[shape.low]), float(row[shape.high])
    if shape.part and row.get(shape.part) is not None and row.get(shape.of):
        found = Proportion(min(row[shape.part], row[shape.of]), row[shape.of]).interval()
        return (found.low, found.high) if found else None
    return None


def is_over(row: Row, today: date) -> bool:
    """Whether the period of a row has ended."""
    end = row.get("ends_on") or row.get("day")
    return bool(row.get("is_finished", True)) and (end is None or end <= today)


def is_monthly(rows: Sequence[Row], column: str) -> bool:
    """Whether rows are calendar months."""
    return column in ("ends_on", "starts_on") and all(
        row[column].day == 1 or row is rows[-1] or row is rows[0] for row in rows
    )


def named_days(rows: Sequence[Row], column: str, say: Voice) -> list[tuple[float, str]]:
    """About seven days along an axis, the last one always."""
    step = max(1, -(-len(rows) // 7))
    named = range(len(rows) - 1, -1, -step)
    return [(float(n), short_day(rows[n][column], say)) for n in named][::-1]


def short_day(day: date, say: Voice) -> str:
    """A day without its year."""
    return f"{day.month}월 {day.day}일" if say.language == "ko" else f"{day:%-d %b}"

"""In which stretch of time must it have happened? Ever, within the last ..., during ..., since ..."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final

import ibis
from ibis.expr.types import BooleanValue, Table, TimestampValue

from dangol.core.rules.happenings import Source
from dangol.core.rules.moment import Moment, after, literal
from dangol.core.rules.operands import checked
from dangol.core.rules.phrase import Pair
from dangol.core.rules.span import Span
from dangol.core.rules.words import Shape

Stretch = tuple[datetime | None, datetime]
"""First moment (None: no beginning) and first moment after it."""


@dataclass(frozen=True, slots=True)
class Ever:
    """All of history before the moment."""

    word: ClassVar[str] = ""
    operand: Any = None

    def start(self, moment: Moment) -> datetime | None:
        """First moment of the window; None when it has no beginning."""
        return None

    def end(self, moment: Moment) -> datetime:
        """First moment after the window."""
        return moment.at

    def holds(
        self, rows: Table, source: Source, moment: Moment, among: Stretch | None = None
    ) -> BooleanValue:
        """Which rows lie in the window; by the day alone where the window is made of whole days.

        `among` is the stretch that the rows are already limited to: its ends are not looked at again.
        """
        start, end = self.start(moment), self.end(moment)
        first, last = among or (None, None)
        is_known = end == last or nothing_later(source, moment, end)
        upper = _every(rows) if is_known else before(rows, source, moment, end)
        return upper & from_(rows, source, moment, start) if start and start != first else upper

    @property
    def span(self) -> Span | None:
        """How long a row stays in the window; None when it stays for ever."""
        return None

    def leaves(self, at: TimestampValue) -> TimestampValue:
        """When a row that happened at `at` is out of the window; null when it stays for ever."""
        return after(at, self.span) if self.span else ibis.null("timestamp")

    @property
    def said(self) -> Pair:
        """As it stands in a sentence."""
        return "", ""


@dataclass(frozen=True, slots=True)
class Rolling(Ever):
    """The last so many hours or days, moving with time."""

    operand: Span = field(default_factory=lambda: Span(30, "day"))
    word: ClassVar[str] = "within the last"
    shape: ClassVar[Shape] = "span"

    def start(self, moment: Moment) -> datetime | None:
        """The moment less the length of the window."""
        return moment.since(self.operand)

    @property
    def span(self) -> Span | None:
        """The length of the window."""
        return self.operand

    @property
    def said(self) -> Pair:
        """`in the last 30 days`."""
        return (f"in the last {self.operand.said.en}", f"최근 {self.operand.said.ko} 동안")


@dataclass(frozen=True, slots=True)
class During(Ever):
    """From one day to another, both included."""

    operand: tuple[date, date] = (date.min, date.min)
    word: ClassVar[str] = "during"
    shape: ClassVar[Shape] = "days"

    def start(self, moment: Moment) -> datetime | None:
        """The first moment of the first day."""
        return moment.start_of(self.operand[0])

    def end(self, moment: Moment) -> datetime:
        """The end of the last day, or now."""
        return min(moment.at, moment.start_of(self.operand[1] + timedelta(days=1)))

    @property
    def said(self) -> Pair:
        """`from 2025-01-01 to 2025-01-31`."""
        first, last = self.operand
        return (f"from {first} to {last}", f"{first}부터 {last}까지")


@dataclass(frozen=True, slots=True)
class Since(Ever):
    """From a day on."""

    operand: date = date.min
    word: ClassVar[str] = "since"
    shape: ClassVar[Shape] = "day"

    def start(self, moment: Moment) -> datetime | None:
        """The first moment of the day."""
        return moment.start_of(self.operand)

    @property
    def said(self) -> Pair:
        """`since 2025-01-01`."""
        return (f"since {self.operand}", f"{self.operand} 이후")


WINDOWS: Final[Mapping[str, type[Rolling] | type[During] | type[Since]]] = {
    each.word: each for each in (Rolling, During, Since)
}


def parse_window(leaf: Mapping[str, Any], path: str) -> Ever:
    """The window of a leaf; all of history when it names none."""
    for word, window in WINDOWS.items():
        if word in leaf:
            return window(checked(word, window.shape, leaf[word], f"{path}.{word}"))
    return Ever()


def nothing_later(source: Source, moment: Moment, end: datetime) -> bool:
    """Whether every row of a source happened before `end`, so that none need be looked at."""
    is_day = source.on is not None and moment.whole_day(end) is not None
    return moment.is_last and end == moment.at and is_day


def _every(rows: Table) -> BooleanValue:
    """All rows, as a column like every other test: a constant could not be counted by row."""
    return rows.person_id.notnull()


def before(rows: Table, source: Source, moment: Moment, end: datetime) -> BooleanValue:
    """Rows that happened before `end`; by the day alone where a day starts then."""
    day = moment.whole_day(end)
    if source.on and day:
        return rows[source.on] < ibis.literal(day)
    return rows.happened_at < literal(end)


def from_(rows: Table, source: Source, moment: Moment, start: datetime) -> BooleanValue:
    """Rows that happened at `start` or later; by the day alone where a day starts then."""
    day = moment.whole_day(start)
    if source.on and day:
        return rows[source.on] >= ibis.literal(day)
    exact = rows.happened_at >= literal(start)
    # A day is at most a day away from its moment in any zone: lets the engine skip whole files.
    return exact & (rows[source.on] >= ibis.literal(start.date() - timedelta(days=1))) if source.on else exact

"""When is the rule asked? One moment in UTC, and the days of the business's time zone around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import ibis
from ibis.expr.types import TimestampScalar, TimestampValue
from ibis.expr.types import Value as Expr

from dangol.core.calendar import time_zone
from dangol.core.rules.span import Span

TICK: Final = timedelta(microseconds=1)
"""The step of the engines' clocks: what is in a window until t is out of it at t + TICK."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The moment `at` (naive UTC); what happened at it or later is not known. A day counts as its first moment.

    A rolling window of length w holds what happened at t when at - w <= t < at.
    """

    at: datetime
    zone: ZoneInfo = field(default_factory=lambda: time_zone("UTC"))
    is_last: bool = False
    """Whether the tables hold no row of the moment's day or of a later one, so that none need be left out."""

    @classmethod
    def of_day(cls, day: date, zone: str = "UTC", *, is_last: bool = False) -> Moment:
        """The first moment of a day of the business."""
        return cls(_utc(datetime.combine(day, time()), time_zone(zone)), time_zone(zone), is_last)

    @property
    def day(self) -> date:
        """The day of the business that the moment belongs to."""
        return self._local(self.at).date()

    def since(self, span: Span) -> datetime:
        """First moment of a rolling window."""
        return self.at - span.delta

    def start_of(self, day: date) -> datetime:
        """First moment (UTC) of a day of the business."""
        return _utc(datetime.combine(day, time()), self.zone)

    def whole_day(self, at: datetime) -> date | None:
        """The day of the business that starts at this moment; None when none does."""
        local = self._local(at)
        return local.date() if local.time() == time() else None

    def day_starts(self, day: Expr) -> TimestampValue:
        """First moment (UTC) of each day of a column.

        By the zone's greatest offset of the year to come: exact without summer time, else up to an hour early.
        """
        offset = int(max(self._offsets()).total_seconds())
        moment = day.cast("timestamp")
        return moment - ibis.interval(seconds=offset) if offset else moment

    def first_day_from(self, at: datetime) -> date:
        """The first day of the business that starts at this moment or later."""
        local = self._local(at)
        return local.date() if local.time() == time() else local.date() + timedelta(days=1)

    def _local(self, at: datetime) -> datetime:
        return at.replace(tzinfo=UTC).astimezone(self.zone).replace(tzinfo=None)

    def _offsets(self) -> list[timedelta]:
        start = self.at.replace(tzinfo=UTC)
        days = (start + timedelta(days=7 * week) for week in range(54))
        return [day.astimezone(self.zone).utcoffset() or timedelta(0) for day in days]


def _utc(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def literal(at: datetime) -> TimestampScalar:
    """A moment in a query, exact to the microsecond on every engine."""
    return ibis.literal(at.isoformat(sep=" ")).cast("timestamp")


def after(at: TimestampValue, span: Span) -> TimestampValue:
    """The first moment at which what happened at `at` is out of a rolling window of this length."""
    return at + span.interval + ibis.interval(microseconds=1)

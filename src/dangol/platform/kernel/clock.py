"""What time is it? The one place of the platform that reads the clock; tests turn it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from dangol.core.calendar import time_zone

_shift = timedelta(0)
_frozen: datetime | None = None


def now() -> datetime:
    """The moment, aware, in UTC."""
    if _frozen is not None:
        return _frozen
    return datetime.now(UTC) + _shift  # noqa: TID251 the one clock


def today(zone: str) -> date:
    """The day in an IANA time zone."""
    return now().astimezone(time_zone(zone)).date()


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """The clock stands still at a moment (tests, replays)."""
    global _frozen  # noqa: PLW0603 there is one clock
    before, _frozen = _frozen, moment
    try:
        yield
    finally:
        _frozen = before


@contextmanager
def shifted_by(shift: timedelta) -> Iterator[None]:
    """The clock runs, but ahead (or behind) by `shift`: a jump, for tests."""
    global _shift  # noqa: PLW0603 there is one clock
    before, _shift = _shift, _shift + shift
    try:
        yield
    finally:
        _shift = before

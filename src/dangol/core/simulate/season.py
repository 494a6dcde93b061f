"""When is a business busy? Time stretched by weekday and month, and the hours of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]

SECOND: Final = 1_000_000
MILLISECOND: Final = 1_000
DAY: Final = 86_400 * SECOND

# Factors of the planted seasons: Monday to Sunday, January to December.
OFFICE_WEEK: Final = (1.15, 1.2, 1.2, 1.15, 1.05, 0.65, 0.6)
SHOP_WEEK: Final = (0.95, 0.92, 0.92, 0.95, 1.0, 1.12, 1.14)
MONTHS: Final = (0.95, 0.92, 1.02, 1.0, 1.03, 0.98, 0.94, 0.93, 1.02, 1.03, 1.1, 1.12)
LAUNCH_DAYS: Final = 30
"""Days of the launch of a business that starts with most of its customers."""

# Hours after midnight UTC at which a tenth of a day's sessions has begun, two tenths, ...: from 9 to 22 in
# Seoul, so that the day is the same one in both zones.
_HOURS: Final = (0.0, 0.7, 1.4, 2.1, 3.6, 4.8, 6.0, 7.2, 8.6, 11.2, 13.2)


@dataclass(frozen=True)
class Season:
    """Busy time: `elapsed[d]` units have passed when day d begins; a mean day is one unit."""

    elapsed: Floats

    @property
    def days(self) -> int:
        """Days in the season's calendar."""
        return len(self.elapsed) - 1

    def at(self, day: Floats) -> Floats:
        """Busy time passed at a day number (with fractions)."""
        return np.interp(day, np.arange(self.days + 1), self.elapsed)

    def day_of(self, elapsed: Floats) -> Floats:
        """The day number (with fractions) at which so much busy time has passed."""
        return np.interp(elapsed, self.elapsed, np.arange(self.days + 1))


def season(start: date, days: int, week: tuple[float, ...]) -> Season:
    """The season of a calendar, by weekday and month."""
    each = [start + timedelta(days=d) for d in range(days)]
    factors = np.array([week[day.weekday()] * MONTHS[day.month - 1] for day in each])
    return Season(np.concatenate([[0.0], np.cumsum(factors / factors.mean())]))


def joining(start: date, days: int, launch_share: float = 0.0) -> Season:
    """When people join: more of them towards the end (growth by a half), and in busy months.

    With a `launch_share`, so many join within LAUNCH_DAYS of the start, and the others evenly after them.
    """
    busy = np.diff(season(start, days, OFFICE_WEEK).elapsed)
    shares = busy * np.linspace(1.0, 1.5, days)
    if launch_share:
        first, later = busy[:LAUNCH_DAYS], busy[LAUNCH_DAYS:]
        shares = np.concatenate(
            [launch_share * first / first.sum(), (1 - launch_share) * later / later.sum()]
        )
    return Season(np.concatenate([[0.0], np.cumsum(shares / shares.sum())]))


def moment(start: date, day: Floats) -> Ints:
    """Microseconds since 1970 (UTC) of day numbers, to the millisecond as clients send them.

    The fraction of the day picks a busy hour.
    """
    whole = np.floor(day)
    hours = np.interp(day - whole, np.linspace(0, 1, len(_HOURS)), _HOURS)
    return origin(start) + whole.astype(np.int64) * DAY + (hours * 3_600_000).astype(np.int64) * MILLISECOND


def origin(start: date) -> int:
    """Microseconds from 1970 to the first day."""
    return (start - date(1970, 1, 1)).days * DAY


def day_stamp(start: date, day: Floats) -> NDArray[np.datetime64]:
    """Whole day numbers as moments at midnight; not a time where the number is not finite."""
    known = np.isfinite(day)
    whole = np.where(known, day, 0).astype(np.int64) * DAY + origin(start)
    return np.where(known, whole.view("datetime64[us]"), np.datetime64("NaT"))


def month_starts(start: date, days: int) -> list[int]:
    """Day numbers on which a calendar month begins: 0, and every first of a month."""
    return [d for d in range(days) if d == 0 or (start + timedelta(days=d)).day == 1]


def day_stamps(moments: Ints, *, known: Flags | None = None) -> NDArray[np.datetime64]:
    """Microseconds as moments; not a time where `known` is false."""
    stamps = moments.view("datetime64[us]")
    return stamps if known is None else np.where(known, stamps, np.datetime64("NaT"))

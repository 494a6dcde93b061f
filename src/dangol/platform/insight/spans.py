"""Which days does a moving period mean today? `last_month`, `last_12_months` and the like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from dangol.core.calendar import Grain, Period, bucket_start, next_start
from dangol.core.errors import UnknownNameError
from dangol.core.language import Said


def _months(count: int) -> Callable[[date], Period]:
    """The last whole months before the one that holds the day before `as_of`."""

    def of(as_of: date) -> Period:
        end = bucket_start(as_of - timedelta(days=1), Grain.MONTH)
        return Period(next_start(end, Grain.MONTH, -count), end)

    return of


def _days(count: int) -> Callable[[date], Period]:
    return lambda as_of: Period(as_of - timedelta(days=count), as_of)


def _so_far(grain: Grain) -> Callable[[date], Period]:
    return lambda as_of: Period(bucket_start(as_of - timedelta(days=1), grain), as_of)


def _with_present(count: int) -> Callable[[date], Period]:
    """The last months with the present one, which is not finished."""

    def of(as_of: date) -> Period:
        start = bucket_start(as_of - timedelta(days=1), Grain.MONTH)
        return Period(next_start(start, Grain.MONTH, 1 - count), as_of)

    return of


SPANS: Final[dict[str, tuple[Said, Callable[[date], Period]]]] = {
    "last_7_days": (Said("last 7 days", "최근 7일"), _days(7)),
    "last_28_days": (Said("last 28 days", "최근 28일"), _days(28)),
    "last_90_days": (Said("last 90 days", "최근 90일"), _days(90)),
    "last_month": (Said("last month", "지난달"), _months(1)),
    "last_3_months": (Said("last 3 months", "지난 3개월"), _months(3)),
    "last_12_months": (Said("last 12 months", "지난 12개월"), _months(12)),
    "last_24_months": (Said("last 24 months", "지난 24개월"), _months(24)),
    "months_to_now": (Said("12 months to now", "12개월(이번 달까지)"), _with_present(12)),
    "this_week": (Said("this week so far", "이번 주(진행 중)"), _so_far(Grain.WEEK)),
    "this_month": (Said("this month so far", "이번 달(진행 중)"), _so_far(Grain.MONTH)),
    "this_year": (Said("this year so far", "올해(진행 중)"), _so_far(Grain.YEAR)),
}
"""Moving periods, by the name that stands in addresses."""


def span_period(name: str, as_of: date) -> Period:
    """The days of a moving period, seen from `as_of`, the first day that is not known yet.

    >>> str(span_period("last_month", date(2026, 3, 15))), str(span_period("last_7_days", date(2026, 3, 15)))
    ('2026-02-01 to 2026-02-28', '2026-03-08 to 2026-03-14')
    """
    if name not in SPANS:
        raise UnknownNameError(Said("period", "기간"), name, SPANS)
    return SPANS[name][1](as_of)


def before(period: Period) -> Period:
    """The period of the same length that ends where this one starts: what a change is measured against.

    Whole months are followed by whole months.

    >>> str(before(Period(date(2026, 3, 1), date(2026, 4, 1))))
    '2026-02-01 to 2026-02-28'
    """
    first, last = period.start, period.end
    if first.day == 1 and last.day == 1:
        months = (last.year - first.year) * 12 + last.month - first.month
        return Period(next_start(first, Grain.MONTH, -months), first)
    return Period(first - timedelta(days=period.days), first)


def year_before(period: Period) -> Period:
    """The same days a year earlier; the 29th of February is the 28th then.

    >>> str(year_before(Period(date(2024, 2, 29), date(2024, 3, 1))))
    '2023-02-28 to 2023-02-28'
    """
    return Period(_year_before(period.start, 28), _year_before(period.end, 1))


def _year_before(day: date, instead: int) -> date:
    """The same day; where there is none, the last day of February or the first of March."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2 if instead == 28 else 3, instead)
    return day.replace(year=day.year - 1)

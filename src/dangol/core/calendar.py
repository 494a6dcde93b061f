"""Which days belong together? Half-open periods, grains, buckets and time zones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import ibis
from ibis.expr.types import IntegerColumn, Table
from ibis.expr.types import Value as Expr

from dangol.core.errors import RequestError
from dangol.core.language import Said


class Grain(StrEnum):
    """How long one bucket of a period is. Weeks start on Monday; years on `fiscal_start`."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """Calendar months in one bucket; 0 for day and week, which are counted in days."""
        return {"month": 1, "quarter": 3, "year": 12}.get(self.value, 0)

    @property
    def days(self) -> int:
        """Days in one bucket; 0 for grains counted in calendar months."""
        return {"day": 1, "week": 7}.get(self.value, 0)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `start` up to, and not including, `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise RequestError(
                Said(
                    f"The period from {self.start} to {self.end} was asked for.",
                    f"{self.start}부터 {self.end}까지의 기간을 요청하셨습니다.",
                ),
                Said(
                    "A period ends after it starts: its end is the first day that no longer belongs to it.",
                    "기간의 끝은 기간에 속하지 않는 첫날이므로 시작보다 뒤여야 합니다.",
                ),
                Said(
                    f"For the single day write {self.start} to {self.start + timedelta(days=1)}.",
                    f"하루만 보려면 {self.start}부터 {self.start + timedelta(days=1)}까지라고 쓰십시오.",
                ),
            )

    @property
    def days(self) -> int:
        """Number of days in the period."""
        return (self.end - self.start).days

    def buckets(self, grain: Grain, fiscal_start: int = 1) -> list[Period]:
        """The calendar buckets that touch the period, in order, whole: first and last may reach out of it.

        >>> [str(b.start) for b in Period(date(2025, 1, 15), date(2025, 3, 1)).buckets(Grain.MONTH)]
        ['2025-01-01', '2025-02-01']
        """
        return list(_buckets(self, grain, fiscal_start))

    def whole_buckets(self, grain: Grain, fiscal_start: int = 1) -> list[Period]:
        """The calendar buckets that lie wholly inside the period."""
        return [b for b in self.buckets(grain, fiscal_start) if self.start <= b.start and b.end <= self.end]

    def __str__(self) -> str:
        return f"{self.start} to {self.end - timedelta(days=1)}"


def _buckets(period: Period, grain: Grain, fiscal_start: int) -> Iterator[Period]:
    start = bucket_start(period.start, grain, fiscal_start)
    while start < period.end:
        end = next_start(start, grain)
        yield Period(start, end)
        start = end


def bucket_start(day: date, grain: Grain, fiscal_start: int = 1) -> date:
    """First day of the bucket that holds `day`; `fiscal_start` is the month (1-12) in which years start.

    >>> bucket_start(date(2025, 5, 17), Grain.QUARTER), bucket_start(date(2025, 3, 1), Grain.YEAR, 4)
    (datetime.date(2025, 4, 1), datetime.date(2024, 4, 1))
    """
    if not 1 <= fiscal_start <= 12:
        raise RequestError(
            Said(
                f"A fiscal year starting in month {fiscal_start} was asked for.",
                f"{fiscal_start}월에 시작하는 회계연도를 요청하셨습니다.",
            ),
            Said("Months run from 1 to 12.", "달은 1부터 12까지입니다."),
            Said(
                "Use 1 for January or, for example, 4 for April.",
                "1월이면 1, 예를 들어 4월이면 4라고 쓰십시오.",
            ),
        )
    if grain.days:
        return day - timedelta(days=day.weekday() if grain is Grain.WEEK else 0)
    months = day.year * 12 + (day.month - fiscal_start)
    months -= months % grain.months
    return date((months + fiscal_start - 1) // 12, (months + fiscal_start - 1) % 12 + 1, 1)


def next_start(start: date, grain: Grain, steps: int = 1) -> date:
    """First day of the bucket `steps` after the one that starts on `start` (which must be a first day)."""
    if grain.days:
        return start + timedelta(days=grain.days * steps)
    months = start.year * 12 + start.month - 1 + grain.months * steps
    return date(months // 12, months % 12 + 1, 1)


def bucket_index(day: Expr, origin: date, grain: Grain) -> IntegerColumn:
    """Number of whole buckets from `origin` (the first day of a bucket) to `day`; 0 in the first one.

    Days before the origin give a negative index on every grain.
    """
    if grain.days == 1:
        return day.delta(ibis.literal(origin), unit="day").cast("int64")
    if grain.days:
        days = day.delta(ibis.literal(origin), unit="day").cast("int64")
        return (days / grain.days).floor().cast("int64")
    months = day.year().cast("int64") * 12 + day.month().cast("int64") - (origin.year * 12 + origin.month)
    return months if grain.months == 1 else (months / grain.months).floor().cast("int64")


def spans(periods: list[Period]) -> Table:
    """A table of periods: bucket int64 (0, 1, ...), starts_on date, ends_on date (exclusive)."""
    rows = [{"bucket": n, "starts_on": each.start, "ends_on": each.end} for n, each in enumerate(periods)]
    if not rows:
        raise RequestError(
            Said("A table of periods was asked for.", "기간의 표를 요청하셨습니다."),
            Said("There is no period in it.", "그 안에 기간이 하나도 없습니다."),
            Said("Give a longer period or a finer grain.", "더 긴 기간이나 더 짧은 단위를 쓰십시오."),
        )
    # One literal: as a tree of a thousand small ones it takes longer to compile than many a query to run.
    literal = ibis.literal(rows, type="array<struct<bucket: int64, starts_on: date, ends_on: date>>")
    return literal.unnest().name("span").as_table().unpack("span")


def time_zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name, such as Asia/Seoul."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, IsADirectoryError, OSError) as error:
        raise RequestError(
            Said(f"The time zone {name!r} was asked for.", f"시간대 {name!r}을(를) 요청하셨습니다."),
            Said("It is not a name of the IANA time zone list.", "IANA 시간대 목록에 있는 이름이 아닙니다."),
            Said(
                "Write for example Asia/Seoul, Europe/London or UTC.",
                "예를 들어 Asia/Seoul, Europe/London, UTC처럼 쓰십시오.",
            ),
        ) from error

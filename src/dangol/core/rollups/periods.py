"""On which calendar periods does a table of counts stand, and which of them are not over yet?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import ibis
from ibis.expr.types import BooleanValue, IntegerColumn, StringValue, Table
from ibis.expr.types import Value as Expr

from dangol.core.calendar import Grain, Period, bucket_index, spans
from dangol.core.schema.reasons import EMPTY_DENOMINATOR, UNFINISHED


@dataclass(frozen=True)
class Buckets:
    """The calendar buckets that touch a period, numbered from 0; `as_of` is the first day not known."""

    periods: tuple[Period, ...]
    grain: Grain
    as_of: date | None = None

    @classmethod
    def of(cls, period: Period, grain: Grain, fiscal_start: int, as_of: date | None) -> Buckets:
        """The buckets of a period; those that end after `as_of` are unfinished."""
        grain = Grain(grain)
        return cls(tuple(period.buckets(grain, fiscal_start)), grain, as_of)

    @property
    def end(self) -> date:
        """The first day after the last bucket."""
        return self.periods[-1].end

    def index(self, day: Expr) -> IntegerColumn:
        """Number of the bucket that a day falls in; every day before the first bucket gives -1."""
        return ibis.greatest(self.signed_index(day), ibis.literal(-1).cast("int64"))

    def signed_index(self, day: Expr) -> IntegerColumn:
        """Number of the bucket that a day falls in; buckets before the first one count down from -1."""
        return bucket_index(day, self.periods[0].start, self.grain)

    def table(self) -> Table:
        """One row a bucket: bucket int64, starts_on date, ends_on date (exclusive)."""
        return spans(list(self.periods))

    def filled(self, counts: Table, names: Sequence[str]) -> Table:
        """`counts` (bucket and the named columns) with a row for every bucket, 0 where there was none."""
        every = self.table()
        joined = every.left_join(counts, "bucket")
        zero = {name: counts[name].fill_null(ibis.literal(0).cast(counts[name].type())) for name in names}
        return joined.select(every.bucket, every.starts_on, every.ends_on, **zero)

    def is_unfinished(self, ends_on: Expr) -> BooleanValue:
        """Whether a period reaches beyond what is known."""
        return ends_on > ibis.literal(self.as_of or date(9999, 1, 1))

    def why_unknown(self, ends_on: Expr, denominator: Expr) -> StringValue:
        """The reason beside a null rate: the period is not over, or there is nobody to divide by."""
        return ibis.cases(
            (self.is_unfinished(ends_on), UNFINISHED),
            (denominator == 0, EMPTY_DENOMINATOR),
            else_=ibis.null("string"),
        )


def share(part: Expr, whole: Expr) -> Expr:
    """One number over another as a float, null where the whole is 0."""
    return part.cast("float64") / whole.cast("float64").nullif(0)


def days_after(day: Expr, days: int | IntegerColumn) -> Expr:
    """The date so many days after a date. By way of a timestamp: DuckDB gives one for a date plus days."""
    step = ibis.interval(days=days) if isinstance(days, int) else days.as_interval("D")
    return (day.cast("timestamp") + step).cast("date")


def calendar_days(period: Period) -> Table:
    """One row a day of the period: day date, number int64 (0 on the first)."""
    numbers = ibis.range(period.days).unnest().name("number").as_table()
    return numbers.select(
        day=days_after(ibis.literal(period.start), numbers.number), number=numbers.number.cast("int64")
    )

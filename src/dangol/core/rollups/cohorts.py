"""Which cohort does each person belong to, and in which calendar buckets did it come back?

    cells: segment string, cohort int64 (number of the bucket of the first activity), bucket int64 (buckets
           since then, 0 is the first one), cohort_count int64, retained_count int64

Two ways lead to the same cells: bit masks (one pass, for up to 62 buckets) and distinct pairs (for any).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Grain, Period
from dangol.core.errors import UnknownNameError
from dangol.core.language import Said
from dangol.core.rollups.masks import (
    MOST_BUCKETS,
    bit_of,
    every_lower,
    lowest,
    mask_of,
    one_count,
    two_bits,
    unpivoted,
)
from dangol.core.rollups.periods import Buckets
from dangol.core.rollups.person_state import mask_between

_CELL = ("segment", "cohort", "bucket")


@dataclass(frozen=True)
class Cohorts:
    """Cohorts by first activity: those of the buckets that touch `period`, watched until `as_of`."""

    period: Period
    as_of: date
    grain: Grain = Grain.MONTH
    fiscal_start: int = 1
    is_unbounded: bool = False
    """Back in a bucket means: active in it (False), or in it or any later one (True)."""

    @property
    def buckets(self) -> Buckets:
        """Every bucket from the first cohort's to the last one known."""
        start = self.period.start
        until = max(self.as_of, self.period.end)
        return Buckets.of(Period(start, until), self.grain, self.fiscal_start, self.as_of)

    @property
    def cohort_count(self) -> int:
        """How many of the buckets make a cohort."""
        return len(self.period.buckets(self.grain, self.fiscal_start))

    @property
    def fits_masks(self) -> bool:
        """Whether one mask holds every bucket."""
        return len(self.buckets.periods) <= MOST_BUCKETS


def masks_of_activity(activity: Table, cohorts: Cohorts) -> Table:
    """person_id, mask: the buckets of everybody's activity (see `masks`)."""
    bit = bit_of(activity.active_on, cohorts.buckets.periods[0].start, cohorts.grain)
    return activity.group_by("person_id").agg(mask=mask_of(bit))


def masks_of_state(states: Table, cohorts: Cohorts) -> Table | None:
    """The same from the person_state rollup as of the same day, or None where its masks do not reach."""
    first = cohorts.buckets.periods[0].start
    mask = mask_between(states, cohorts.as_of, first, cohorts.grain) if cohorts.fits_masks else None
    return None if mask is None else states.select("person_id", mask=mask)


def with_segment(persons: Table, people: Table | None, segment: str | None) -> Table:
    """With a text column `segment`: a column of people, or null for everybody when none is asked for."""
    if segment is None:
        return persons.mutate(segment=ibis.null("string"))
    known = [n for n, t in people.schema().items() if t.is_string()] if people is not None else []
    if people is None or segment not in known:
        raise UnknownNameError(Said("column of people", "고객 열"), segment, known)
    values = people.select("person_id", segment=people[segment])
    return persons.left_join(values, "person_id").drop("person_id_right")


def cells_of_masks(persons: Table, cohorts: Cohorts) -> Table:
    """The cells of (segment, mask) rows: one sum for two buckets over each cohort, then turned into rows."""
    buckets = cohorts.buckets.periods
    fresh = persons.filter((persons.mask & 1) == 0).mutate(first=lowest(persons.mask))
    fresh = fresh.filter(_.first <= (1 << cohorts.cohort_count))
    back = every_lower(fresh.mask) if cohorts.is_unbounded else fresh.mask
    last, names = len(buckets), [f"b{bit}" for bit in range(1, len(buckets) + 1)]
    lower = [bit for bit in range(32) if 1 <= bit <= last or bit + 32 <= last]
    sums = {f"s{bit}": two_bits(_.back, bit).sum().cast("int64") for bit in lower}
    fresh = fresh.select("segment", "first", back=back)
    wide = fresh.group_by("segment", "first").agg(cohort_count=_.count(), **sums)
    counts = {name: one_count(wide, "s", bit) for bit, name in enumerate(names, 1)}
    wide = wide.select("segment", "first", "cohort_count", **counts)
    rows = unpivoted(wide, ("segment", "first", "cohort_count"), names, index="place", value="retained_count")
    numbers = cohorts.buckets.table().select(cohort=_.bucket)
    numbers = numbers.mutate(first=ibis.literal(1).cast("int64") << (numbers.cohort + 1))
    cells = rows.join(numbers, "first").mutate(bucket=_.place - _.cohort).filter(_.bucket >= 0)
    return cells.select(*_CELL, "cohort_count", "retained_count")


def cells_of_pairs(activity: Table, people: Table | None, segment: str | None, cohorts: Cohorts) -> Table:
    """The cells of any number of buckets, from the distinct pairs of person and bucket."""
    pairs = activity.select("person_id", at=cohorts.buckets.index(activity.active_on)).distinct()
    first = pairs.group_by("person_id").agg(cohort=_.at.min(), last=_.at.max())
    first = first.filter((_.cohort >= 0) & (_.cohort < cohorts.cohort_count))
    first = with_segment(first, people, segment)
    seen = first.select(*_CELL[:2], bucket=_.last - _.cohort) if cohorts.is_unbounded else _seen(pairs, first)
    counts = seen.group_by(*_CELL).agg(n=_.count())
    sizes = first.group_by("segment", "cohort").agg(cohort_count=_.count())
    every = sizes.cross_join(cohorts.buckets.table().select(at="bucket")).filter(_.at >= _.cohort)
    every = every.select(*_CELL[:2], "cohort_count", bucket=_.at - _.cohort, n=ibis.literal(0).cast("int64"))
    found = counts.select(*_CELL[:2], "bucket", "n", cohort_count=ibis.literal(0).cast("int64"))
    columns = (*_CELL, "cohort_count", "n")
    filled = ibis.union(every.select(*columns), found.select(*columns)).group_by(*_CELL)
    cells = filled.agg(cohort_count=_.cohort_count.sum(), retained_count=_.n.sum())
    if cohorts.is_unbounded:
        later = ibis.window(group_by=["segment", "cohort"], order_by=ibis.desc("bucket"), rows=(None, 0))
        cells = cells.mutate(retained_count=_.retained_count.sum().over(later))
    return cells


def _seen(pairs: Table, first: Table) -> Table:
    joined = first.join(pairs, "person_id")
    return joined.select(*_CELL[:2], bucket=_.at - _.cohort)


def cohort_cells(
    activity: Table, states: Table | None, people: Table | None, segment: str | None, cohorts: Cohorts
) -> Table:
    """The cells by the fastest way there is: the stored masks, masks made now, or distinct pairs."""
    masks = masks_of_state(states, cohorts) if states is not None else None
    if masks is None and cohorts.fits_masks:
        masks = masks_of_activity(activity, cohorts)
    if masks is None:
        return cells_of_pairs(activity, people, segment, cohorts)
    return cells_of_masks(with_segment(masks, people, segment), cohorts)


def with_dates(cells: Table, cohorts: Cohorts) -> Table:
    """With cohort_on, the first day of the cohort's bucket, and starts_on and ends_on of the bucket itself."""
    days = cohorts.buckets.table()
    born = days.select(cohort=days.bucket, cohort_on=days.starts_on)
    seen = days.select(at=days.bucket, starts_on=days.starts_on, ends_on=days.ends_on)
    dated = cells.join(born, "cohort").mutate(at=_.cohort + _.bucket)
    return dated.join(seen, "at")

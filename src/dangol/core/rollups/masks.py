"""In which of the buckets was somebody there? One whole number a person, one bit a bucket.

Bit 0 says "before the first bucket", bit 1 the first bucket, bit 62 the last one that fits: a mask never
touches the sign. Masks of two parts of the data merge with `|`. Group by mask, and a billion events are a
few sums (ENGINE 3, a).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis.expr.types import IntegerColumn, Table
from ibis.expr.types import Value as Expr

from dangol.core.calendar import Grain, bucket_start, next_start

MOST_BUCKETS = 62
_HALF = 32


def bit_of(day: Expr, first: date, grain: Grain) -> IntegerColumn:
    """Which bit a day sets when the first bucket starts on `first`: 0 before it, 1 in it, 2 in the next.

    This runs once an event, so it takes as few steps as it can. Counted from the first day of a bucket,
    the weeks that have begun (DuckDB) and the weeks that have passed (Spark) are as many; months too.
    """
    before = ibis.literal(next_start(first, grain, -1))
    since = ibis.greatest(day, before)
    if grain.days:
        return since.delta(before, unit="week" if grain is Grain.WEEK else "day").cast("int64")
    return _quotient(since.delta(before, unit="month").cast("int64"), grain.months)


def mask_of(bit: Expr) -> IntegerColumn:
    """The mask of everybody's bits, as an aggregate; a bit must lie in 0..62."""
    # The cast keeps the 1 from being a 32-bit number on Spark, which would lose the higher buckets.
    return (ibis.literal(1).cast("int64") << bit).bit_or()


def is_set(mask: Expr, bit: Expr | int) -> IntegerColumn:
    """1 where the bit is set and 0 where it is not."""
    return (mask >> bit) & 1


def every_lower(mask: Expr) -> Expr:
    """The mask with every bit set below its highest one: "in this bucket or in a later one"."""
    for step in (1, 2, 4, 8, 16, 32):
        mask = mask | (mask >> step)
    return mask


def two_bits(mask: Expr, bit: int) -> IntegerColumn:
    """Bit number `bit` (0 to 31) and the one 32 places higher, as two numbers of 32 bits in one of 64.

    A sum of it counts both at once, for fewer than 2**31 people: half of the work of a sum for each bit.
    """
    return (mask >> bit) & ibis.literal((1 << _HALF) + 1).cast("int64")


def one_count(sums: Table, prefix: str, bit: int) -> IntegerColumn:
    """What the sums of `two_bits`, in columns named prefix and bit, say of one bit (0 to 62)."""
    if bit >= _HALF:
        return sums[f"{prefix}{bit - _HALF}"] >> _HALF
    return sums[f"{prefix}{bit}"] & ibis.literal((1 << _HALF) - 1).cast("int64")


def lowest(mask: Expr) -> IntegerColumn:
    """The mask with only its lowest bit: for a mask of all activity, the cohort."""
    return mask & (ibis.literal(0).cast("int64") - mask)


def rebased(mask: Expr, buckets: int) -> IntegerColumn:
    """The same activity in a mask whose first bucket starts `buckets` (0 or more) later.

    What falls off the lower end was before the new first bucket, and says so in bit 0.
    """
    if buckets > MOST_BUCKETS:
        return mask.sign().cast("int64")
    gone = mask & ((1 << (buckets + 1)) - 1)
    kept = (mask >> buckets) & ibis.literal(~1).cast("int64") if buckets else mask & ~1
    return kept | ibis.ifelse(gone != 0, 1, 0).cast("int64")


def first_bucket(as_of: date, grain: Grain) -> date:
    """Where the masks of a stored rollup begin: so that the bucket of the day before `as_of` is the last bit."""
    last = bucket_start(date.fromordinal(as_of.toordinal() - 1), grain)
    return next_start(last, grain, 1 - MOST_BUCKETS)


def unpivoted(wide: Table, keys: Sequence[str], columns: Sequence[str], *, index: str, value: str) -> Table:
    """The named columns as rows: keys..., `value`, `index` int64 (the place in `columns`)."""
    lists = wide.select(*keys, **{value: ibis.array([wide[name] for name in columns])})
    return lists.unnest(value, offset=index)


def _quotient(number: Expr, divisor: int) -> IntegerColumn:
    """A whole quotient by multiplication and shift, exact from 0 to 8,000 for divisors up to 12.

    The engines' `//` goes through floats on DuckDB. Beyond the exact range the result stays above 62, where
    every caller has stopped counting.
    """
    return number if divisor == 1 else (number * (65536 // divisor + 1)) >> 16

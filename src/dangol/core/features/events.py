"""What did each person do in the days before? One pass over the events, packed into a few numbers a person.

    person_id int64
    first_days, last_days          days from the first and the last event to the day of the snapshot (1: the day before)
    event_count                    all events ever
    failed, failed_days            two counters: failed payments of the last 28 | 90 days; days since the last of them
    counts_short, counts_long      two counters each: events of the last 7 | 14 days, and of the last 28 | 90 days
    days_near, days_far            a bit for each day with an event: 1 to 45, and 46 to 90 days before
    names_28, names_90             a bit for each name that occurred, by its place among the names told apart
    recent_0, earlier_0, ...       three counters each: the first, second, third name, the next three, ...:
                                   in the last 28 days, and 29 to 90 days before

A counter is a field of bits in a sum: a row adds 1 << (where the field begins). Two fields of 31 bits hold two
thousand million events a person, three of 21 bits two million; `counter` says null rather than a wrong number
where a person has more. A sum a window and name instead reads the same rows and takes several times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis
from ibis.expr.types import IntegerColumn, Table
from ibis.expr.types import Value as Expr

from dangol.core.features.known import Cut

FAILURES: Final = ("Payment Failed", "Invoice Failed")
"""Events that say that a payment did not go through."""
DONE_TO_THEM: Final = (
    "Message Sent", "Message Delivered", "Message Bounced", "Invoice Paid", "Case Replied", "Case Resolved",
    "Case Closed", "Survey Shown", "Experiment Viewed", "Order Refunded", "Order Cancelled", "Score Given",
    "Subscription Started", "Subscription Changed", "Subscription Paused", "Subscription Resumed",
    "Subscription Cancelled", "Subscription Ended", "Trial Started", "Trial Ended",
)  # fmt: skip
"""Events that tell what was done to somebody, or of their contract, which other features read: no use."""
MOST_NAMES: Final = 62
"""Names that fit a mask without touching its sign."""
MOST_COUNTED: Final = 24
"""Names whose events are counted one by one."""
HALF: Final = 31
THIRD: Final = 21
NEAR, FAR = 45, 90
RECENT: Final = 28
EVENT_AT: Final = 3
"""Names that share a sum."""

# Where a row is no use, its age is null and no window holds it.


def event_sums(events: Table, cut: Cut, names: Sequence[str] = ()) -> Table:
    """The packed sums of events that were known (see the module); `names` are those told apart, at most 62."""
    count = len(names[:MOST_NAMES])
    told = ibis.array([*names[:MOST_NAMES], *FAILURES, *DONE_TO_THEM])
    rows = events.select(
        "person_id", days=cut.days_since(events.occurred_on), place=told.index(events.name).cast("int64")
    )
    none = ibis.null("int64")
    is_failure = (rows.place >= count) & (rows.place < count + len(FAILURES))
    rows = rows.select(
        "person_id", "place", age=ibis.ifelse(rows.place < count, rows.days, none),
        failed=ibis.ifelse(is_failure, rows.days, none),
    )  # fmt: skip
    return rows.group_by("person_id").agg(**_of_use(rows.age), **_of_names(rows, count), **_of_failures(rows))


def _of_use(age: Expr) -> dict[str, Expr]:
    return {
        "first_days": age.max(),
        "last_days": age.min(),
        "event_count": age.count(),
        "counts_short": _halves(age, 7, 14).sum().cast("int64"),
        "counts_long": _halves(age, 28, 90).sum().cast("int64"),
        "days_near": _bit(age - 1, age <= NEAR),
        "days_far": _bit(age - NEAR - 1, (age > NEAR) & (age <= FAR)),
    }


def _of_failures(rows: Table) -> dict[str, Expr]:
    return {
        "failed": _halves(rows.failed, 28, 90).sum().cast("int64"),
        "failed_days": rows.failed.min(),
        "failed_count": rows.failed.count(),
    }


def counter(sums: Table, column: str, field: int, bits: int, of: str = "event_count") -> IntegerColumn:
    """One counter out of a packed sum; null where the person has more rows (`of`) than these bits can count."""
    value = (sums[column] >> (field * bits)) & ibis.literal((1 << bits) - 1).cast("int64")
    return ibis.ifelse(sums[of] < (1 << bits), value, ibis.null("int64"))


def counts(sums: Table) -> dict[int, IntegerColumn]:
    """Events of the last 7, 14, 28 and 90 days."""
    short, long = "counts_short", "counts_long"
    return {
        7: counter(sums, short, 1, HALF),
        14: counter(sums, short, 1, HALF) + counter(sums, short, 0, HALF),
        28: counter(sums, long, 1, HALF),
        90: counter(sums, long, 1, HALF) + counter(sums, long, 0, HALF),
    }


def failures(sums: Table) -> tuple[IntegerColumn, IntegerColumn]:
    """Failed payments of the last 28 and 90 days."""
    recent, earlier = (counter(sums, "failed", field, HALF, "failed_count") for field in (1, 0))
    return recent, recent + earlier


def active_days(sums: Table, newest: int, oldest: int) -> IntegerColumn:
    """Days with an event, from `newest` to `oldest` days before (1 to 90)."""
    near = _bits_set(sums.days_near, newest - 1, min(oldest, NEAR) - 1)
    far = _bits_set(sums.days_far, max(newest, NEAR + 1) - NEAR - 1, oldest - NEAR - 1)
    return (near if oldest <= NEAR else far if newest > NEAR else near + far).cast("int64")


def times(sums: Table, place: int) -> tuple[IntegerColumn, IntegerColumn]:
    """How often the name at this place occurred: in the last 28 days, and 29 to 90 days before."""
    group, field = divmod(place, EVENT_AT)
    return counter(sums, f"recent_{group}", field, THIRD), counter(sums, f"earlier_{group}", field, THIRD)


def _halves(age: Expr, inner: int, outer: int) -> Expr:
    """1 in the upper field up to `inner` days before, 1 in the lower one from there up to `outer`."""
    upper, lower = ibis.literal(1 << HALF).cast("int64"), ibis.literal(1).cast("int64")
    return ibis.cases((age <= inner, upper), (age <= outer, lower), else_=ibis.literal(0).cast("int64"))


def _bit(place: Expr, inside: Expr) -> Expr:
    """The mask of the places of the rows inside."""
    one, none = ibis.literal(1).cast("int64"), ibis.literal(0).cast("int64")
    return ibis.ifelse(inside, one << ibis.ifelse(inside, place, 0), none).bit_or()


def _bits_set(mask: Expr, low: int, high: int) -> Expr:
    """How many bits are set, from bit `low` to bit `high`."""
    window = ((1 << (high + 1)) - 1) & ~((1 << low) - 1) if high >= low else 0
    return bit_count(mask & ibis.literal(window).cast("int64"))


def _bit_count(number: int) -> int:
    """Bits that are set in a whole number; both engines have it by this name."""
    raise NotImplementedError


bit_count = ibis.udf.scalar.builtin(_bit_count, name="bit_count")
"""Bits that are set in a whole number, as an expression."""


def _of_names(rows: Table, count: int) -> dict[str, Expr]:
    """Masks and counters of the names told apart; a place beyond them has no age."""
    if not count:
        return {}
    is_told = rows.place >= 0
    sums = {
        "names_28": _bit(rows.place, is_told & (rows.age <= RECENT)),
        "names_90": _bit(rows.place, is_told & (rows.age <= FAR)),
    }
    for group in range(-(-min(count, MOST_COUNTED) // EVENT_AT)):
        weight = _thirds(rows.place, group * EVENT_AT)
        sums[f"recent_{group}"] = _summed(weight, rows.age <= RECENT)
        sums[f"earlier_{group}"] = _summed(weight, (rows.age > RECENT) & (rows.age <= FAR))
    return sums


def _summed(weight: Expr, inside: Expr) -> Expr:
    return weight.sum(where=inside).fill_null(0).cast("int64")


def _thirds(place: Expr, first: int) -> Expr:
    fields = [
        (place == first + field, ibis.literal(1 << (THIRD * field)).cast("int64"))
        for field in range(EVENT_AT)
    ]
    return ibis.cases(*fields, else_=ibis.literal(0).cast("int64"))

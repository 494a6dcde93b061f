"""What did each person do in the days before? Each event is read once, into a few packed numbers a person.

    person_id int64
    first_days, last_days          days from the first and the last use to the day of the snapshot (1: the day before)
    event_count                    uses in the last 90 days
    counts_short, counts_long      two counters each: uses of the last 7 | 8 to 14 days, and of the last 28 | 29 to 90
    days_near, days_far            a bit for each day with a use: 1 to 45, and 46 to 90 days before
    recent_0, earlier_0, ...       three counters each: uses by the first, second, third name, by the next three, ...:
                                   in the last 28 days | 29 to 90 days before
    names_28, names_90             a bit for each further name that occurred, by its place among them
    failed, failed_days            two counters: failed payments of the last 28 | 29 to 90 days; days since the last
    failed_count                   failed payments in the last 90 days
    account_id                     the account on their events of 90 days; of several, the first in the alphabet

A counter is a field of bits in a sum: a row adds 1 << (where the field begins). Two fields of 31 bits hold two
thousand million events a person, three of 21 bits two million; `counter` says null rather than a wrong number
where a person has more. A sum for each window and name reads the same rows and takes several times as long.
What is older than 90 days is only asked for its first and last day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis
from ibis.expr.types import IntegerColumn, Table
from ibis.expr.types import Value as Expr

from dangol.core.features.family import one_row

FAILURES: Final = ("Payment Failed", "Invoice Failed")
"""Events that say that a payment did not go through."""
DONE_TO_THEM: Final = (
    "Message Sent", "Message Delivered", "Message Bounced", "Invoice Paid", "Case Replied", "Case Resolved",
    "Case Closed", "Survey Shown", "Experiment Viewed", "Order Refunded", "Order Cancelled", "Score Given",
    "Subscription Started", "Subscription Changed", "Subscription Paused", "Subscription Resumed",
    "Subscription Cancelled", "Subscription Ended", "Trial Started", "Trial Ended",
)  # fmt: skip
"""Events that tell what was done to somebody, or of their contract, which other features read: no use."""
MOST_COUNTED: Final = 24
"""Names whose events are counted one by one."""
MOST_NAMES: Final = MOST_COUNTED + 62
"""Names that are told apart: the further ones fit a mask without touching its sign."""
HALF: Final = 31
THIRD: Final = 21
RECENT, NEAR, FAR = 28, 45, 90
TOGETHER: Final = 3
"""Names that share a sum; each begins a group of four places, so that shifts find group and field."""


def event_sums(events: Table, older: Table, names: Sequence[str] = ()) -> Table:
    """The packed sums of the events of the last 90 days and of the `older` ones; `names` are those told apart."""
    counted, further = list(names[:MOST_COUNTED]), list(names[MOST_COUNTED:MOST_NAMES])
    recent, used = _recent(events, counted, further), uses(older)
    before = used.group_by("person_id").agg(first_days=used.age.max(), old_days=used.age.min())
    columns = {name: str(dtype) for name, dtype in recent.schema().items() if name != "person_id"}
    both = one_row([recent, before], columns | {"old_days": "int64"})
    return both.mutate(
        last_days=ibis.coalesce(both.last_days, both.old_days),
        **{name: both[name].fill_null(0) for name in columns if name not in _UNKNOWN},
    ).drop("old_days")


_UNKNOWN: Final = ("first_days", "last_days", "failed_days", "account_id")


def uses(events: Table) -> Table:
    """The events that somebody did, without those that were done to them."""
    # Looking a name up costs a tenth of comparing it with each: engines do it once for each different name.
    return events.filter(ibis.array([*FAILURES, *DONE_TO_THEM]).index(events.name) < 0)


def counter(sums: Table, column: str, field: int, bits: int, of: str = "event_count") -> IntegerColumn:
    """One counter out of a packed sum; null where the person has more rows (`of`) than these bits can count."""
    value = (sums[column] >> (field * bits)) & ibis.literal((1 << bits) - 1).cast("int64")
    return ibis.ifelse(sums[of] < (1 << bits), value, ibis.null("int64"))


def counts(sums: Table) -> dict[int, IntegerColumn]:
    """Uses in the last 7, 14, 28 and 90 days."""
    week, second = (counter(sums, "counts_short", field, HALF) for field in (1, 0))
    month, before = (counter(sums, "counts_long", field, HALF) for field in (1, 0))
    return {7: week, 14: week + second, 28: month, 90: month + before}


def failures(sums: Table) -> tuple[IntegerColumn, IntegerColumn]:
    """Failed payments of the last 28 and 90 days."""
    recent, earlier = (counter(sums, "failed", field, HALF, "failed_count") for field in (1, 0))
    return recent, recent + earlier


def active_days(sums: Table, newest: int, oldest: int) -> IntegerColumn:
    """Days with a use, from `newest` to `oldest` days before (1 to 90)."""
    near = _bits_set(sums.days_near, newest - 1, min(oldest, NEAR) - 1)
    far = _bits_set(sums.days_far, max(newest, NEAR + 1) - NEAR - 1, oldest - NEAR - 1)
    return (near if oldest <= NEAR else far if newest > NEAR else near + far).cast("int64")


def times(sums: Table, place: int) -> tuple[IntegerColumn, IntegerColumn]:
    """How often the name at this place was used: in the last 28 days, and 29 to 90 days before."""
    group, field = divmod(place, TOGETHER)
    return counter(sums, f"recent_{group}", field, THIRD), counter(sums, f"earlier_{group}", field, THIRD)


def names_used(sums: Table, count: int) -> dict[int, IntegerColumn]:
    """How many different names, of so many told apart, were used in the last 28 and 90 days."""
    found = {RECENT: _number(0), FAR: _number(0)}
    for place in range(min(count, MOST_COUNTED)):
        recent, earlier = times(sums, place)
        found[RECENT] += (recent > 0).cast("int64")
        found[FAR] += (recent + earlier > 0).cast("int64")
    if count > MOST_COUNTED:
        found = {days: seen + bit_count(sums[f"names_{days}"]).cast("int64") for days, seen in found.items()}
    return found


def _bit_count(number: int) -> int:
    """Bits that are set in a whole number; both engines have it by this name."""
    raise NotImplementedError


bit_count = ibis.udf.scalar.builtin(_bit_count, name="bit_count")
"""Bits that are set in a whole number, as an expression."""


def _recent(events: Table, counted: Sequence[str], further: Sequence[str]) -> Table:
    """The sums of the last 90 days. Where a row is no use its age is null, and no window holds it."""
    placed = [name for at in range(0, len(counted), TOGETHER) for name in (*counted[at : at + TOGETHER], "")]
    first_further, first_failure = len(placed), len(placed) + len(further)
    told = ibis.array([*placed, *further, *FAILURES, *DONE_TO_THEM])
    rows = events.select(
        "person_id", "account_id", days=events.age, place=told.index(events.name).cast("int64")
    )
    none = ibis.null("int64")
    is_failure = (rows.place >= first_failure) & (rows.place < first_failure + len(FAILURES))
    rows = rows.select(
        "person_id", "account_id", age=ibis.ifelse(rows.place < first_failure, rows.days, none),
        failed=ibis.ifelse(is_failure, rows.days, none), cell=_cell(rows, first_further),
        unit=_number(1) << (ibis.least(rows.place & 3, _number(TOGETHER - 1)) * THIRD), further=rows.place - first_further,
    )  # fmt: skip
    sums = (
        {"account_id": rows.account_id.min()}
        | _of_use(rows.age)
        | _of_failures(rows.failed)
        | _of_names(rows, -(-len(counted) // TOGETHER))
    )
    return rows.group_by("person_id").agg(**sums, **(_of_further(rows, len(further)) if further else {}))


def _cell(rows: Table, first_further: int) -> Expr:
    """Which sum a counted name goes to: two for each group of names, the recent one and the earlier one."""
    is_counted = (rows.place >= 0) & (rows.place < first_further)
    side = ibis.ifelse(rows.days <= RECENT, _number(0), _number(1))
    return ibis.ifelse(is_counted, ((rows.place >> 2) << 1) + side, _number(-1))


def _of_use(age: Expr) -> dict[str, Expr]:
    return {
        "first_days": age.max(),
        "last_days": age.min(),
        "event_count": age.count(),
        "counts_short": _halves(age, 7, 14).sum().cast("int64"),
        "counts_long": _halves(age, RECENT, FAR).sum().cast("int64"),
        "days_near": _bit(age - 1, age <= NEAR),
        "days_far": _bit(age - NEAR - 1, age > NEAR),
    }


def _of_failures(failed: Expr) -> dict[str, Expr]:
    return {
        "failed": _halves(failed, RECENT, FAR).sum().cast("int64"),
        "failed_days": failed.min(),
        "failed_count": failed.count(),
    }


def _of_names(rows: Table, groups: int) -> dict[str, Expr]:
    def of_cell(cell: int) -> Expr:
        return ibis.ifelse(rows.cell == cell, rows.unit, _number(0)).sum().cast("int64")

    recent = {f"recent_{group}": of_cell(2 * group) for group in range(groups)}
    return recent | {f"earlier_{group}": of_cell(2 * group + 1) for group in range(groups)}


def _of_further(rows: Table, count: int) -> dict[str, Expr]:
    is_told = (rows.further >= 0) & (rows.further < count)
    return {
        f"names_{RECENT}": _bit(rows.further, is_told & (rows.age <= RECENT)),
        f"names_{FAR}": _bit(rows.further, is_told & rows.age.notnull()),
    }


def _number(value: int) -> Expr:
    """A whole number of 64 bits on every engine."""
    return ibis.literal(value).cast("int64")


def _halves(age: Expr, inner: int, outer: int) -> Expr:
    """1 in the upper field up to `inner` days before, 1 in the lower one from there up to `outer`."""
    return ibis.cases((age <= inner, _number(1 << HALF)), (age <= outer, _number(1)), else_=_number(0))


def _bit(place: Expr, inside: Expr) -> Expr:
    """The mask of the places of the rows inside."""
    return ibis.ifelse(inside, _number(1) << ibis.ifelse(inside, place, _number(0)), _number(0)).bit_or()


def _bits_set(mask: Expr, low: int, high: int) -> Expr:
    """How many bits are set, from bit `low` to bit `high`."""
    window = ((1 << (high + 1)) - 1) & ~((1 << low) - 1) if high >= low else 0
    return bit_count(mask & _number(window))

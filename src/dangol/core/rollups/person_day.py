"""What did each person do on each day? Raw events and orders, summed up once and read often.

    person_day: person_id int64, active_on date, currency string or null,
                event_count, order_count int64, event_amount, order_amount decimal(18, 4) or null

One row a person, day and currency, for money of two currencies is never added. A return is not activity:
it counts neither as an order nor in `order_amount`. `merge_person_day` adds what came later:

    merge(person_day(old), person_day(new)) = person_day(old + new)
"""

from __future__ import annotations

from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.rollups.activity import activity_of_events, activity_of_orders
from dangol.core.schema.noun import MONEY

PERSON_DAY: Final = {
    "person_id": "int64",
    "active_on": "date",
    "currency": "string",
    "event_count": "int64",
    "order_count": "int64",
    "event_amount": MONEY,
    "order_amount": MONEY,
}
_KEY = ("person_id", "active_on", "currency")


def person_day(events: Table | None = None, orders: Table | None = None) -> Table:
    """The rollup of events, of orders or of both (at least one of them)."""
    parts = [_counted(activity_of_events(events), "event")] if events is not None else []
    parts += [_counted(activity_of_orders(orders), "order")] if orders is not None else []
    return _summed(parts[0] if len(parts) == 1 else ibis.union(*parts))


def merge_person_day(old: Table, new: Table) -> Table:
    """One rollup of two; they may share people and days, but no event."""
    return _summed(ibis.union(old.select(*PERSON_DAY), new.select(*PERSON_DAY)))


def activity_of_person_day(days: Table, kind: str) -> Table:
    """The days as activity of one kind, `event` or `order`: the same answers as from the raw rows."""
    did = days.filter(days[f"{kind}_count"] > 0)
    return did.select("person_id", "active_on", amount=did[f"{kind}_amount"], currency=did.currency)


def _counted(activity: Table, kind: str) -> Table:
    """Each row of activity as one count and one amount of its kind, in the shape of the rollup."""
    one, none = ibis.literal(1).cast("int64"), ibis.literal(0).cast("int64")
    unknown = ibis.null(MONEY)
    return activity.select(
        *_KEY,
        event_count=one if kind == "event" else none,
        order_count=one if kind == "order" else none,
        event_amount=activity.amount if kind == "event" else unknown,
        order_amount=activity.amount if kind == "order" else unknown,
    )


def _summed(rows: Table) -> Table:
    return rows.group_by(*_KEY).agg(
        event_count=_.event_count.sum(),
        order_count=_.order_count.sum(),
        event_amount=_.event_amount.sum().cast(MONEY),
        order_amount=_.order_amount.sum().cast(MONEY),
    )

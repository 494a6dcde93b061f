"""On which days was each person active, and what did they spend? The grain below every cohort.

    activity: person_id int64, active_on date, amount decimal(18, 4) or null, currency string or null

Several rows a person and day are allowed: raw events and the person-day rollup are both activity.
"""

from __future__ import annotations

import ibis
from ibis.expr.types import Table


def activity_of_events(events: Table) -> Table:
    """Every event is activity; its money states no currency."""
    return events.select(
        "person_id", active_on=events.occurred_on, amount=events.amount, currency=ibis.null("string")
    )


def activity_of_orders(orders: Table) -> Table:
    """Every purchase is activity; a return is not."""
    bought = orders.filter(~orders.is_return)
    return bought.select("person_id", "amount", "currency", active_on=bought.ordered_on)[
        "person_id", "active_on", "amount", "currency"
    ]

"""From when to when was each person a customer?

    tenures: person_id int64, started_on date, ended_on date or null (still a customer); half-open,
    the spans of one person neither overlap nor touch.

A state "at" a day T is the state just before T begins: started_on < T, and ended_on null or >= T.
So who starts on the first day of a period is new in it, and who ends on that day is lost in it.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, Table
from ibis.expr.types import Value as Expr


def tenures_of_subscriptions(subscriptions: Table) -> Table:
    """Paid time: rows in status trial, or that pay nothing, do not make a customer; a pause does not end one."""
    is_paid = (_.mrr_amount > 0) & (_.status != "trial")
    held = subscriptions.filter(is_paid | (_.status == "paused"))
    return _joined_spans(held.select("person_id", "started_on", "ended_on"))


def tenures_of_orders(orders: Table, inactivity_days: int, as_of: date) -> Table:
    """A purchase keeps a customer for `inactivity_days`; who has not bought for that long has left.

    The end is null while that time has not run out as of `as_of`.
    """
    bought = orders.filter(~orders.is_return).select("person_id", started_on=_.ordered_on).distinct()
    spans = bought.mutate(ended_on=(_.started_on + ibis.interval(days=inactivity_days)).cast("date"))
    joined = _joined_spans(spans)
    return joined.mutate(
        ended_on=ibis.ifelse(_.ended_on < ibis.literal(as_of), _.ended_on, ibis.null("date"))
    )


def present(tenures: Table, day: Expr) -> BooleanValue:
    """Whether the span of a row holds just before `day` begins."""
    return (tenures.started_on < day) & (tenures.ended_on.isnull() | (tenures.ended_on >= day))


def _joined_spans(spans: Table) -> Table:
    """Overlapping and touching spans of a person as one (gaps and islands)."""
    far = ibis.literal(date(9999, 1, 1))
    spans = spans.mutate(ended_on=_.ended_on.fill_null(far)).filter(_.ended_on > _.started_on)
    before = ibis.window(group_by="person_id", order_by=["started_on", "ended_on"], rows=(None, -1))
    marked = spans.mutate(reached=_.ended_on.max().over(before))
    marked = marked.mutate(is_first=(_.reached.isnull() | (_.reached < _.started_on)).cast("int64"))
    running = ibis.window(group_by="person_id", order_by=["started_on", "ended_on"], rows=(None, 0))
    numbered = marked.mutate(island=_.is_first.sum().over(running))
    merged = numbered.group_by("person_id", "island").agg(
        started_on=_.started_on.min(), ended_on=_.ended_on.max()
    )
    return merged.select("person_id", "started_on", ended_on=_.ended_on.nullif(far))

"""From when to when was each person a customer, and who came and went in each period?

    tenures: person_id int64, started_on date, ended_on date or null (still a customer); half-open,
    the spans of one person neither overlap nor touch.

A state "at" a day T is the state just before T begins: started_on < T, and ended_on null or >= T.
So who starts on the first day of a period is new in it, and who ends on that day is lost in it.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.rollups.patience import PATIENCE
from dangol.core.rollups.periods import Buckets, days_after

_LONG_AGO, _FAR = date(1, 1, 1), date(9999, 1, 1)


def tenures_of_subscriptions(subscriptions: Table) -> Table:
    """Paid time: rows in status trial, or that pay nothing, do not make a customer; a pause does not end one."""
    return _joined_spans(held(subscriptions).select("person_id", "started_on", "ended_on"))


def held(subscriptions: Table) -> Table:
    """The subscription rows that make their person a customer: paid ones and pauses of at least a day."""
    is_paid = (_.mrr_amount > 0) & (_.status != "trial")
    lasts = _.ended_on.isnull() | (_.ended_on > _.started_on)
    return subscriptions.filter((is_paid | (_.status == "paused")) & lasts)


def tenures_of_orders(orders: Table, inactivity_days: int, as_of: date) -> Table:
    """A purchase keeps a customer for `inactivity_days`; who has not bought for that long has left.

    The end is null while that time has not run out as of `as_of`. Orders that say `gone_after_days` themselves
    (`patience.with_patience`) are taken at their word.
    """
    has_own = PATIENCE in orders.columns
    bought = orders.filter(~orders.is_return).select(
        "person_id", day=_.ordered_on, **({PATIENCE: _[PATIENCE]} if has_own else {})
    )
    bought, patience = bought.distinct(), _[PATIENCE] if has_own else inactivity_days
    in_order = ibis.window(group_by="person_id", order_by="day")
    so_far = ibis.window(group_by="person_id", order_by="day", rows=(None, 0))
    days = bought.mutate(previous=_.day.lag(default=ibis.literal(_LONG_AGO)).over(in_order))
    days = days.mutate(is_first=(days_after(_.previous, patience) < _.day).cast("int64"))
    numbered = days.mutate(island=_.is_first.sum().over(so_far))
    spans = numbered.group_by("person_id", "island").agg(
        started_on=_.day.min(), last_on=_.day.max(), **({PATIENCE: _[PATIENCE].max()} if has_own else {})
    )
    return spans.mutate(ended_on=days_after(_.last_on, patience)).select(
        "person_id",
        "started_on",
        ended_on=ibis.ifelse(_.ended_on < ibis.literal(as_of), _.ended_on, ibis.null("date")),
    )


def moves(tenures: Table, buckets: Buckets) -> Table:
    """Who came or went in which bucket: one row a person and bucket with a change. O(spans), no cross join.

    person_id int64, bucket int64 (-1 is all that lies before), net int64 (-1 gone, 0 both, 1 come),
    was_in boolean (a customer when the bucket began), is_first boolean (never a customer before it).
    """
    start = tenures.select("person_id", day=_.started_on, net=ibis.literal(1).cast("int64"))
    end = tenures.filter(_.ended_on.notnull()).select(
        "person_id", day=_.ended_on, net=ibis.literal(-1).cast("int64")
    )
    changes = start.union(end).filter(_.day < ibis.literal(buckets.end))
    changes = changes.mutate(bucket=buckets.index(_.day))
    people = changes.group_by("person_id", "bucket").agg(
        net=_.net.sum(),
        came_on=ibis.ifelse(_.net > 0, _.day, ibis.literal(_FAR)).min(),
        went_on=ibis.ifelse(_.net < 0, _.day, ibis.literal(_FAR)).min(),
    )
    first = tenures.group_by("person_id").agg(first_bucket=buckets.index(_.started_on.min()))
    return people.inner_join(first, "person_id").select(
        "person_id",
        "bucket",
        "net",
        was_in=_.went_on < _.came_on,
        is_first=_.bucket == _.first_bucket,
    )


def customer_counts(tenures: Table, buckets: Buckets) -> Table:
    """How many were there, came and went, by sets of people: one row a bucket, all counts int64.

        bucket, starts_on, ends_on, start_count, end_count,
        new_count       never a customer before, wherever they are at the end
        returned_count  not in at the start, customers before; wherever they are at the end
        lost_count      in at the start, not at the end
        fleeting_count  came and gone again inside the bucket (in new_count or returned_count as well)

    start + new + returned - lost - fleeting = end.
    """
    people = moves(tenures, buckets)
    came = ~people.was_in
    counts = people.group_by("bucket").agg(
        net_count=_.net.sum(),
        new_count=(came & _.is_first).cast("int64").sum(),
        returned_count=(came & ~_.is_first).cast("int64").sum(),
        lost_count=(_.was_in & (_.net < 0)).cast("int64").sum(),
        fleeting_count=(came & (_.net == 0)).cast("int64").sum(),
    )
    before = counts.filter(_.bucket < 0).agg(before_count=_.net_count.sum().fill_null(0))
    names = ("net_count", "new_count", "returned_count", "lost_count", "fleeting_count")
    every = buckets.filled(counts, names).cross_join(before)
    running = ibis.window(order_by="bucket", rows=(None, 0))
    every = every.mutate(end_count=_.before_count + _.net_count.sum().over(running))
    every = every.mutate(start_count=_.end_count - _.net_count)
    return every.drop("net_count", "before_count")


def _joined_spans(spans: Table) -> Table:
    """Overlapping and touching spans of a person as one (gaps and islands)."""
    far = ibis.literal(_FAR)
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

"""On each day, who was active in the days behind it? From person-days to spans of activity."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Period
from dangol.core.rollups.periods import calendar_days, days_after

_LONG_AGO, _FAR = date(1, 1, 1), date(9999, 1, 1)
_COUNTS = ("daily_count", "new_count", "returned_count", "churned_count")


def daily_presence(
    activity: Table, period: Period, window_days: int, active_days: Table | None = None
) -> Table:
    """For each day of the period, who was there and who was active in the `window_days` up to it.

    `active_days` has each person and day of the activity once, where a rollup has them so already.

    day date, daily_count (active that day), active_count (active in the window that ends with the day),
    new_count (first active day), returned_count (back after a whole window away), churned_count (the
    window since their last day ran out), seen_count (the sum of daily_count over the window), all int64;
    first_on date, the first day of any activity.

    A person-day opens a span where no other lies in the window behind it and closes one, a window later,
    where no other lies in the window before: the running sum of openings and closings is active_count.
    O(person-days), however long the window.
    """
    days = activity.select("person_id", "active_on").distinct() if active_days is None else active_days
    changes = _changes(days.filter(_.active_on < ibis.literal(period.end)), window_days)
    running = ibis.window(order_by="day", rows=(None, 0))
    behind = ibis.window(order_by="day", rows=(-(window_days - 1), 0))
    counted = _with_every_day(changes, period, window_days).mutate(
        active_count=(_.new_count + _.returned_count - _.churned_count).sum().over(running),
        seen_count=_.daily_count.sum().over(behind),
        first_on=ibis.ifelse(_.daily_count > 0, _.day, ibis.null("date")).min().over(ibis.window()),
    )
    first, end = ibis.literal(period.start), ibis.literal(period.end)
    return counted.filter((_.day >= first) & (_.day < end))


def _changes(days: Table, window_days: int) -> Table:
    """Per day: who is there, whose span opens and, a window after the last day of a span, whose closes."""
    in_order = ibis.window(group_by="person_id", order_by="active_on")
    around = days.mutate(
        previous=_.active_on.lag(default=ibis.literal(_LONG_AGO)).over(in_order),
        following=_.active_on.lead(default=ibis.literal(_FAR)).over(in_order),
    )
    is_new = around.previous == ibis.literal(_LONG_AGO)
    is_back = ~is_new & (days_between(around.active_on, around.previous) > window_days)
    is_last = days_between(around.following, around.active_on) > window_days
    by_day = around.select(
        day=around.active_on,
        is_new=is_new.cast("int64"),
        is_back=is_back.cast("int64"),
        is_last=is_last.cast("int64"),
    )
    sums = by_day.group_by("day").agg(
        daily_count=_.count(), new_count=_.is_new.sum(), returned_count=_.is_back.sum(), last=_.is_last.sum()
    )
    none = ibis.literal(0).cast("int64")
    gone = sums.select(
        day=days_after(sums.day, window_days),
        daily_count=none,
        new_count=none,
        returned_count=none,
        churned_count=sums["last"],
    )
    here = sums.select("day", "daily_count", "new_count", "returned_count", churned_count=none)
    return here.union(gone)


def _with_every_day(changes: Table, period: Period, window_days: int) -> Table:
    """One row a day, with none left out from a window before the period to its end."""
    before = period.start - timedelta(days=min(window_days, period.start.toordinal() - 1))
    none = ibis.literal(0).cast("int64")
    quiet = calendar_days(Period(before, period.end)).select("day", **dict.fromkeys(_COUNTS, none))
    every = changes.union(quiet)
    return every.group_by("day").agg(**{name: every[name].sum() for name in _COUNTS})


def days_between(later: ibis.Value, earlier: ibis.Value) -> ibis.Value:
    """Whole days from one date to a later one, int64."""
    return later.delta(earlier, unit="day").cast("int64")

"""Who used which feature, how often, since when, and who was still there afterwards?

uses: person_id int64, feature string, use_count int64, first_on date
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table


def uses_of_features(events: Table, features: Sequence[str] | None) -> Table:
    """One row a person and feature (an event name); `features` limits them."""
    named = events if features is None else events.filter(events.name.isin(list(features)))
    return named.group_by("person_id", feature=named.name).agg(
        use_count=_.count(), first_on=_.occurred_on.min()
    )


def waits_for_first_use(events: Table, features: Sequence[str] | None, as_of: date) -> Table:
    """From everybody's first activity to their first use of each feature: spells, counted by their length.

    Returns feature, duration int64 (days), is_event (False: not used up to the day before `as_of`), n int64.
    Who has not used a feature is the rest of everybody, so that nobody stands in a row for each feature.
    """
    begun = events.group_by("person_id").agg(started_on=_.occurred_on.min())
    begun = begun.mutate(watched=ibis.literal(as_of).delta(begun.started_on, unit="day").cast("int64") - 1)
    used = uses_of_features(events, features).join(begun, "person_id")
    used = used.mutate(duration=_.first_on.delta(_.started_on, unit="day").cast("int64"))
    soon = used.group_by("feature", "duration").agg(n=_.count())
    everybody = begun.group_by(duration=_.watched).agg(n=_.count())
    all_open = used.select("feature").distinct().cross_join(everybody)
    closed = used.group_by("feature", duration=_.watched).agg(n=-_.count())
    still = all_open.union(closed).group_by("feature", "duration").agg(n=_.n.sum().cast("int64"))
    names = ("feature", "duration", "is_event", "n")
    return ibis.union(
        soon.mutate(is_event=ibis.literal(True)).select(*names),  # noqa: FBT003
        still.filter(still.n > 0).mutate(is_event=ibis.literal(False)).select(*names),  # noqa: FBT003
    )


def kept_by_early_use(
    events: Table, features: Sequence[str] | None, early_days: int, kept_days: int, as_of: date
) -> Table:
    """For each feature, how many of its early users and of the others were active in the days after.

    Returns feature, early_count, early_kept, other_count, other_kept int64, among people who began at least
    `early_days + kept_days` before `as_of`.
    """
    persons = _watched(events, early_days, kept_days, as_of)
    everybody = persons.agg(all_count=persons.count(), all_kept=persons.is_kept.sum())
    used = uses_of_features(events, features)
    early = used.join(persons, "person_id").mutate(
        early=(_.first_on.delta(_.started_on, unit="day") < early_days).cast("int64")
    )
    sums = early.group_by("feature").agg(early_count=_.early.sum(), early_kept=(_.early * _.is_kept).sum())
    both = sums.cross_join(everybody)
    return both.select(
        "feature", "early_count", "early_kept",
        other_count=both.all_count - both.early_count, other_kept=both.all_kept - both.early_kept,
    )  # fmt: skip


def _watched(events: Table, early_days: int, kept_days: int, as_of: date) -> Table:
    """person_id, started_on, is_kept (1 or 0) of everybody who has been watched long enough."""
    first = events.group_by("person_id").agg(started_on=_.occurred_on.min())
    aged = events.select("person_id", "occurred_on").join(first, "person_id")
    age = aged.occurred_on.delta(aged.started_on, unit="day")
    is_after = (age >= early_days) & (age < early_days + kept_days)
    persons = aged.mutate(is_after=is_after.cast("int64")).group_by("person_id", "started_on")
    watched = persons.agg(is_kept=_.is_after.max())
    return watched.filter(ibis.literal(as_of).delta(watched.started_on, unit="day") >= early_days + kept_days)

"""Who is at risk on a day, and who of them left afterwards? By contract where there is one, else by silence.

    contractual      at risk: a customer by subscription as the day begins (a pause is no end);
                     left: that stay ended in the horizon; involuntary where the recorded cause says so
    by silence       at risk: active (a purchase, or an event) within the last `inactive_days` days;
                     left: not active once in the horizon

The horizon of H days after a gap of G days is the days from T + G up to, and not including, T + G + H. Who has
left within the gap is asked about no more: nothing that is done after the gap could reach them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.features.events import uses
from dangol.core.features.known import OLDER, Cut
from dangol.core.rollups.activity import activity_of_events, activity_of_orders
from dangol.core.rollups.periods import days_after
from dangol.core.rollups.stays import stays_of_subscriptions
from dangol.core.rollups.tenures import tenures_of_orders, tenures_of_subscriptions
from dangol.core.schema.causes import kind_of

_FAR: Final = date(9999, 1, 1)


@dataclass(frozen=True, slots=True)
class Policy:
    """What makes a customer here, and what is leaving."""

    by: Literal["subscriptions", "orders", "events"]
    inactive_days: int = 90
    """Without a contract: days of silence after which somebody is no customer any more."""

    @property
    def is_contractual(self) -> bool:
        """Whether leaving is seen (a contract ends) rather than inferred from silence."""
        return self.by == "subscriptions"


@dataclass(frozen=True, slots=True)
class Horizon:
    """The days in which leaving counts: `days` days, `gap_days` after the day of the snapshot."""

    as_of: date
    days: int
    gap_days: int = 0

    @property
    def starts_on(self) -> date:
        """The first day that counts."""
        return self.as_of + timedelta(days=self.gap_days)

    @property
    def ends_on(self) -> date:
        """The first day that counts no more; everything before it must be known."""
        return self.starts_on + timedelta(days=self.days)


def at_risk(nouns: Mapping[str, Table], cut: Cut, policy: Policy) -> Table:
    """One row a customer on the morning of the day: person_id, tenure_days, return_count int64.

    `nouns` hold what was known by then (`Cut.known`). tenure_days are those since they became a customer, without
    a break; return_count is how often they had come back before.
    """
    return there_of(spans_of(nouns, policy), cut)


def spans_of(nouns: Mapping[str, Table], policy: Policy) -> Table:
    """From when to when each was a customer: person_id, started_on, ended_on date (null or later: still there)."""
    if policy.is_contractual:
        return tenures_of_subscriptions(nouns["subscriptions"])
    if policy.by == "orders":
        return tenures_of_orders(nouns["orders"], policy.inactive_days, _FAR)
    # Breaks in use are not looked for: that would take a row a person and day of all events.
    recent, older = (uses(nouns[name]).select("person_id", day="occurred_on") for name in ("events", OLDER))
    people = recent.union(older).group_by("person_id").agg(started_on=_.day.min(), last_on=_.day.max())
    return people.select("person_id", "started_on", ended_on=days_after(people.last_on, policy.inactive_days))


def there_of(spans: Table, cut: Cut) -> Table:
    """Who is at risk on the morning of the day, by the spans that were known then: see `at_risk`."""
    is_open = spans.ended_on.isnull() | (spans.ended_on >= ibis.literal(cut.as_of))
    people = spans.group_by("person_id").agg(
        since_on=spans.started_on.max(where=is_open), return_count=spans.count() - 1
    )
    there = people.filter(people.since_on.notnull())
    return there.select("person_id", "return_count", tenure_days=cut.days_since(there.since_on))


def ends_of(subscriptions: Table) -> Table:
    """When contracts ended and whether their customers chose it: person_id, ended_on date, is_involuntary boolean."""
    ended = stays_of_subscriptions(subscriptions).filter(_.ended_on.notnull())
    chose_not = kind_of(ended.cause) == "involuntary"
    return ended.select(
        "person_id", "ended_on", is_involuntary=chose_not.fill_null(ibis.literal(value=False))
    )


def outcomes_by_contract(ends: Table, there: Table, horizon: Horizon) -> Table:
    """What came of everybody at risk: person_id, tenure_days (on the day of the snapshot) int64, has_left,
    is_involuntary boolean, left_on date or null (the day on which the contract ended).

    `there` is from `at_risk`, `ends` from `ends_of` all that was known at the end of the horizon or later.
    """
    start, end = ibis.literal(horizon.starts_on), ibis.literal(horizon.ends_on)
    within = ends.filter((ends.ended_on >= ibis.literal(horizon.as_of)) & (ends.ended_on < end))
    first = within.group_by("person_id").agg(
        ended_on=within.ended_on.min(), is_involuntary=within.is_involuntary.argmin(within.ended_on)
    )
    people = there.left_join(first, "person_id").select(
        there.person_id, there.tenure_days, first.ended_on, first.is_involuntary
    )
    asked = people.filter(people.ended_on.isnull() | (people.ended_on >= start))
    return asked.select(
        "person_id", "tenure_days", has_left=asked.ended_on.notnull(),
        is_involuntary=asked.is_involuntary.fill_null(ibis.literal(value=False)), left_on=asked.ended_on,
    )  # fmt: skip


def activity_of(nouns: Mapping[str, Table], policy: Policy) -> Table:
    """The days on which somebody was a customer without a contract: see `rollups.activity`."""
    if policy.by == "orders":
        return activity_of_orders(nouns["orders"])
    return activity_of_events(uses(nouns["events"]))


def outcomes_by_silence(activity: Table, there: Table, horizon: Horizon) -> Table:
    """The same without a contract: who was not active once in the horizon left on its first day, of their own will."""
    start, end = ibis.literal(horizon.starts_on), ibis.literal(horizon.ends_on)
    inside = activity.filter((activity.active_on >= start) & (activity.active_on < end))
    came = inside.select("person_id").distinct().mutate(came=ibis.literal(value=True))
    people = there.left_join(came, "person_id").select(there.person_id, there.tenure_days, came.came)
    has_left = people.came.isnull()
    return people.select(
        "person_id",
        "tenure_days",
        has_left=has_left,
        is_involuntary=ibis.literal(value=False),
        left_on=ibis.ifelse(has_left, start, ibis.null("date")),
    )

"""Which rows were known on the morning of a day? By two clocks: when it happened, and when it became known here."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import ibis
from ibis.expr.types import DateValue, IntegerValue, NumericValue, StringValue, Table, TimestampScalar
from ibis.expr.types import Value as Expr

from dangol.core.calendar import time_zone
from dangol.core.schema import NOUNS

_LATER_MOMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "tickets": ("replied_at", "resolved_at"),
    "messages": ("opened_at", "clicked_at"),
}
"""What is filled in after the row's own day: not known yet where it lies on the day of the snapshot or later."""
OLDER: Final = "older_events"
"""The events of more than `LATELY` days before, which lie in files of their own and are asked less: see `events`."""
LATELY: Final = 90
AGES: Final[Mapping[str, Mapping[str, str]]] = {
    "events": {"age": "int64"},
    "orders": {"age": "int64"},
    "messages": {"age": "int64"},
    "answers": {"age": "int64"},
    "exposures": {"age": "int64"},
    "tickets": {"age": "int64", "wait_hours": "float64"},
    "subscriptions": {"age": "int64", "ended_age": "int64", "renewal_days": "int64"},
    "people": {"joined_age": "int64"},
    "trait_changes": {"age": "int64", "until_days": "int64"},
}
"""What the rows of a noun say besides, counted back from the day: 1 is the day before it."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The first moment of the day `as_of` in the business's time zone. Nothing of that day or later is known."""

    as_of: date
    zone: str = "UTC"

    @property
    def moment(self) -> datetime:
        """The same in UTC."""
        local = datetime.combine(self.as_of, time(), time_zone(self.zone))
        return local.astimezone(UTC).replace(tzinfo=None)

    def known(self, noun: str, table: Table) -> Table:
        """The rows of a noun that had happened and were known, with their `AGES`; what became of them later is null.

        A row without `received_at` became known as it happened. The end of a subscription is known from the
        day after it.
        """
        schema = NOUNS[noun]
        if schema.happened:
            table = table.filter(table[schema.happened] < ibis.literal(self.as_of))
        if "received_at" in schema.dtypes:
            table = table.filter(table.received_at.isnull() | (table.received_at <= literal(self.moment)))
        later = {name: self._until_now(table[name]) for name in _LATER_MOMENTS.get(noun, ())}
        table = table.mutate(**later) if later else table
        if noun == "subscriptions":
            return self._terms(table)
        if noun == "people":
            age = self.days_since(table.joined_on)
            return table.mutate(joined_age=ibis.ifelse(age > 0, age, ibis.null("int64")))
        aged = table.mutate(age=self.days_since(table[schema.happened])) if schema.happened else table
        if noun == "trait_changes":
            return aged.mutate(until_days=self._until(aged.value))
        return aged.mutate(wait_hours=self._wait(aged)) if noun == "tickets" else aged

    def days_since(self, day: Expr) -> IntegerValue:
        """Whole days from a day to this one: 1 is the last day that is known."""
        return ibis.literal(self.as_of).delta(day, unit="day").cast("int64")

    def _terms(self, rows: Table) -> Table:
        is_past = rows.ended_on < ibis.literal(self.as_of)
        ended_on = ibis.ifelse(is_past, rows.ended_on, ibis.null("date"))
        return rows.mutate(
            ended_on=ended_on,
            ended_because=ibis.ifelse(is_past, rows.ended_because, ibis.null("string")),
            age=self.days_since(rows.started_on),
            ended_age=self.days_since(ended_on),
            renewal_days=days_to_renewal(rows.started_on, self.as_of),
        )

    def _wait(self, tickets: Table) -> NumericValue:
        """Hours from a ticket to its first reply, or to now while there is none."""
        until = tickets.replied_at.fill_null(literal(self.moment))
        # Of whole seconds: some engines count the seconds that begin, others those that pass.
        seconds = until.truncate("s").delta(tickets.opened_at.truncate("s"), unit="second")
        return seconds.cast("float64") / 3600.0

    def _until(self, text: StringValue) -> IntegerValue:
        """Days to the day that a text names, negative once it has passed; of a month alone, to its last day."""
        is_month = text.length() == len("2026-03")
        day = ibis.ifelse(is_month, text + "-01", text.left(len("2026-03-31"))).try_cast("date")
        last = (day + ibis.interval(months=1)).cast("date") - ibis.interval(days=1)
        until = ibis.ifelse(is_month, last.cast("date"), day)
        return until.delta(ibis.literal(self.as_of), unit="day").cast("int64")

    def _until_now(self, at: Expr) -> Expr:
        return ibis.ifelse(at < literal(self.moment), at, ibis.null("timestamp"))


def days_to_renewal(began_on: DateValue, as_of: date) -> IntegerValue:
    """Days from the day to the next monthly renewal: the day of the month on which it began, or the month's last.

    0 is a renewal on the day itself. What a row pays is a month's worth, so it is renewed by the month.
    """
    this = calendar.monthrange(as_of.year, as_of.month)[1]
    year, month = (as_of.year, as_of.month + 1) if as_of.month < 12 else (as_of.year + 1, 1)
    following = calendar.monthrange(year, month)[1]
    day = began_on.day().cast("int64")
    here = ibis.least(day, ibis.literal(this).cast("int64")) - as_of.day
    there = ibis.least(day, ibis.literal(following).cast("int64")) + (this - as_of.day)
    return ibis.ifelse(here >= 0, here, there)


def literal(at: datetime) -> TimestampScalar:
    """A moment in a query, exact to the microsecond on every engine."""
    return ibis.literal(at.isoformat(sep=" ")).cast("timestamp")


def known_tables(tables: Mapping[str, Table], cut: Cut) -> dict[str, Table]:
    """Every noun among the tables, as it was known on the morning of the day; events in two parts by their age."""
    known = {name: cut.known(name, table) for name, table in tables.items() if name in NOUNS}
    if "events" in known:
        # By the date itself, so that an engine passes over the files of other months.
        first = ibis.literal(cut.as_of - timedelta(days=LATELY))
        events = known["events"]
        known |= {
            "events": events.filter(events.occurred_on >= first),
            OLDER: events.filter(events.occurred_on < first),
        }
    return known


def known_schema(noun: str) -> dict[str, str]:
    """The columns of `Cut.known`: those of the noun and its ages."""
    name = "events" if noun == OLDER else noun
    return {**NOUNS[name].dtypes, **AGES.get(name, {})}

"""Which rows were known on the morning of a day? By two clocks: when it happened, and when it became known here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

import ibis
from ibis.expr.types import IntegerValue, Table, TimestampScalar
from ibis.expr.types import Value as Expr

from dangol.core.calendar import time_zone
from dangol.core.schema import NOUNS

_LATER_MOMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "tickets": ("replied_at", "resolved_at"),
    "messages": ("opened_at", "clicked_at"),
}
"""What is filled in after the row's own day: not known yet where it lies on the day of the snapshot or later."""


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
        """The rows of a noun that had happened and were known; what became of them later is null.

        A row without `received_at` became known as it happened. The end of a subscription is known from the
        day after it.
        """
        schema = NOUNS[noun]
        if schema.happened:
            table = table.filter(table[schema.happened] < ibis.literal(self.as_of))
        if "received_at" in schema.dtypes:
            table = table.filter(table.received_at.isnull() | (table.received_at <= literal(self.moment)))
        if noun == "subscriptions":
            is_past = table.ended_on < ibis.literal(self.as_of)
            return table.mutate(
                ended_on=ibis.ifelse(is_past, table.ended_on, ibis.null("date")),
                ended_because=ibis.ifelse(is_past, table.ended_because, ibis.null("string")),
            )
        later = {name: self._until_now(table[name]) for name in _LATER_MOMENTS.get(noun, ())}
        return table.mutate(**later) if later else table

    def days_since(self, day: Expr) -> IntegerValue:
        """Whole days from a day to this one: 1 is the last day that is known."""
        return ibis.literal(self.as_of).delta(day, unit="day").cast("int64")

    def _until_now(self, at: Expr) -> Expr:
        return ibis.ifelse(at < literal(self.moment), at, ibis.null("timestamp"))


def literal(at: datetime) -> TimestampScalar:
    """A moment in a query, exact to the microsecond on every engine."""
    return ibis.literal(at.isoformat(sep=" ")).cast("timestamp")


def known_tables(tables: Mapping[str, Table], cut: Cut) -> dict[str, Table]:
    """Every noun among the tables, as it was known on the morning of the day."""
    return {name: cut.known(name, table) for name, table in tables.items() if name in NOUNS}

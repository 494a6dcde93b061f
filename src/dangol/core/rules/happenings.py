"""What happened, by its name? Events, and the typed nouns seen as events: Order Completed, Ticket Opened, ..."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ibis.expr.types import BooleanValue, Table

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.core.rules.subject import Subject, check_key, column_subject, json_subject
from dangol.core.schema import NOUNS


@dataclass(frozen=True, slots=True)
class Source:
    """Where a happening is recorded: its noun, the columns of its day and moment, and which rows are it."""

    noun: str
    at: str
    on: str | None = None
    rows: Callable[[Table], BooleanValue] | None = None


EVENTS: Final = Source("events", "occurred_at", "occurred_on")

TYPED: Final[Mapping[str, Source]] = {
    "Order Completed": Source("orders", "ordered_at", "ordered_on", lambda t: ~t.is_return),
    "Order Refunded": Source("orders", "ordered_at", "ordered_on", lambda t: t.is_return),
    "Ticket Opened": Source("tickets", "opened_at", "opened_on"),
    "Ticket Answered": Source("tickets", "replied_at"),
    "Ticket Resolved": Source("tickets", "resolved_at"),
    "Survey Answered": Source("answers", "answered_at", "answered_on"),
    "Message Sent": Source("messages", "sent_at", "sent_on"),
    "Message Opened": Source("messages", "opened_at"),
    "Message Clicked": Source("messages", "clicked_at"),
    "Message Bounced": Source("messages", "sent_at", "sent_on", lambda t: t.is_bounced),
}
"""The names that a typed noun answers for, wherever the data has that noun; events answer for all others."""


def source_of(event: str, tables: Mapping[str, Table], path: str) -> Source:
    """Where an event is recorded in this data; a RequestError when nowhere."""
    typed = TYPED.get(event)
    if typed and typed.noun in tables:
        return typed
    if "events" in tables:
        return EVENTS
    wanted = f"events or {typed.noun}" if typed else "events"
    have = ", ".join(sorted(set(tables) & set(NOUNS))) or "-"
    raise RequestError(
        Said(
            f"At {path} the event {event!r} was asked for.",
            f"{path}에서 이벤트 {event!r}을(를) 요청하셨습니다.",
        ),
        Said(
            f"It is recorded in {wanted}; the data has {have}.",
            f"필요한 데이터: {wanted}. 지금 있는 것: {have}.",
        ),
        Said("Add a file that holds it.", "해당 데이터를 담은 파일을 더하십시오."),
    )


def rows_of(source: Source, tables: Mapping[str, Table]) -> Table:
    """The rows of a source with its own columns, and `happened_at`; refunds with their amount as positive."""
    table = tables[source.noun]
    if source.rows is not None:
        table = table.filter(source.rows(table))
    if source is TYPED["Order Refunded"]:
        table = table.mutate(amount=table.amount.abs())
    return table.mutate(happened_at=table[source.at])


def property_of(rows: Table, source: Source, name: str, path: str) -> Subject:
    """A property of a happening: a column of its noun, or for events any field of their JSON properties."""
    dtypes = NOUNS[source.noun].dtypes
    if name in dtypes and name not in ("person_id", "properties"):
        return column_subject(rows, name, dtypes)
    if source is EVENTS:
        return json_subject(rows.properties, check_key(name.removeprefix("properties."), path))
    raise UnknownNameError(
        Said(f"property of {source.noun} at {path}", f"{path}의 {source.noun} 속성"), name, dtypes
    )

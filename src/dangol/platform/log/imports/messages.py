"""What does a row of an import say happened? Typed rows as messages of the Segment specification.

The id of a message comes from what it says, the source, and which of several equal rows it is: a row that is
brought again gives the same message again, and the log knows it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec

from dangol.core.calendar import time_zone
from dangol.platform.log.vocabulary import names_of

_ORDERS: Final = frozenset(names_of("orders"))
Row = Mapping[str, Any]
Message = dict[str, Any]


class Speaker:
    """Turns the rows of one import into messages."""

    def __init__(self, source_id: int, import_id: int, zone: str, now: datetime, salt: int = 0) -> None:
        """`salt` is another after an import of the source was undone: what it said may then be said again."""
        self.source_id, self.import_id, self.now, self.salt = source_id, import_id, now, salt
        self.zone = time_zone(zone)

    def messages(self, noun: str, rows: list[Row]) -> list[Message]:
        """The messages of some rows; of subscriptions, all rows of one subscription must be among them."""
        if noun == "subscriptions":
            return [each for group in _grouped(rows) for each in self._subscription(group)]
        told: Callable[[Row], Iterator[Message]] = getattr(self, f"_{noun}")
        return [message for row in rows for message in told(row)]

    def _people(self, row: Row) -> Iterator[Message]:
        traits = _traits(row) | _filled(
            name=row["name"], email=row["email"], channel=row["channel"], country=row["country"], plan=row["plan"],
            referrer_id=row["referrer"], joined_on=row["joined_on"],
        )  # fmt: skip
        yield self._message(row, "identify", self.now, traits=traits)
        if row["account_id"]:
            yield self._message(row, "group", self.now, groupId=row["account_id"], traits={})

    def _accounts(self, row: Row) -> Iterator[Message]:
        traits = _traits(row) | _filled(
            name=row["name"], plan=row["plan"], industry=row["industry"], owner=row["owner"],
            created_on=row["created_on"], seats_count=row["seats_count"],
        )  # fmt: skip
        yield self._message(row, "group", self.now, groupId=row["account_id"], traits=traits)

    def _events(self, row: Row) -> Iterator[Message]:
        told = _traits(row, "properties") | _filled(object_id=row["object_id"], value=row["amount"])
        if row["name"] in _ORDERS:
            told = _filled(order_id=row["object_id"], total=row["amount"]) | told
        yield self._track(row, str(row["name"]), row["occurred_at"], account=row["account_id"], **told)

    def _orders(self, row: Row) -> Iterator[Message]:
        told: dict[str, Any] = {"order_id": row["order_id"], "total": row["amount"], "currency": row["currency"],
                                "channel": row["channel"]}  # fmt: skip
        if row["item_count"] is not None:
            told["products"] = [{"quantity": row["item_count"]}]
        if not row["is_return"]:
            name = "Order Updated" if row["is_changed"] else "Order Completed"
            yield self._track(row, name, row["ordered_at"], **told)
            return
        amount = row["amount"]
        told |= {
            "total": None if amount is None else abs(amount),
            "refund_id": f"{row['key']:x}-{row['copy']}",
        }
        yield self._track(row, "Order Refunded", row["ordered_at"], **told)

    def _messages(self, row: Row) -> Iterator[Message]:
        told = {"message_id": row["message_id"] or f"row-{row['key']:x}-{row['copy']}", "channel": row["channel"],
                "campaign": row["campaign"]}  # fmt: skip
        yield self._track(row, "Message Sent", row["sent_at"], **told)
        if row["is_bounced"]:
            yield self._track(row, "Message Bounced", row["sent_at"] + timedelta(seconds=1), **told)
        for name, column in (("Message Opened", "opened_at"), ("Message Clicked", "clicked_at")):
            if row[column]:
                yield self._track(row, name, row[column], **told)

    def _answers(self, row: Row) -> Iterator[Message]:
        told = {name: row[name] for name in ("answer_id", "survey", "score", "comment")}
        yield self._track(row, "Survey Answered", row["answered_at"], **told)

    def _tickets(self, row: Row) -> Iterator[Message]:
        case = row["ticket_id"] or f"row-{row['key']:x}-{row['copy']}"
        told = {"case_id": case, "topic": row["topic"], "priority": row["priority"]}
        yield self._track(row, "Case Opened", row["opened_at"], **told)
        for name, column in (("Case Replied", "replied_at"), ("Case Resolved", "resolved_at")):
            if row[column]:
                yield self._track(row, name, row[column], case_id=case)

    def _exposures(self, row: Row) -> Iterator[Message]:
        at = row["exposed_at"] or self._start(row["exposed_on"])
        told = {"experiment_id": row["experiment"], "variation_id": row["arm"]}
        yield self._track(row, "Experiment Viewed", at, **told)

    def _scores(self, row: Row) -> Iterator[Message]:
        told = {"name": row["name"], "value": row["value"], "band": row["band"]}
        yield self._track(row, "Score Given", self._start(row["scored_on"]), **told)

    # Subscriptions: the terms of one, row after row, become what happened to it.

    def _subscription(self, rows: list[Row]) -> Iterator[Message]:
        before: Row | None = None
        for row, after in zip(rows, [*rows[1:], None], strict=True):
            is_next = before is not None and before["ended_on"] == row["started_on"]
            yield from self._terms(row, before if is_next else None)
            goes_on = after is not None and after["started_on"] == row["ended_on"]
            if row["ended_on"] and not goes_on:
                yield self._end(row)
            before = row

    def _end(self, row: Row) -> Message:
        """The end of some terms; one that lies ahead is a notice, for nothing has ended yet."""
        told = _filled(subscription_id=_subscription_id(row), reason=row["ended_because"])
        ends = self._start(row["ended_on"])
        if ends > self.now:
            return self._track(row, "Subscription Cancelled", self.now, ends_at=ends.isoformat(), **told)
        return self._track(row, "Subscription Ended", ends, **told)

    def _terms(self, row: Row, before: Row | None) -> Iterator[Message]:
        """What the first day of some terms says, coming after others or out of nothing."""
        at = self._start(row["started_on"])
        own = {"subscription_id": _subscription_id(row)}
        terms = own | _filled(plan=row["plan"], mrr_amount=row["mrr_amount"], currency=row["currency"])
        account, status = row["account_id"], row["status"]
        if status == "trial":
            yield self._track(row, "Trial Started", at, account=account, **terms)
            return
        was = before["status"] if before else None
        if was == "trial":
            yield self._track(row, "Trial Ended", at, is_converted=True, **own)
        if was in (None, "trial"):
            yield self._track(row, "Subscription Started", at, account=account, **terms)
        elif was == "paused" and status != "paused":
            yield self._track(row, "Subscription Resumed", at, account=account, **terms)
        if status == "paused":
            yield self._track(row, "Subscription Paused", at, **own)
        elif was in ("active", "past_due") or status == "past_due":
            yield self._track(row, "Subscription Changed", at, account=account, **terms, status=status)

    # How a message is written.

    def _track(
        self, row: Row, event: str, at: datetime, account: str | None = None, **properties: Any
    ) -> Message:
        told = {"context": {"groupId": account}} if account else {}
        return self._message(row, "track", at, event=event, properties=_filled(**properties), **told)

    def person(self, user_id: str) -> Message:
        """Somebody who is known by what they did alone."""
        return self._message(
            {"user_id": user_id, "copy": 1, "is_changed": False}, "identify", self.now, traits={}
        )

    def _message(self, row: Row, kind: str, at: datetime, **told: Any) -> Message:
        who = {"userId": row["user_id"]} if row["user_id"] else {}
        message = {"type": kind, **who, "timestamp": at.isoformat(timespec="milliseconds") + "Z", **told}
        is_told_anew = row["is_changed"] and message.get("event") in (None, "Order Updated")
        said = [self.source_id, self.salt, row["copy"], self.import_id if is_told_anew else None, message]
        text = msgspec.json.encode(said, order="sorted")
        message["context"] = {**message.get("context", {}), "import": self.import_id}
        return message | {"messageId": hashlib.blake2b(text, digest_size=16).hexdigest()}

    def _start(self, day: date) -> datetime:
        """The first moment of a day of the business, in UTC."""
        local = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return local.astimezone(UTC).replace(tzinfo=None)


def _grouped(rows: list[Row]) -> list[list[Row]]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(rows, key=lambda each: each["started_on"]):
        groups.setdefault((_subscription_id(row), row["user_id"]), []).append(row)
    return list(groups.values())


def _subscription_id(row: Row) -> str:
    return row["subscription_id"] or f"row-{row['key']:x}-{row['copy']}"


def _traits(row: Row, column: str = "traits") -> dict[str, Any]:
    """The other columns of the file, those that say something."""
    text = row[column]
    told = json.loads(text) if text and text.lstrip().startswith("{") else {}
    return _filled(**{str(key): value for key, value in told.items()}) if isinstance(told, dict) else {}


def _filled(**values: Any) -> dict[str, Any]:
    return {key: _plain(value) for key, value in values.items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value.normalize())
    return value.isoformat() if isinstance(value, date | datetime) else value

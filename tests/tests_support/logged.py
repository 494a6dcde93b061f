"""What do tests of the log say, and what do they look at? Messages of the cast, and the whole world as plain rows."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dangol.platform.log import sealer, sequencer
from dangol.platform.log.actions import accept
from dangol.platform.log.models import Source
from dangol.platform.log.queries import opened

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
CAST = ("ann", "bob", "cat", "dan", "eve")
_numbers = itertools.count()


def source(kind: str = "server") -> int:
    """A source of that kind."""
    return Source.objects.get_or_create(name=kind, kind=kind, defaults={"write_key": f"key-{kind}"})[0].pk


def told(
    who: str, event: str, day: float = 0, number: str | None = None, **properties: Any
) -> dict[str, Any]:
    """A track message of somebody, so many days after the start."""
    moment = (START + timedelta(days=day)).isoformat()
    return {
        "type": "track",
        "userId": who,
        "event": event,
        "messageId": number or f"m-{next(_numbers)}",
        "timestamp": moment,
        "properties": properties,
    }


def life() -> list[dict[str, Any]]:
    """What the cast does in three months: everything that a noun is made of, in order of time."""
    rows = []
    for n, who in enumerate(CAST):
        rows += _shopping(who, n) + _contract(who, n) + _voice(who, n)
    return sorted(rows, key=lambda row: str(row["timestamp"]))


def _shopping(who: str, n: int) -> list[dict[str, Any]]:
    def order(k: int, day: float, event: str, **more: Any) -> dict[str, Any]:
        return told(who, event, day, f"{who}-{event}-{k}", order_id=f"{who}-{k}", currency="KRW", **more)

    return [
        *(
            order(k, n + k * 11, "Order Completed", total=1000 * (k + 1), products=[{"quantity": 2}])
            for k in range(4)
        ),
        order(1, n + 12, "Order Updated", total=2500),
        order(2, n + 24, "Order Refunded", total=500),
        order(3, n + 40, "Order Cancelled"),
        *(told(who, "Product Viewed", n + d * 0.9, f"{who}-v{d}", product_id=f"p{d % 3}") for d in range(60)),
    ]


def _contract(who: str, n: int) -> list[dict[str, Any]]:
    def change(event: str, day: float, **more: Any) -> dict[str, Any]:
        return told(who, event, day, f"{who}-{event}-{day}", subscription_id=f"s-{who}", **more)

    return [
        change("Trial Started", n, plan="pro"),
        change("Subscription Started", n + 10, plan="pro", mrr_amount="30", currency="USD"),
        change("Invoice Failed", n + 20, invoice_id="i1"),
        change("Invoice Paid", n + 23, invoice_id="i1"),
        change("Subscription Paused", n + 30),
        change("Subscription Resumed", n + 37, mrr_amount="45"),
        *([change("Subscription Ended", n + 50, reason="price")] if n % 2 else []),
    ]


def _voice(who: str, n: int) -> list[dict[str, Any]]:
    def said(event: str, day: float, **more: Any) -> dict[str, Any]:
        return told(who, event, day, f"{who}-{event}-{day}", **more)

    return [
        said("Message Sent", n + 1, message_id=f"m-{who}", channel="email"),
        said("Message Opened", n + 2, message_id=f"m-{who}"),
        said("Survey Answered", n + 3, survey="nps", answer_id=f"a-{who}", score=n * 2),
        said("Survey Answered", n + 4, survey="nps", answer_id=f"a-{who}", score=n * 2 + 1),
        said("Case Opened", n + 5, case_id=f"c-{who}", topic="billing"),
        said("Case Replied", n + 5.5, case_id=f"c-{who}"),
        said("Case Resolved", n + 6, case_id=f"c-{who}"),
        said("Experiment Viewed", n + 7, experiment_id="price", variation_id="a" if n % 2 else "b"),
    ]


def arrive(messages: Sequence[dict[str, Any]], kind: str = "import") -> None:
    """They are accepted and numbered."""
    assert not accept(list(messages), source(kind)).refused
    number()


def number() -> None:
    """Whatever was accepted gets its place in the log."""
    while sequencer.sequence_once():
        pass


def seal() -> None:
    """Everything that is numbered goes into the lake."""
    while sealer.seal_once(is_forced=True):
        pass


def seen(as_of: date | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of the world, sorted, with people by the order in which the cast first acts."""
    world = opened(as_of)
    try:
        tables = [*sorted(world.nouns - {"people"}), "person_day"]
        return {name: world.engine.run(f"select * from {name} order by all").rows for name in tables}  # type: ignore[attr-defined]
    finally:
        world.close()

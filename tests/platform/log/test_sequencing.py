"""Which rows come out of the door's envelopes? Clocks, trust, names, seats, duplicates, and what cannot be read."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from dangol.core.errors import QueryError
from dangol.platform.kernel import clock as kernel_clock
from dangol.platform.log import sequencer
from dangol.platform.log.actions import link
from dangol.platform.log.duck import working_engine
from dangol.platform.log.models import Envelope, Identifier, Refused, Segment
from dangol.platform.log.reading import rows_after
from dangol.platform.log.rows import LogRow
from dangol.platform.log.segments import segments_after, sweep, written
from tests_support.logged import number, source, told

pytestmark = pytest.mark.django_db


def envelope(*messages: dict[str, Any] | bytes, kind: str = "server") -> None:
    """As the door writes them."""
    lines = [each if isinstance(each, bytes) else msgspec.json.encode(each) for each in messages]
    received = int(kernel_clock.now().timestamp() * 1e6)
    Envelope.objects.create(
        source_id=source(kind), received_at=received, body=b"\n".join(lines), event_count=len(lines)
    )


def rows() -> list[LogRow]:
    """Everything in the log."""
    number()
    return rows_after(0, segments_after(), 10_000)


def message(type_: str = "track", **more: Any) -> dict[str, Any]:
    given = {"type": type_, "messageId": f"m{len(more)}{sorted(more.items())}", "userId": "ann"}
    return given | ({"event": "Signed In"} if type_ == "track" else {}) | more


def test_the_senders_clock_is_put_right(clock: Any) -> None:
    """An hour fast: what it says happened ten minutes before it was sent, happened ten minutes before now."""
    fast = clock.now() + timedelta(hours=1)
    envelope(message(timestamp=(fast - timedelta(minutes=10)).isoformat(), sentAt=fast.isoformat()))
    (row,) = rows()
    assert row.occurred_at == clock.now() - timedelta(minutes=10)
    assert row.received_at == clock.now()
    assert row.is_live


def test_a_time_that_has_not_come_is_now_and_noted(clock: Any) -> None:
    envelope(message(timestamp="2031-01-01T00:00:00Z"))
    (row,) = rows()
    assert row.occurred_at == clock.now()
    assert row.context["dangolNote"] == "clock_ahead"


def test_a_clock_that_was_never_set_is_not_believed(clock: Any) -> None:
    envelope(message(timestamp="1970-01-01T00:00:05Z"))
    (row,) = rows()
    assert row.occurred_at == clock.now()


def test_late_and_brought_rows_are_not_live(clock: Any) -> None:
    envelope(message(timestamp=(clock.now() - timedelta(hours=2)).isoformat()))
    envelope(message(timestamp=clock.now().isoformat(), dangolLive=False))
    assert [row.is_live for row in rows()] == [False, False]


def test_what_a_browser_claims_is_another_name(clock: Any) -> None:
    envelope(message(a=1), kind="server")
    envelope(message(b=1), message(c=1, dangolTrusted=True), kind="browser")
    one, two, three = rows()
    assert (one.is_trusted, two.is_trusted, three.is_trusted) == (True, False, True)
    assert one.person_id == three.person_id != two.person_id
    assert set(Identifier.objects.values_list("kind", flat=True)) == {"user_id", "unverified_user_id"}


def test_a_new_device_beside_a_trusted_name_is_theirs(clock: Any) -> None:
    envelope(
        message(anonymousId="device"),
        {"type": "page", "messageId": "p", "anonymousId": "device", "name": "Home"},
    )
    known, page = rows()
    assert known.person_id == page.person_id
    assert known.anonymous_person_id is None
    assert (page.name, page.properties["name"]) == ("Page Viewed", "Home")


def test_a_device_with_a_past_keeps_it_and_is_named(clock: Any) -> None:
    envelope({"type": "page", "messageId": "p", "anonymousId": "device"})
    before = rows()[0].person_id
    envelope(message(anonymousId="device"))
    after = rows()[1]
    assert after.person_id != before == after.anonymous_person_id


def test_an_alias_names_who_it_was(clock: Any) -> None:
    envelope({"type": "page", "messageId": "p", "anonymousId": "old"})
    number()
    envelope({"type": "alias", "messageId": "a", "previousId": "old", "userId": "ann"})
    page, alias = rows()
    assert alias.anonymous_person_id == page.person_id != alias.person_id


def test_a_group_seats_a_person_for_later_events(clock: Any) -> None:
    envelope(message(a=0), message("group", groupId="acme"), message(b=1))
    envelope(message(c=2), message("group", groupId="blue", d=1), kind="browser")
    envelope(message(e=3))
    assert [row.account_id for row in rows()] == [None, "acme", "acme", None, "blue", "acme"]


def test_what_an_event_is_about_and_its_money(clock: Any) -> None:
    envelope(told("ann", "Order Completed", order_id="o1", total="12.5", currency="krw", product_id="p"))
    (row,) = rows()
    assert (row.object_id, row.amount, row.currency) == ("o1", Decimal("12.5"), "KRW")


def test_what_cannot_be_read_is_kept_aside_and_stops_nothing(clock: Any) -> None:
    envelope(message(a=1), b"{broken", message(b=1))
    assert len(rows()) == 2
    (refused,) = Refused.objects.all()
    assert (refused.body, refused.reason) == ("{broken", "unreadable")
    assert not Envelope.objects.exists()


def test_nothing_is_lost_where_the_engine_refuses_one_line_and_another_is_no_json(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    envelope(message(a=1), b"{broken", message(b=1, z="poison"))
    decode = sequencer.decode

    def refusing(engine: Any, lines: Any) -> None:
        if any("poison" in line for line in lines.bodies):
            raise QueryError("duckdb", "select 1", "no")
        decode(engine, lines)

    monkeypatch.setattr(sequencer, "decode", refusing)
    assert len(rows()) == 1
    refused = [each.body for each in Refused.objects.all()]
    assert len(refused) == 2
    assert "{broken" in refused


def test_duplicates_in_a_batch_and_between_batches(clock: Any) -> None:
    envelope(message(a=1), message(a=1))
    envelope(message(a=1))
    assert len(rows()) == 1
    envelope(message(a=1))
    assert len(rows()) == 1
    assert [s.row_count for s in Segment.objects.all()] == [1]


def test_a_name_can_be_given_to_somebody_else(clock: Any) -> None:
    envelope(message(a=1), message(userId="bob"))
    ann, bob = rows()
    link("user_id", "ann", bob.person_id)
    envelope(message(b=1))
    assert rows()[-1].person_id == bob.person_id != ann.person_id


def test_files_that_nobody_knows_are_swept() -> None:
    envelope(message(a=1))
    rows()
    written(working_engine(), "select 1 as a", "log")
    assert sweep() == 0, "somebody may be about to make it count"
    with kernel_clock.shifted_by(timedelta(hours=2)):
        assert sweep() == 1
    assert len(rows()) == 1


def test_ids_of_one_source_are_no_duplicates_of_another(clock: Any) -> None:
    """A page cannot make a server's message disappear by sending its id first; sent again by the same, it is one."""
    same = message(a=1, timestamp=clock.now().isoformat())
    envelope(same, kind="browser")
    envelope(same, same, kind="server")
    number()
    envelope(same, kind="server")
    assert [row.is_trusted for row in rows()] == [False, True]

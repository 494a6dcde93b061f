"""Does the door let in what the Segment HTTP API lets in, durably, and tell the others why not?"""

from __future__ import annotations

import gzip
import json
import sqlite3
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.log import actions
from dangol.platform.log.actions import sources as source_actions
from dangol.platform.log.envelopes import Envelopes
from dangol.platform.log.models import Envelope, Refused, Source
from dangol.platform.log.queries.sources import SourceView
from dangol.platform.log.refusals import BATCH_BYTES
from dangol.platform.log.stores import RefusedRow, Row, store_of_settings
from dangol.platform.web.door import reading
from tests_support.door import Answer, Call, ask

pytestmark = pytest.mark.django_db(transaction=True)
ANN = {"userId": "ann", "event": "Signed Up", "messageId": "m1"}
PAGE = "https://shop.example.com"


@pytest.fixture
def server() -> SourceView:
    """A source of the shop's server."""
    return source_actions.make_source(SYSTEM, "Shop", "server")


@pytest.fixture
def browser() -> SourceView:
    """A source of the shop's pages."""
    return source_actions.make_source(SYSTEM, "Pages", "browser", [PAGE])


def kept() -> list[dict[str, Any]]:
    """Every message that is on disk."""
    return [
        json.loads(line) for each in Envelope.objects.order_by("pk") for line in bytes(each.body).split(b"\n")
    ]


def one(call: Call) -> Answer:
    """The answer to one call."""
    return ask(call)[0]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/v1/track", ANN),
        ("/v1/t", ANN),
        ("/v1/identify", {"userId": "ann", "traits": {"plan": "pro"}}),
        ("/v1/page", {"anonymousId": "a1", "name": "Home"}),
        ("/v1/screen", {"anonymousId": "a1", "name": "Home"}),
        ("/v1/group", {"userId": "ann", "groupId": "acme"}),
        ("/v1/alias", {"userId": "ann", "previousId": "a1"}),
    ],
)  # fmt: skip
def test_each_type_has_its_address(server: SourceView, path: str, message: dict[str, Any]) -> None:
    answer = one(Call(path, message, server.write_key))
    assert (answer.status, answer.body) == (200, b'{"success": true}')
    (found,) = kept()
    assert message.items() <= found.items()
    assert found["type"].startswith(path.removeprefix("/v1/"))


def test_a_batch_is_kept_with_what_it_says_for_all(server: SourceView) -> None:
    body = {
        "batch": [{"type": "track", **ANN}, {"type": "page", "anonymousId": "a1"}],
        "sentAt": "2026-01-02T03:04:05Z",
        "context": {"app": "shop"},
        "writeKey": server.write_key,
    }
    assert one(Call("/v1/batch", body)).status == 200
    found = kept()
    assert [each["type"] for each in found] == ["track", "page"]
    assert all(each["sentAt"].startswith("2026-01-02T03:04:05") for each in found)
    assert all(each["context"] == {"app": "shop"} for each in found)
    assert "dangolLive" not in found[0]


def test_imported_history_triggers_nothing(server: SourceView) -> None:
    assert one(Call("/v1/import", {"batch": [{"type": "track", **ANN}]}, server.write_key)).status == 200
    assert kept()[0]["dangolLive"] is False


def test_good_messages_of_a_batch_are_kept_and_bad_ones_told(server: SourceView) -> None:
    batch = [{"type": "track", **ANN}, {"type": "track", "userId": "ann"}, 5]
    answer = one(Call("/v1/batch", {"batch": batch}, server.write_key))
    assert answer.status == 200
    assert [(each["index"], each["reason"]) for each in answer.told["refused"]] == [
        (1, "no_event"),
        (2, "not_an_object"),
    ]
    assert len(kept()) == 1
    assert set(Refused.objects.values_list("reason", "source_id")) == {
        ("no_event", server.id),
        ("not_an_object", server.id),
    }


@pytest.mark.parametrize(
    ("path", "body", "why"),
    [
        ("/v1/track", b"{", "not_json"),
        ("/v1/track", {"userId": "ann"}, "no_event"),
        ("/v1/track", [], "not_an_object"),
        ("/v1/track", {"userId": "ann", "event": "x", "properties": {"a": "x" * 40_000}}, "too_large"),
        ("/v1/batch", b"[1", "not_json"),
        ("/v1/batch", {"messages": []}, "no_batch"),
        ("/v1/batch", {"batch": {}}, "no_batch"),
        ("/v1/batch", b"[" * 100_000, "too_deep"),
        ("/v1/batch", {"batch": [{"type": "track"}]}, "no_identity"),
    ],
)  # fmt: skip
def test_a_request_without_anything_good_is_400(server: SourceView, path: str, body: Any, why: str) -> None:
    answer = one(Call(path, body, server.write_key))
    assert answer.status == 400
    assert (answer.told["success"], answer.told["code"]) == (False, why)
    assert answer.told["message"]
    assert kept() == []
    assert [each.reason for each in Refused.objects.all()] == [why]


def test_an_empty_batch_is_fine(server: SourceView) -> None:
    assert one(Call("/v1/batch", {"batch": []}, server.write_key)).status == 200
    assert kept() == []


def test_without_a_key_nothing_is_let_in(server: SourceView) -> None:
    for call in (
        Call("/v1/track", ANN),
        Call("/v1/track", ANN, "unknown"),
        Call("/v1/track", ANN | {"writeKey": "unknown"}),
        Call("/v1/track", ANN | {"writeKey": 5}),
        Call("/v1/track", ANN, headers=[("Authorization", "Basic ???")]),
        Call("/v1/track", ANN, headers=[("Authorization", f"Bearer {server.write_key}")]),
        Call("/v1/batch", {"batch": [ANN], "writeKey": None}),
        Call("/v1/batch", b"{"),
    ):
        answer = one(call)
        assert (answer.status, answer.told["code"]) == (401, "no_key")
        assert set(answer.told["sentence"]) == {"en", "ko"}
    assert not Envelope.objects.exists()
    assert not Refused.objects.exists()


def test_keys_of_other_kinds_of_sources_bring_no_messages() -> None:
    for kind in ("import", "webhook", "internal"):
        source = source_actions.make_source(SYSTEM, kind, kind)
        assert one(Call("/v1/track", ANN, source.write_key)).status == 401


def test_other_addresses_and_methods(server: SourceView) -> None:
    assert one(Call("/v1/nothing", ANN, server.write_key)).status == 404
    assert one(Call("/v1/track", ANN, server.write_key, method="GET")).status == 405


# Sizes, packing, slowness


def test_gzip_is_unpacked(server: SourceView) -> None:
    packed = gzip.compress(json.dumps(ANN).encode())
    answer = one(Call("/v1/track", packed, server.write_key, [("Content-Encoding", "gzip")]))
    assert answer.status == 200
    assert kept()[0]["event"] == "Signed Up"


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (b"x" * (BATCH_BYTES + 1), "identity", 413),
        (gzip.compress(b" " * 200_000_000, 9), "gzip", 413),
        (b"not gzip", "gzip", 400),
        (gzip.compress(b"{}" * 1000)[:-10], "gzip", 400),
        (gzip.compress(b"{}") * 2, "gzip", 400),
        (zlib.compress(b"{}"), "deflate", 415),
    ],
    ids=("too long", "too long unpacked", "not packed", "cut", "two", "other kind"),
)  # fmt: skip
def test_bodies_have_bounds(server: SourceView, body: bytes, encoding: str, status: int) -> None:
    answer = one(Call("/v1/batch", body, server.write_key, [("Content-Encoding", encoding)]))
    assert answer.status == status


def test_a_body_without_a_length_has_bounds(server: SourceView, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = [b"x" * 100_000] * 6
    assert one(Call("/v1/batch", key=server.write_key, chunks=endless)).status == 413
    monkeypatch.setattr(reading, "BODY_SECONDS", 0.05)
    assert one(Call("/v1/batch", key=server.write_key, chunks=[b"{"])).status == 408


def test_a_batch_has_a_bounded_number_of_messages(server: SourceView) -> None:
    assert one(Call("/v1/batch", {"batch": [0] * 2_501}, server.write_key)).status == 413


# Browsers


def test_pages_of_allowed_origins_send_and_others_do_not(browser: SourceView) -> None:
    body = ANN | {"writeKey": browser.write_key}
    here, there, none = ask(
        Call("/v1/track", body, headers=[("Origin", PAGE), ("Content-Type", "text/plain")]),
        Call("/v1/track", body, headers=[("Origin", "https://evil.example.com")]),
        Call("/v1/track", body, headers=[("Origin", "null")]),
    )
    assert (here.status, here.headers["access-control-allow-origin"]) == (200, PAGE)
    for answer in (there, none):
        assert (answer.status, answer.told["code"]) == (403, "origin_not_allowed")
        assert "access-control-allow-origin" not in answer.headers
    assert len(kept()) == 1


def test_a_preflight_is_answered_by_origin(browser: SourceView) -> None:
    here, there = ask(
        Call("/v1/track", method="OPTIONS", headers=[("Origin", PAGE)]),
        Call("/v1/track", method="OPTIONS", headers=[("Origin", "https://evil.example.com")]),
    )
    assert (here.status, here.headers["access-control-allow-origin"]) == (204, PAGE)
    assert "dangol-identity" in here.headers["access-control-allow-headers"]
    assert there.status == 403
    assert "access-control-allow-origin" not in there.headers


def test_a_server_s_key_does_not_work_in_a_page(server: SourceView, browser: SourceView) -> None:
    answer = one(Call("/v1/track", ANN, server.write_key, [("Origin", PAGE)]))
    assert (answer.status, answer.told["code"]) == (403, "not_for_browsers")


# Keys


def test_a_rotated_key_opens_until_its_overlap_ends(server: SourceView, clock: Any) -> None:
    new = actions.rotate_key(SYSTEM, server.id, overlap_hours=2)
    old_answer, new_answer = ask(Call("/v1/track", ANN, server.write_key), Call("/v1/track", ANN, new))
    assert (old_answer.status, new_answer.status) == (200, 200)
    clock.move(hours=3)
    old_answer, new_answer = ask(Call("/v1/track", ANN, server.write_key), Call("/v1/track", ANN, new))
    assert (old_answer.status, new_answer.status) == (401, 200)


def test_a_leaked_key_ends_at_once(server: SourceView) -> None:
    actions.rotate_key(SYSTEM, server.id)
    actions.forget_previous_keys(SYSTEM, server.id)
    assert one(Call("/v1/track", ANN, server.write_key)).status == 401
    actions.revoke_source(SYSTEM, server.id)
    assert not Source.objects.filter(revoked_at=None).exists()


# When it cannot be written


class Failing:
    """A database that takes nothing."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def write(self, rows: list[Row], refused: list[RefusedRow]) -> None:
        """Fail."""
        raise self.error

    def close(self) -> None:
        """Nothing to give back."""


def test_a_full_disk_is_503_and_nothing_is_acknowledged(server: SourceView) -> None:
    envelopes = Envelopes(Failing(sqlite3.OperationalError("database or disk is full")))
    (answer,) = ask(Call("/v1/track", ANN, server.write_key), envelopes=envelopes)
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert "disk" in answer.told["message"]
    assert kept() == []


@pytest.mark.skipif("sqlite" not in settings.DATABASES["default"]["ENGINE"], reason="locks of SQLite")
def test_a_locked_database_is_503_and_the_next_request_goes_in(
    server: SourceView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dangol.platform.log.stores.WAIT_SECONDS", 0.05)
    store: Any = store_of_settings()
    other = sqlite3.connect(store._path, isolation_level=None)
    other.execute("begin immediate")
    assert one(Call("/v1/track", ANN, server.write_key)).status == 503
    other.execute("rollback")
    other.close()
    assert one(Call("/v1/track", ANN, server.write_key)).status == 200
    assert len(kept()) == 1


def test_when_more_comes_than_can_wait_it_is_429_and_what_was_acknowledged_is_there(
    server: SourceView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dangol.platform.log.envelopes.WAITING_LOADS", 20)
    calls = [Call("/v1/track", ANN | {"messageId": f"m{n}"}, server.write_key) for n in range(200)]
    answers = ask(*calls)
    acknowledged = {f"m{n}" for n, answer in enumerate(answers) if answer.status == 200}
    sent_away = [answer for answer in answers if answer.status != 200]
    assert acknowledged
    assert sent_away
    assert all((each.status, each.headers["retry-after"]) == (429, "1") for each in sent_away)
    assert {each["messageId"] for each in kept()} == acknowledged


def test_many_requests_are_few_rows(server: SourceView) -> None:
    calls = [Call("/v1/track", ANN | {"messageId": f"m{n}"}, server.write_key) for n in range(300)]
    assert {each.status for each in ask(*calls)} == {200}
    assert len({each["messageId"] for each in kept()}) == 300
    assert Envelope.objects.count() < 150


# Whatever comes


@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.sampled_from(["/v1/track", "/v1/batch", "/v1/webhooks/x", "/v1/", "/v1/import"]),
    body=st.one_of(st.binary(max_size=80), st.sampled_from([b'{"batch":[{}]}', b'{"batch":"x","writeKey":{}}', b"null"])),
    headers=st.lists(
        st.tuples(
            st.sampled_from(["authorization", "content-encoding", "origin", "dangol-identity", "x"]),
            st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
        ),
        max_size=4,
    ),
    method=st.sampled_from(["POST", "GET", "OPTIONS", "PUT"]),
)  # fmt: skip
def test_no_request_makes_the_door_fail(
    server: SourceView, path: str, body: bytes, headers: list[tuple[str, str]], method: str
) -> None:
    with_key, without = ask(
        Call(path, body, server.write_key, headers, method), Call(path, body, None, headers, method)
    )
    assert with_key.status < 500
    assert without.status < 500


def test_the_envelopes_are_written_past_django_to_the_same_file(server: SourceView, tmp_path: Path) -> None:
    assert one(Call("/v1/track", ANN, server.write_key)).status == 200
    envelope = Envelope.objects.get()
    assert (envelope.source_id, envelope.event_count) == (server.id, 1)
    assert abs(envelope.received_at / 1e6 - Source.objects.get().created_at.timestamp()) < 60

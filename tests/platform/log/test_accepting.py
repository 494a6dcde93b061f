"""Which messages are let in, in which words, and what is said about the others?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.platform.kernel import clock
from dangol.platform.log.accepting import sifted
from dangol.platform.log.actions import accept
from dangol.platform.log.mending import mended
from dangol.platform.log.messages import written
from dangol.platform.log.models import Envelope, Refused, Source
from dangol.platform.log.refusals import EVENT_BYTES, LEVELS, REASONS, RefusedError
from dangol.platform.log.request import Request

ANN = {"type": "track", "userId": "ann", "event": "Signed Up", "messageId": "m1"}
SECRET = "a secret of the source, long enough"


def line(message: Any, **told: Any) -> dict[str, Any]:
    """The message as the log keeps it."""
    raw = message if isinstance(message, bytes) else json.dumps(message).encode()
    kept = written(raw, Request(**told))
    assert b"\n" not in kept
    found: dict[str, Any] = json.loads(kept)
    return found


def reason(message: Any, **told: Any) -> str:
    """Why a message is not let in."""
    raw = message if isinstance(message, bytes) else json.dumps(message).encode()
    with pytest.raises(RefusedError) as error:
        written(raw, Request(**told))
    assert error.value.said().en
    assert error.value.said().ko
    return error.value.reason


def test_a_right_message_is_kept_byte_by_byte() -> None:
    raw = json.dumps(
        ANN | {"properties": {"a": [1, 2.5, None]}, "integrations": {}, "_metadata": {}}
    ).encode()
    assert written(raw, Request()) == raw


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (b"{", "not_json"),
        (b'{"type":"track","userId":"ann","event":"x","properties":{"a":NaN}}', "not_json"),
        (b'{"type":"track","userId":"ann","event":"x","properties":{"a":1e999}}', "not_json"),
        (b'{"type":"track","userId":"ann","event":"\xff"}', "not_json"),
        (b'{"type":"track","userId":"ann","event":"x","other":"\xff"}', "not_json"),
        (b'{"type":"track","userId":"ann","event":"x","other":"\\ud800"}', "not_json"),
        ([ANN], "not_an_object"),
        (ANN | {"properties": {"a": "x" * EVENT_BYTES}}, "too_large"),
        (ANN | {"type": "buy"}, "unknown_type"),
        ({"userId": "ann", "event": "x"}, "unknown_type"),
        (ANN | {"userId": ""}, "no_identity"),
        (ANN | {"userId": ["ann"]}, "bad_text"),
        (ANN | {"userId": True}, "bad_text"),
        (ANN | {"userId": "a" * 301}, "bad_text"),
        (ANN | {"messageId": {}}, "bad_text"),
        (ANN | {"event": None}, "no_event"),
        (ANN | {"event": ""}, "no_event"),
        (ANN | {"event": "e" * 301}, "bad_text"),
        (ANN | {"properties": []}, "bad_object"),
        (ANN | {"type": "identify", "traits": "vip"}, "bad_object"),
        (ANN | {"context": 1}, "bad_object"),
        (ANN | {"timestamp": "yesterday"}, "bad_time"),
        (ANN | {"timestamp": 1_700_000_000}, "bad_time"),
        (ANN | {"timestamp": "9999-12-31T23:59:59-10:00"}, "bad_time"),
        ({"type": "group", "userId": "ann"}, "no_group"),
        ({"type": "alias", "userId": "ann"}, "no_previous"),
        ({"type": "alias", "previousId": "a1"}, "no_previous"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_has_a_reason(message: Any, why: str) -> None:
    assert reason(message) == why


def test_nesting_has_an_end() -> None:
    deep = b'{"type":"track","userId":"ann","event":"x","properties":%s1%s}'
    assert reason(deep % (b'{"a":' * LEVELS, b"}" * LEVELS)) == "too_deep"
    assert reason(deep % (b'{"a":' * 5000, b"}" * 5000)) == "too_deep"
    wide = {"products": [{"id": str(n)} for n in range(100)]}
    assert line(ANN | {"properties": wide})["properties"] == wide


def test_a_message_for_another_address_is_refused() -> None:
    assert reason(ANN, type="page") == "other_type"
    assert line(ANN, type="track") == ANN
    assert line({"userId": "ann"}, type="page")["type"] == "page"


def test_what_can_be_put_right_is() -> None:
    assert line(ANN | {"userId": 5})["userId"] == "5"
    assert "anonymousId" not in line(ANN | {"anonymousId": ""})
    assert line({**ANN, "messageId": None})["messageId"]
    assert line(ANN | {"timestamp": "2026-01-02"})["timestamp"] == "2026-01-02T00:00:00+00:00"
    assert line(ANN | {"timestamp": "2026-01-02T03:04:05"})["timestamp"] == "2026-01-02T03:04:05+00:00"
    assert line(ANN | {"properties": {"a": "x\x00y", "\x00": 1}})["properties"] == {"a": "xy", "": 1}
    assert line(json.dumps(ANN, indent=2).encode()) == ANN


def test_traits_that_a_client_puts_into_the_context_are_the_identify_s_own() -> None:
    kept = line({"type": "identify", "userId": "ann", "context": {"traits": {"plan": "pro"}, "ip": "x"}})
    assert kept["traits"] == {"plan": "pro"}
    assert kept["context"] == {"ip": "x"}


def test_what_only_we_say_is_taken_out() -> None:
    sly = b'{"type":"track","userId":"ann","event":"x","dangol\\u0054rusted":true,"dangolLive":true,"writeKey":"k"}'
    assert set(line(sly)) == {"type", "userId", "event", "messageId"}


def test_what_the_request_says_holds_for_all_and_the_message_s_own_words_go_first() -> None:
    told = {"sent_at": "2026-01-01T00:00:00+00:00", "context": {"ip": "1", "app": "a"}}
    kept = line(ANN | {"context": {"ip": "2"}}, **told)
    assert kept["context"] == {"ip": "2", "app": "a"}
    assert kept["sentAt"] == "2026-01-01T00:00:00+00:00"
    own = line(ANN | {"sentAt": "2026-02-01T00:00:00Z"}, **told)
    assert own["sentAt"].startswith("2026-02-01")
    assert "sentAt" not in line(ANN | {"sentAt": "not a clock"})
    assert line(ANN, is_live=False)["dangolLive"] is False


def test_one_bad_message_does_not_stop_the_others() -> None:
    bodies = [json.dumps(each).encode() for each in (ANN, {"type": "track"}, ANN | {"messageId": "m2"})]
    result = sifted(bodies, Request())
    assert len(result.lines) == 2
    assert [(each.index, each.reason) for each in result.refused] == [(1, "no_identity")]


# Signed identity


def token(**claims: Any) -> str:
    """A token of the business's own server."""
    ends = clock.now() + timedelta(minutes=10)
    return jwt.encode({"sub": "ann", "exp": ends} | claims, SECRET, algorithm="HS256")


def from_browser(message: dict[str, Any], given: str, secret: str = SECRET) -> dict[str, Any]:
    """What is kept of a browser's message that came with a token, in its context and by the header alike."""
    inside = {**message, "context": {**message.get("context", {}), "identityToken": given}}
    kept = line(inside, signing_secret=secret)
    by_header = line(message, signing_secret=secret, token=given)
    assert kept == by_header
    assert "identityToken" not in json.dumps(kept)
    return kept


def test_a_signed_browser_is_believed_about_itself_only() -> None:
    assert from_browser(ANN, token())["dangolTrusted"] is True
    assert "dangolTrusted" not in from_browser(ANN | {"userId": "bob"}, token())
    assert "dangolTrusted" not in from_browser({**ANN, "type": "alias", "previousId": "bob"}, token())


def test_only_signed_traits_are_believed() -> None:
    identify = {"type": "identify", "userId": "ann", "messageId": "m1", "traits": {"tier": "VIP"}}
    kept = from_browser(identify, token(traits={"tier": "basic"}))
    assert kept["traits"] == {"tier": "basic", "untrusted": {"tier": "VIP"}}
    assert kept["dangolTrusted"] is True


def test_only_a_named_group_is_believed() -> None:
    group = {"type": "group", "userId": "ann", "messageId": "m1", "groupId": "acme"}
    assert "dangolTrusted" not in from_browser(group, token())
    assert from_browser(group, token(groups=["acme"]))["dangolTrusted"] is True


@pytest.mark.parametrize(
    "given",
    [
        "not a token",
        jwt.encode({"sub": "ann", "exp": 4_000_000_000}, SECRET, algorithm="HS256"),
        token(exp=clock.now() - timedelta(minutes=2)),
        token(exp=clock.now() + timedelta(hours=2)),
        jwt.encode({"sub": "ann"}, SECRET, algorithm="HS256"),
        token(sub=5),
        token(traits="vip"),
        jwt.encode({"sub": "ann", "exp": 4_000_000_000}, "another secret that is long enough", algorithm="HS256"),
        jwt.encode({"sub": "ann", "exp": clock.now() + timedelta(minutes=5)}, "", algorithm="none"),
        jwt.encode({"sub": "ann", "exp": clock.now() + timedelta(minutes=5)}, SECRET * 3, algorithm="HS512"),
    ],
    ids=("no token", "a far end", "over", "too long", "no end", "a number", "wrong traits", "other secret", "unsigned",
         "other kind"),
)  # fmt: skip
def test_a_token_that_is_not_right_is_not_believed_and_the_event_stays(given: str) -> None:
    kept = from_browser(ANN, given)
    assert "dangolTrusted" not in kept
    assert kept["event"] == "Signed Up"


def test_without_a_secret_no_token_means_anything() -> None:
    assert "dangolTrusted" not in from_browser(ANN, token(), secret="")


# Laws

TEXT = st.text(max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    "type", "userId", "anonymousId", "messageId", "event", "groupId", "previousId", "name", "timestamp", "sentAt",
    "originalTimestamp", "properties", "traits", "context", "integrations", "dangolTrusted", "dangolLive", "writeKey",
)  # fmt: skip
LIKELY = st.sampled_from(
    ["track", "identify", "page", "group", "alias", "ann", "", "2026-01-01T00:00:00Z", {}, {"traits": {}}]
)
MESSAGES = st.dictionaries(st.sampled_from(FIELDS) | TEXT, LIKELY | JSON, max_size=10)
PLAIN = st.fixed_dictionaries(
    {"type": st.just("track"), "userId": st.text(min_size=1, max_size=20), "event": st.text(min_size=1, max_size=20),
     "messageId": st.text(min_size=1, max_size=20)},
    optional={"properties": st.dictionaries(TEXT, JSON, max_size=3), "context": st.dictionaries(TEXT, JSON, max_size=3)},
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(MESSAGES, JSON))
def test_every_message_is_kept_whole_or_refused_with_a_known_reason(message: Any) -> None:
    raw = json.dumps(message).encode("utf-8", "surrogatepass")
    result = sifted([raw], Request())
    if result.refused:
        assert result.refused[0].reason in REASONS
        return
    kept = json.loads(result.lines[0])
    assert kept["type"] in ("identify", "track", "page", "screen", "group", "alias")
    assert kept["messageId"]
    assert kept.get("userId") or kept.get("anonymousId")
    assert not {"dangolTrusted", "dangolLive", "writeKey"} & set(kept)


@settings(max_examples=300, deadline=None)
@given(PLAIN)
def test_keeping_the_bytes_and_writing_anew_say_the_same(message: dict[str, Any]) -> None:
    raw = json.dumps(message).encode("utf-8", "surrogatepass")
    try:
        kept = json.loads(written(raw, Request()))
    except RefusedError:
        return
    if "\x00" not in json.dumps(message, ensure_ascii=False):
        assert kept == json.loads(mended(raw, Request()))
    assert mended(written(raw, Request()), Request()) == mended(raw, Request())


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_kept_or_refused(raw: bytes) -> None:
    result = sifted([raw], Request(type="track"))
    assert len(result.lines) + len(result.refused) == 1


# Inside the platform


@pytest.fixture
def shop(db: None) -> Source:
    """A source of the shop's server."""
    return Source.objects.create(name="Shop", kind="server", write_key="wk_1")


def test_what_something_inside_says_is_in_the_log(shop: Source) -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    messages = [ANN | {"timestamp": moment, "properties": {"total": Decimal("9.90")}}, {"type": "track"}]
    told = accept(messages, shop.pk, is_live=False)
    assert (told.count, [each.reason for each in told.refused]) == (1, ["no_identity"])
    envelope = Envelope.objects.get()
    kept = json.loads(bytes(envelope.body))
    assert kept["properties"] == {"total": "9.90"}
    assert kept["timestamp"].startswith("2026-01-02T00:00:00")
    assert kept["dangolLive"] is False
    refused = Refused.objects.get()
    assert (refused.reason, set(refused.sentence)) == ("no_identity", {"en", "ko"})


def test_large_loads_are_several_envelopes(shop: Source) -> None:
    messages = [ANN | {"messageId": f"m{n}"} for n in range(12_000)]
    assert accept(messages, shop.pk).count == 12_000
    counts = list(Envelope.objects.order_by("pk").values_list("event_count", flat=True))
    assert counts == [5_000, 5_000, 2_000]
    assert accept([], shop.pk).count == 0
    assert Envelope.objects.count() == 3

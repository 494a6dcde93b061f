"""Does the server say what a browser may do, take no more than it should, and answer everybody as itself?"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.web import live
from dangol.platform.web.bodies import ORDINARY, GoneError, TooLongError, whole_body
from dangol.platform.web.dispatch import Dispatcher
from tests_support.loops import in_own_loop

Sent = list[dict[str, Any]]


def _scope(
    path: str = "/", method: str = "GET", client: str = "203.0.113.9", **headers: str
) -> dict[str, Any]:
    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"", "headers": told,
        "client": (client, 1234), "server": ("127.0.0.1", 8000), "scheme": "http", "http_version": "1.1", "root_path": "",
    }  # fmt: skip


def _receive(*pieces: bytes, gone: bool = False) -> Callable[[], Any]:
    left = [
        {"type": "http.request", "body": p, "more_body": n < len(pieces) - 1} for n, p in enumerate(pieces)
    ]
    if gone:
        left[-1] = {"type": "http.disconnect"}

    async def receive() -> dict[str, Any]:
        if left:
            return left.pop(0)
        await asyncio.sleep(3600)
        raise AssertionError

    return receive


def _sending(sent: Sent) -> Callable[[Any], Any]:
    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    return send


def _seen(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """A WSGI application that says what it was given."""
    body = environ["wsgi.input"].read()
    start("200 OK", [("content-type", "text/plain")])
    told = (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"], environ.get("HTTP_X_EVIL"), len(body))
    return [repr(told).encode()]


def _answer(
    scope: dict[str, Any], *pieces: bytes, proxies: int = 0, may_upload: bool = False
) -> tuple[int, str]:
    async def nowhere(*_: Any) -> None:
        raise AssertionError("asked the wrong application")

    made = Dispatcher(
        django=_seen, door=nowhere, live=nowhere, proxies=proxies, most_upload=8 * ORDINARY, may_upload=lambda _: may_upload
    )  # fmt: skip
    sent: Sent = []
    in_own_loop(made(scope, _receive(*(pieces or (b"",))), _sending(sent)))
    return sent[0]["status"], b"".join(each.get("body", b"") for each in sent[1:]).decode()


def test_a_body_arrives_whole_in_whatever_pieces() -> None:
    status, seen = _answer(_scope(method="POST"), b"a" * 700_000, b"b" * 700_000, b"c")
    assert (status, seen) == (200, "('203.0.113.9', 'http', None, 1400001)")


def test_a_long_body_is_refused_except_from_those_who_may_upload() -> None:
    multipart = {"content_type": "multipart/form-data; boundary=x", "content_length": str(2 * ORDINARY)}
    pieces = [b"x" * ORDINARY, b"x" * ORDINARY]
    assert _answer(_scope(method="POST"), *pieces)[0] == 413
    assert _answer(_scope(method="POST", **multipart), *pieces)[0] == 413
    assert _answer(_scope(method="POST", **multipart), *pieces, may_upload=True)[0] == 200
    assert _answer(_scope(method="POST", **multipart), *pieces * 5, may_upload=True)[0] == 413
    json = multipart | {"content_type": "application/json"}
    assert _answer(_scope(method="POST", **json), *pieces, may_upload=True)[0] == 413


def test_who_goes_away_in_the_middle_reaches_nobody() -> None:
    with pytest.raises(GoneError):
        in_own_loop(whole_body(_receive(b"a", b"b", gone=True), 100))
    with pytest.raises(TooLongError):
        in_own_loop(whole_body(_receive(b"a" * 101), 100))


def test_proxies_are_believed_only_as_far_as_they_are_ours() -> None:
    headers = {"x_forwarded_for": "6.6.6.6, 198.51.100.7", "x_forwarded_proto": "https"}
    assert _answer(_scope(**headers))[1].startswith("('203.0.113.9', 'http'")
    assert _answer(_scope(**headers), proxies=1)[1].startswith("('198.51.100.7', 'https'")
    assert _answer(_scope(**headers), proxies=5)[1].startswith("('203.0.113.9', 'https'")


def test_a_header_with_an_underscore_is_nobody() -> None:
    scope = _scope()
    scope["headers"].append((b"x_evil", b"yes"))
    assert "None" in _answer(scope)[1]


def test_pages_say_what_a_browser_may_do(client_of: Callable[..., Client]) -> None:
    answer = client_of("owner").get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    (nonce,) = set(re.findall(r"'nonce-([\w-]+)'", policy))
    for tag in re.findall(r"<(?:script|style)\b[^>]*>", answer.content.decode()):
        assert "src=" in tag or nonce in tag or 'type="application/json"' in tag, tag
    assert not re.search(r"\son\w+=|\sstyle=|javascript:", answer.content.decode())
    told = {name.lower(): value for name, value in answer.headers.items()}
    assert told["x-content-type-options"] == "nosniff"
    assert told["x-frame-options"] == "DENY"
    assert told["referrer-policy"] == "same-origin"
    assert "no-store" in told["cache-control"]
    assert len(told["x-request-id"]) >= 16
    assert nonce not in client_of("owner").get("/").headers["Content-Security-Policy"]


# Streams


@pytest.fixture
def tick(monkeypatch: pytest.MonkeyPatch) -> str:
    """A stream that tells two events and then nothing."""

    def look(viewer: Viewer, mark: str, query: Any) -> tuple[list[tuple[str, Any]], str]:
        return ([("tick", {"role": viewer.role, "q": query.get("q", "")})], "1") if not mark else ([], mark)

    monkeypatch.setitem(live.STREAMS, "tick", live.Stream("tick", "administer", 0.01, look))
    return "/live/tick"


def _stream(path: str, client: Client | None, most: int = live.MOST_EACH, looks: int = 3) -> tuple[int, str]:
    left = [looks]

    def is_stopping() -> bool:
        left[0] -= 1
        return left[0] < 0

    cookie = (
        ""
        if client is None
        else "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    )
    scope = _scope(path, cookie=cookie)
    scope["query_string"] = b"q=1"
    made, sent = live.Live(is_stopping), []
    made._open["owner@example.com"] = live.MOST_EACH - most
    in_own_loop(made(scope, _receive(), _sending(sent)))
    return sent[0]["status"], b"".join(each.get("body", b"") for each in sent[1:]).decode()


@pytest.mark.django_db(transaction=True)
def test_a_stream_tells_those_who_may_and_no_others(tick: str, client_of: Callable[..., Client]) -> None:
    status, text = _stream(tick, client_of("owner"))
    assert status == 200
    assert text.startswith('event: tick\nid: 1\ndata: {"role": "owner", "q": "1"}\n\n')
    assert _stream(tick, None)[0] == 401
    assert _stream(tick, client_of("analyst"))[0] == 404
    assert _stream("/live/nothing", client_of("owner"))[0] == 404
    assert _stream(tick, client_of("owner"), most=0)[0] == 429

"""Do outgoing calls stay out of the own network, and within their limits?"""

from __future__ import annotations

import http.server
import ipaddress
import threading
import time
from collections.abc import Iterator

import pytest

from dangol.core.errors import DataError
from dangol.platform.kernel import outgoing

INSIDE = (
    "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b::8.8.8.8", "64:ff9b:1::1", "2002:7f00:1::", "2001::1",
    "::127.0.0.1",
)  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not outgoing.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are(address: str) -> None:
    assert outgoing.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/", "http://127.1/",
        "http://169.254.169.254/latest/meta-data/", "ftp://example.com/", "file:///etc/passwd", "http://a:b@example.com/",
        "http://example.com:22/", "http://", "not an address", "http://[::ffff:10.0.0.1]/", "http://exa mple.com:99999/",
    ],
)  # fmt: skip
def test_what_leads_inside_is_not_called(url: str) -> None:
    with pytest.raises((outgoing.ForbiddenAddressError, DataError)):
        outgoing.call("GET", url)


def test_a_name_with_one_address_inside_is_refused() -> None:
    with pytest.raises(outgoing.ForbiddenAddressError):
        outgoing.public_address("rebind.example", 80, lambda *_: ["8.8.8.8", "10.0.0.1"])
    assert outgoing.public_address("good.example", 80, lambda *_: ["8.8.8.8"]) == "8.8.8.8"


class _Peer(http.server.BaseHTTPRequestHandler):
    """Somebody out there; on the loopback address for the test."""

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/")
            self.end_headers()
        elif self.path == "/slow":
            self.send_response(200)
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b".")
                self.wfile.flush()
                self.server.stopped.wait(0.05)  # type: ignore[attr-defined]
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * (3_000_000 if self.path == "/long" else 3))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A peer that counts as public for this test."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Peer)
    server.stopped = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setattr(outgoing, "is_public", lambda _: True)
    monkeypatch.setattr(outgoing, "PORTS", {server.server_port})
    yield f"http://127.0.0.1:{server.server_port}"
    server.stopped.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_redirect_is_an_answer_and_is_not_followed(peer: str) -> None:
    answer = outgoing.call("GET", f"{peer}/moved")
    assert (answer.status, answer.headers["location"]) == (302, "http://169.254.169.254/")


def test_an_answer_comes_whole(peer: str) -> None:
    assert outgoing.call("GET", f"{peer}/").body == b"xxx"


def test_long_and_slow_answers_are_cut(peer: str) -> None:
    with pytest.raises(DataError, match="more than is read"):
        outgoing.call("GET", f"{peer}/long", most_bytes=1_000_000)
    began = time.monotonic()
    with pytest.raises(DataError):
        outgoing.call("GET", f"{peer}/slow", seconds=0.5)
    assert time.monotonic() - began < 4

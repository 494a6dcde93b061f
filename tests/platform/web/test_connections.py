"""Does a connection that trickles, or says too much, come to its end, and does a slow but honest one not?"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from dangol.platform.kernel.sockets import listening
from dangol.platform.web import connections
from dangol.platform.web.connections import PatientProtocol
from tests_support.processes import poll


async def _counts(scope: Any, receive: Any, send: Any) -> None:
    """Answer with how long the body was."""
    length, more = 0, True
    while more:
        message = await receive()
        length, more = length + len(message.get("body", b"")), message.get("more_body", False)
    body = str(length).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]}
    )
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server with short patience."""
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.6)
    monkeypatch.setattr(connections, "BODY_SECONDS", 0.6)
    monkeypatch.setattr(connections, "BODY_BYTES", 10)
    listener = listening("127.0.0.1", 0)
    server = uvicorn.Server(
        uvicorn.Config(_counts, http=PatientProtocol, lifespan="off", log_config=None, ws="none")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    poll(lambda: server.started, 20)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(20)
    listener.close()


def _connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def _ends(connection: socket.socket) -> bool:
    """Whether the other side ends the connection without a word."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("head", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: y"])
def test_a_head_that_does_not_come_ends_the_connection(port: int, head: bytes) -> None:
    with _connected(port) as connection:
        connection.sendall(head)
        assert _ends(connection)


def test_a_head_that_trickles_ends_the_connection(port: int) -> None:
    began = time.monotonic()
    with _connected(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        connection.settimeout(0.1)
        while time.monotonic() < began + 20:
            try:
                connection.sendall(b"X-A: b\r\n")
                assert connection.recv(1) == b""
            except TimeoutError:
                continue
            except OSError:
                break
            else:
                break
    assert time.monotonic() < began + 15


def test_an_endless_head_ends_the_connection(port: int) -> None:
    endless = b"GET / HTTP/1.1\r\nHost: x\r\n" + (b"X-Long: " + b"y" * 8_000 + b"\r\n") * 4_000
    with _connected(port) as connection, pytest.raises(OSError):  # noqa: PT011 reset, or a broken pipe
        connection.sendall(endless)


def test_a_body_that_stops_ends_the_connection(port: int) -> None:
    with _connected(port) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nbegun")
        assert _ends(connection)


def test_a_body_that_keeps_coming_is_waited_for(port: int) -> None:
    with _connected(port) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 200\r\n\r\n")
        connection.settimeout(0.15)
        for _ in range(9):
            connection.sendall(b"x" * 20)
            with pytest.raises(TimeoutError):
                connection.recv(1)
        connection.settimeout(10)
        connection.sendall(b"x" * 20)
        assert connection.recv(10_000).endswith(b"200")


def test_several_requests_go_over_one_connection(port: int) -> None:
    with _connected(port) as connection:
        for _ in range(3):
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab")
            assert connection.recv(10_000).endswith(b"2")

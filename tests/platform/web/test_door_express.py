"""Does the express way through the door say and keep the same as the ordinary one, in the order of the requests?"""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.log import actions
from dangol.platform.log.models import Envelope, Refused
from dangol.platform.log.stores import store_of_settings
from dangol.platform.web.door import express
from dangol.platform.web.door.app import Door
from tests_support.processes import poll

pytestmark = pytest.mark.django_db(transaction=True)
DONE = b'{"success": true}'


class Served:
    """A server with the express protocol on a port of its own."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.door = Door()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        protocol = type("Protocol", (express.ExpressProtocol,), {"door": self.door})
        config = uvicorn.Config(
            self.door, http=protocol, ws="none", log_config=None, access_log=False, timeout_keep_alive=1,
            limit_concurrency=50, timeout_graceful_shutdown=5,
        )  # fmt: skip
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self._socket]})
        self.thread.start()
        poll(lambda: self.server.started)

    def connect(self) -> socket.socket:
        """A connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def request(self, body: Any, path: str = "/v1/track", *lines: str, key: str | None = None) -> bytes:
        """The bytes of a request."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        basic = base64.b64encode(f"{self.key if key is None else key}:".encode()).decode()
        head = [
            f"POST {path} HTTP/1.1",
            "Host: x",
            f"Authorization: Basic {basic}",
            f"Content-Length: {len(raw)}",
        ]
        return "\r\n".join([*head, *lines, "", ""]).encode() + raw


@pytest.fixture
def served() -> Iterator[Served]:
    """The server with a source's key that was seen before, so that the next request is express."""
    source = actions.make_source(SYSTEM, "Shop", "server")
    made = Served(source.write_key)
    yield made
    made.server.should_exit = True
    made.thread.join()


def answers(connection: socket.socket, count: int) -> list[tuple[int, bytes]]:
    """The next answers on a connection: status and body."""
    found = []
    file = connection.makefile("rb")
    for _ in range(count):
        status = int(file.readline().split()[1])
        headers = {}
        while (line := file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            headers[name.lower()] = value.strip()
        assert headers[b"content-type"].startswith(b"application/json")
        found.append((status, file.read(int(headers[b"content-length"]))))
    return found


def ann(n: int) -> dict[str, Any]:
    """The n-th event."""
    return {"userId": "ann", "event": "Signed Up", "messageId": f"m{n}"}


def kept() -> list[str]:
    """The ids on disk, in their order."""
    rows = Envelope.objects.order_by("pk").values_list("body", flat=True)
    return [json.loads(line)["messageId"] for body in rows for line in bytes(body).split(b"\n")]


def test_requests_one_after_the_other(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[bool] = []
    whole = express.ExpressProtocol._is_taken

    def noted(self: Any, *args: Any) -> bool:
        taken.append(whole(self, *args))
        return taken[-1]

    monkeypatch.setattr(express.ExpressProtocol, "_is_taken", noted)
    with served.connect() as connection:
        for n in range(5):
            connection.sendall(served.request(ann(n)))
            assert answers(connection, 1) == [(200, DONE)]
        batch = {
            "batch": [{"type": "track", **ann(n)} for n in range(5, 8)],
            "sentAt": "2026-01-01T00:00:00Z",
        }
        connection.sendall(served.request(batch, "/v1/batch"))
        assert answers(connection, 1) == [(200, DONE)]
    assert kept() == [f"m{n}" for n in range(8)]
    assert taken == [True] * 5  # the first went the ordinary way: its key had not been seen


def test_pipelined_requests_are_answered_in_their_order(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(served.request(ann(0)))
        answers(connection, 1)
        connection.sendall(
            b"".join(
                [
                    served.request(ann(1)),
                    served.request(ann(2)),
                    served.request({"userId": "ann"}),  # no event: refused, the ordinary way
                    served.request(ann(3)),
                    served.request(ann(4), key="unknown"),
                    served.request(b"[", "/v1/batch"),
                    served.request(ann(5)),
                ]
            )
        )
        found = answers(connection, 7)
    assert [status for status, _ in found] == [200, 200, 400, 200, 401, 400, 200]
    assert sorted(kept()) == [f"m{n}" for n in (0, 1, 2, 3, 5)]
    assert sorted(Refused.objects.values_list("reason", flat=True)) == ["no_event", "not_json"]


def test_a_request_in_pieces(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(served.request(ann(0)))
        answers(connection, 1)
        whole = served.request(ann(1))
        for n in range(0, len(whole), 7):
            connection.sendall(whole[n : n + 7])
        assert answers(connection, 1) == [(200, DONE)]
    assert kept() == ["m0", "m1"]


@pytest.mark.parametrize(
    ("lines", "status"),
    [(["Origin: https://shop.example.com"], 403), (["Content-Encoding: gzip"], 400), (["Connection: close"], 200)],
)  # fmt: skip
def test_what_is_unusual_goes_the_ordinary_way(served: Served, lines: list[str], status: int) -> None:
    with served.connect() as connection:
        connection.sendall(served.request(ann(0)))
        answers(connection, 1)
        connection.sendall(served.request(ann(1), "/v1/track", *lines))
        assert answers(connection, 1)[0][0] == status


def test_a_body_that_is_too_long(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(served.request(ann(0)))
        answers(connection, 1)
        connection.sendall(served.request(b" " * 600_000, "/v1/batch"))
        assert answers(connection, 1)[0][0] == 413


def test_when_the_disk_is_full_it_is_503(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError("no space")

    with served.connect() as connection:
        connection.sendall(served.request(ann(0)))
        answers(connection, 1)
        monkeypatch.setattr(type(store_of_settings()), "write", full)
        connection.sendall(served.request(ann(1)))
        ((status, body),) = answers(connection, 1)
    assert (status, json.loads(body)["code"]) == (503, "unwritten")
    assert kept() == ["m0"]


def test_when_the_queue_is_full_it_is_429(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    with served.connect() as connection:
        connection.sendall(served.request(ann(0)))
        answers(connection, 1)
        monkeypatch.setattr("dangol.platform.log.envelopes.WAITING_LOADS", 0)
        connection.sendall(served.request(ann(1)))
        assert answers(connection, 1)[0][0] == 429


def test_an_idle_connection_is_closed_and_a_busy_one_is_not(served: Served) -> None:
    with served.connect() as connection:
        for n in range(3):
            connection.sendall(served.request(ann(n)))
            answers(connection, 1)
        connection.settimeout(8)
        assert connection.recv(1) == b""


def test_many_connections_at_once(served: Served) -> None:
    connections = [served.connect() for _ in range(30)]
    for n, connection in enumerate(connections):
        connection.sendall(b"".join(served.request(ann(n * 10 + k)) for k in range(10)))
    for connection in connections:
        assert answers(connection, 10) == [(200, DONE)] * 10
        connection.close()
    assert sorted(kept()) == sorted(f"m{n}" for n in range(300))


def test_when_the_server_ends_what_was_asked_is_answered(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(served.request(ann(0)))
        answers(connection, 1)
        connection.sendall(b"".join(served.request(ann(n)) for n in range(1, 20)))
        found = answers(connection, 19)
        served.server.should_exit = True
        served.thread.join()
    assert found == [(200, DONE)] * 19
    assert len(kept()) == 20

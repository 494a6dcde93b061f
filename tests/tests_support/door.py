"""How is the door asked in one process, without a network? By its ASGI interface, one event loop a test."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dangol.platform.log.envelopes import Envelopes
from dangol.platform.web.door.app import Door
from tests_support.loops import in_own_loop


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        """The JSON of it."""
        return json.loads(self.body)


@dataclass
class Call:
    """One request."""

    path: str
    body: Any = b""
    key: str | None = None
    headers: Sequence[tuple[str, str]] = ()
    method: str = "POST"
    chunks: Sequence[bytes] | None = None


def ask(*calls: Call, envelopes: Envelopes | None = None) -> list[Answer]:
    """The answers to calls that come at the same time to a fresh door, which is closed afterwards."""

    async def all_of_them() -> list[Answer]:
        door = Door(envelopes)
        try:
            return list(await asyncio.gather(*(_answer(door, each) for each in calls)))
        finally:
            await door.envelopes.close()

    return in_own_loop(all_of_them())


async def _answer(door: Door, call: Call) -> Answer:
    body = call.body if isinstance(call.body, bytes) else json.dumps(call.body).encode()
    headers = [(name.lower().encode(), value.encode()) for name, value in call.headers]
    if call.key is not None:
        basic = base64.b64encode(f"{call.key}:".encode())
        headers.append((b"authorization", b"Basic " + basic))
    if call.chunks is None:
        headers.append((b"content-length", str(len(body)).encode()))
    waiting = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in call.chunks or ()] or [
        {"type": "http.request", "body": body, "more_body": False}
    ]
    sent: list[Any] = []

    async def receive() -> Any:
        if waiting:
            return waiting.pop(0)
        return await asyncio.Future()  # a sender who never goes on

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": call.method, "path": call.path, "headers": headers}
    await door(scope, receive, send)
    start, *bodies = sent
    told = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], told, b"".join(each["body"] for each in bodies))

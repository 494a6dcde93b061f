"""How much may a request bring? Its body is taken in whole, within limits, before a thread of Django is asked."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

IN_MEMORY: Final = 1024 * 1024
CHUNK: Final = 256 * 1024
ORDINARY: Final = 5 * 1024 * 1024
"""The longest body of a request that is not an upload of files by somebody signed in."""


class TooLongError(Exception):
    """A body went over its limit."""


class GoneError(Exception):
    """The client went away before its request was whole."""


async def whole_body(receive: Receive, most: int) -> tuple[Receive, Callable[[], None]]:
    """A `receive` that gives a body which has arrived already, and what throws the body away in the end.

    Long bodies lie in a temporary file, not in memory.
    """
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        if len(message.get("body", b"")) > most:
            raise TooLongError
        return _only(message, receive), lambda: None
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 closed by the caller
    try:
        await _fill(file, message, receive, most)
    except BaseException:
        file.close()
        raise
    return _from_file(file, receive), file.close


async def _fill(file: Any, message: MutableMapping[str, Any], receive: Receive, most: int) -> None:
    length = 0
    while True:
        if message["type"] == "http.disconnect":
            raise GoneError
        chunk = message.get("body", b"")
        length += len(chunk)
        if length > most:
            raise TooLongError
        if length > IN_MEMORY:
            await asyncio.to_thread(file.write, chunk)
        else:
            file.write(chunk)
        if not message.get("more_body"):
            file.seek(0)
            return
        message = await receive()


def _only(message: MutableMapping[str, Any], receive: Receive) -> Receive:
    left = [message]

    async def receive_once() -> MutableMapping[str, Any]:
        return left.pop() if left else await receive()

    return receive_once


def _from_file(file: Any, receive: Receive) -> Receive:
    is_done = False

    async def receive_chunk() -> MutableMapping[str, Any]:
        nonlocal is_done
        if is_done:
            return await receive()
        chunk = file.read(CHUNK)
        is_done = len(chunk) < CHUNK
        return {"type": "http.request", "body": chunk, "more_body": not is_done}

    return receive_chunk


async def plain_answer(send: Send, status: int, text: str) -> None:
    """A short answer without Django."""
    body = text.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

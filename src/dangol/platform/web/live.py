"""What changes while somebody looks? Streams of server-sent events, each for viewers with a right, within caps."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import structlog
from django.db import close_old_connections

from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.web.bodies import Receive, Scope, Send, plain_answer
from dangol.platform.web.sessions import viewer_of_scope

MOST: Final = 400
"""Streams of the whole server."""
MOST_EACH: Final = 8
"""Streams of one user: eight open tabs."""
BREATH: Final = 15.0
"""Seconds of silence after which a comment shows that the connection lives."""
ASK_AGAIN: Final = 30.0
"""Seconds after which it is asked again whether the viewer is still signed in and may."""

Told = Iterable[tuple[str, Any]]
Look = Callable[[Viewer, str, Mapping[str, str]], tuple[Told, str]]
"""From viewer, the mark of the last look ("" at first) and the query: events (name, data) and the new mark."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Stream:
    """One address below /live/."""

    name: str
    right: str
    every: float
    look: Look


STREAMS: Final[dict[str, Stream]] = {}


def stream(name: str, *, right: str, every: float = 1.0) -> Callable[[Look], Look]:
    """Register `/live/NAME`: asked every so many seconds, with the viewer's own eyes, for what is new."""

    def registered(look: Look) -> Look:
        if name in STREAMS:
            raise ValueError(f"Two streams are called {name!r}.")
        STREAMS[name] = Stream(name, right, every, look)
        return look

    return registered


class Live:
    """The ASGI application of every stream."""

    def __init__(self, is_stopping: Callable[[], bool]) -> None:
        self._is_stopping = is_stopping
        self._threads = ThreadPoolExecutor(4, "live")
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Open a stream, or say why not."""
        found = STREAMS.get(scope["path"].removeprefix("/live/"))
        viewer = await self._asked(viewer_of_scope, scope)
        if viewer is None:
            await plain_answer(send, 401, "Please sign in.\n")
        elif found is None or scope["method"] != "GET" or not viewer.may(found.right):
            await plain_answer(send, 404, "There is nothing here.\n")
        elif self._open.total() >= MOST or self._open[viewer.name] >= MOST_EACH:
            await plain_answer(send, 429, "Too many streams are open. Close another tab and try again.\n")
        else:
            self._open[viewer.name] += 1
            try:
                await self._flow(found, viewer, scope, receive, send)
            finally:
                self._open[viewer.name] -= 1

    async def _flow(self, found: Stream, viewer: Viewer, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
            (b"x-content-type-options", b"nosniff"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            await self._tell(found, viewer, scope, send, gone)
        finally:
            gone.cancel()
        await send({"type": "http.response.body", "body": b""})

    async def _tell(
        self, found: Stream, viewer: Viewer, scope: Scope, send: Send, gone: asyncio.Future[None]
    ) -> None:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        mark, silent, asked = _last_id(scope), 0.0, 0.0
        while not (gone.done() or self._is_stopping()):
            told, mark = await self._asked(found.look, viewer, mark, query)
            text = "".join(_event(name, data, mark) for name, data in told)
            if text or silent >= BREATH:
                await send(
                    {"type": "http.response.body", "body": (text or ": here\n\n").encode(), "more_body": True}
                )
            silent = 0.0 if text or silent >= BREATH else silent + found.every
            asked += found.every
            if asked >= ASK_AGAIN:
                again, asked = await self._asked(viewer_of_scope, scope), 0.0
                if again is None or not again.may(found.right):
                    return
                viewer = again
            await asyncio.wait([gone], timeout=found.every)

    async def _asked(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, _in_thread, function, *arguments
        )


def _in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    close_old_connections()
    return function(*arguments)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _last_id(scope: Scope) -> str:
    return str(dict(scope["headers"]).get(b"last-event-id", b""), "latin-1")


def _event(name: str, data: Any, mark: str) -> str:
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, default=str)
    lines = "".join(f"data: {line}\n" for line in text.splitlines() or [""])
    return f"event: {name}\nid: {mark}\n{lines}\n"

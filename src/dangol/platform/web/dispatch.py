"""Who answers a request? The hot paths on bare ASGI; everything else is Django's, in a few threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from a2wsgi import WSGIMiddleware

from dangol.platform.web.bodies import (
    ORDINARY,
    App,
    GoneError,
    Receive,
    Scope,
    Send,
    TooLongError,
    plain_answer,
    whole_body,
)
from dangol.platform.web.health import alive

WSGI_THREADS: Final = 8
"""Two cores are busy with four; as many again may wait for the database or the disk."""
MOST_WAITING: Final = 200
"""Requests for Django that may wait for a thread; more are asked to come again."""


class Dispatcher:
    """The ASGI application of the server."""

    def __init__(
        self,
        *,
        django: Any,
        door: App,
        live: App,
        proxies: int,
        most_upload: int,
        may_upload: Callable[[Scope], bool],
    ) -> None:
        self._wsgi = WSGIMiddleware(django, workers=WSGI_THREADS)
        self._door, self._live, self._proxies = door, live, proxies
        self._most_upload, self._may_upload = most_upload, may_upload
        self._asking = ThreadPoolExecutor(1, "uploads")
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, by the first part of the path."""
        if scope["type"] == "http":
            path = scope["path"]
            if self._proxies:
                _as_proxies_say(scope, self._proxies)
            if path.startswith("/v1/"):
                await self._door(scope, receive, send)
            elif path.startswith("/live/"):
                await self._live(scope, receive, send)
            elif path == "/health":
                await alive(scope, receive, send)
            else:
                await self._page(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._door(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._waiting >= MOST_WAITING:
            await plain_answer(
                send, 503, "Too many requests are waiting. Please try again in a few seconds.\n"
            )
            return
        # WSGI writes `X_Forwarded_For` and `X-Forwarded-For` as the same name: only the second may be.
        scope["headers"] = [each for each in scope["headers"] if b"_" not in each[0]]
        self._waiting += 1
        try:
            await self._with_body(scope, receive, send)
        finally:
            self._waiting -= 1

    async def _with_body(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            arrived, throw_away = await whole_body(receive, await self._most(scope))
        except TooLongError:
            await plain_answer(send, 413, "The request is longer than is accepted here.\n")
            return
        except GoneError:
            return
        try:
            await self._wsgi(scope, arrived, send)
        finally:
            throw_away()

    async def _most(self, scope: Scope) -> int:
        """How long the body may be: files are taken only from those who are signed in."""
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        is_long = b"transfer-encoding" in headers or not length.isdigit() or int(length) > ORDINARY
        if not is_long or not headers.get(b"content-type", b"").startswith(b"multipart/form-data"):
            return ORDINARY
        may = await asyncio.get_running_loop().run_in_executor(self._asking, self._may_upload, scope)
        return self._most_upload if may else ORDINARY


def _as_proxies_say(scope: Scope, proxies: int) -> None:
    """Address and scheme of the client, as the outermost of our own proxies saw them; further left anybody writes."""
    headers = dict(scope["headers"])
    seen = [each.strip() for each in headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")]
    if len(seen) >= proxies and seen[-proxies]:
        scope["client"] = (seen[-proxies], 0)
    scheme = headers.get(b"x-forwarded-proto", b"").decode("latin-1").split(",")[-1].strip()
    if scheme in ("http", "https"):
        scope["scheme"] = scheme

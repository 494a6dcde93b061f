"""Does it live? What a load balancer or a watchdog asks; it tells nothing about anybody."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.db import DatabaseError, close_old_connections

from dangol.platform.kernel.queries import health
from dangol.platform.web.bodies import Receive, Scope, Send

_THREAD: Final = ThreadPoolExecutor(1, "health")


async def alive(scope: Scope, receive: Receive, send: Send) -> None:
    """`/health`: 200 when the database answers, 503 when it does not; whether a worker lives stands beside it."""
    found = await asyncio.get_running_loop().run_in_executor(_THREAD, _asked)
    body = json.dumps(found).encode()
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send(
        {"type": "http.response.start", "status": 200 if found["database"] else 503, "headers": headers}
    )
    await send({"type": "http.response.body", "body": body})


def _asked() -> dict[str, bool]:
    close_old_connections()
    try:
        return {"database": True, "worker": health().workers > 0}
    except DatabaseError:
        return {"database": False, "worker": False}

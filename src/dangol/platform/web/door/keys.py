"""Whose key is this? Remembered in memory, and asked again within a second or when something was changed here."""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from collections.abc import Callable, Iterable
from typing import Final

from django.db import close_old_connections

from dangol.platform.log.keys import OpenSource, change_count, open_sources

FRESH_SECONDS: Final = 1.0
"""After this, keys are asked for again; meanwhile the known ones open."""
STALE_SECONDS: Final = 10.0
"""After this, nobody gets in before they have been asked for."""
UNKNOWN_SECONDS: Final = 0.25
"""An unknown key makes us ask again, but not more often than this."""


class Keys:
    """What opens the door of this process."""

    def __init__(self, ask: Callable[[], dict[str, OpenSource]] = open_sources) -> None:
        self._ask = ask
        self._open: dict[str, OpenSource] = {}
        self._by_header: dict[bytes, OpenSource] = {}
        self._asked_at = float("-inf")
        self._changes = -1
        self._asking: asyncio.Task[None] | None = None

    def known(self, header: bytes) -> OpenSource | None:
        """The source of an Authorization header that was seen a moment ago; None: ask `of_header`."""
        return self._by_header.get(header) if self._is_fresh() else None

    async def of_header(self, header: bytes) -> OpenSource | None:
        """The source of an Authorization header: Basic, the key as the user."""
        found = self.known(header)
        if found is not None:
            return found
        found = await self.of_key(key_in(header))
        if found is not None:
            self._by_header[header] = found
        return found

    async def of_key(self, key: str) -> OpenSource | None:
        """The source of a write key, or None."""
        if not self._is_fresh():
            await self._refresh(must_wait=time.monotonic() - self._asked_at > STALE_SECONDS)
        found = self._open.get(key)
        if found is None and key and time.monotonic() - self._asked_at > UNKNOWN_SECONDS:
            await self._refresh(must_wait=True)
            found = self._open.get(key)
        return found

    async def origins(self) -> Iterable[str]:
        """Every origin that some source allows."""
        await self.of_key("")
        return (origin for each in self._open.values() if each.is_browser for origin in each.allowed_origins)

    def _is_fresh(self) -> bool:
        return self._changes == change_count() and time.monotonic() - self._asked_at < FRESH_SECONDS

    async def _refresh(self, *, must_wait: bool) -> None:
        must_wait = must_wait or self._changes != change_count()
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._asked())
        if must_wait:
            await asyncio.shield(self._asking)

    async def _asked(self) -> None:
        changes, begun = change_count(), time.monotonic()
        self._open = await asyncio.to_thread(_with_connection, self._ask)
        self._by_header = {}
        self._changes, self._asked_at = changes, begun


def key_in(header: bytes) -> str:
    """The user of a Basic header; empty when there is none."""
    scheme, _, told = header.partition(b" ")
    if scheme.lower() != b"basic":
        return ""
    try:
        return base64.b64decode(told.strip(), validate=True).decode().partition(":")[0].strip()
    except (binascii.Error, ValueError):
        return ""


def _with_connection(ask: Callable[[], dict[str, OpenSource]]) -> dict[str, OpenSource]:
    close_old_connections()
    try:
        return ask()
    finally:
        close_old_connections()

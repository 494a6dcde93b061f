"""May a client take its time? A connection that trickles its request in holds nothing up for long."""

from __future__ import annotations

from asyncio import TimerHandle
from typing import Any, Final

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS: Final = 15.0
"""A request's line and headers must have arrived after so long."""
HEAD_BYTES: Final = 64 * 1024
BODY_SECONDS: Final = 20.0
BODY_BYTES: Final = 16 * 1024
"""At least so much of a body must arrive in every BODY_SECONDS."""


class PatientProtocol(HttpToolsProtocol):
    """HTTP of uvicorn, with limits on how slowly and how long a head, and how slowly a body may come."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self._timer: TimerHandle | None = None
        self._head_bytes = 0
        self._body_bytes = 0
        self._is_in_body = False

    def connection_made(self, transport: Any) -> None:
        """A new connection: its first head is waited for."""
        super().connection_made(transport)
        self._start(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Gone: nothing is waited for."""
        self._cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes of a head count against its limit; the parser takes them in any case."""
        if self._is_in_body:
            self._body_bytes += len(data)
        else:
            self._head_bytes += len(data)
            if self._timer is None:
                self._start(HEAD_SECONDS)
        super().data_received(data)
        if not self._is_in_body and self._head_bytes > HEAD_BYTES and self._timer is not None:
            self.transport.close()

    def on_headers_complete(self) -> None:
        """The head is whole; now the body must keep coming."""
        self._is_in_body, self._body_bytes = True, 0
        self._start(BODY_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole; the answer may take its time."""
        self._cancel()
        self._is_in_body, self._head_bytes = False, 0
        super().on_message_complete()

    def _start(self, seconds: float) -> None:
        self._cancel()
        self._timer = self.loop.call_later(seconds, self._look)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        is_held_by_us = self.cycle is not None and len(self.cycle.body) > HIGH_WATER_LIMIT
        if self._is_in_body and (self._body_bytes >= BODY_BYTES or is_held_by_us):
            self._body_bytes = 0
            self._start(BODY_SECONDS)
        elif not self.transport.is_closing():
            self.transport.close()

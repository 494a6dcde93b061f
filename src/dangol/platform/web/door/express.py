"""How are twenty thousand single events a second answered by one process? Past ASGI, when all is as usual.

A request of a known server, whole and right, goes from the parser of HTTP to the writer of envelopes, and its
answer from the writer to the socket: no task, no future, no scope. Whatever is not usual (a browser, a refused
message, a key not seen lately, a full queue) takes the ordinary way through the ASGI application, with the same
rules; so nothing is decided here but speed.
"""

from __future__ import annotations

from asyncio import TimerHandle
from typing import Any, ClassVar, Final

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dangol.platform.log.envelopes import FullError, UnwrittenError
from dangol.platform.log.keys import OpenSource
from dangol.platform.log.refusals import BATCH_BYTES
from dangol.platform.web.connections import BODY_SECONDS, PatientProtocol
from dangol.platform.web.door import answers
from dangol.platform.web.door.app import Door, door, unwritten
from dangol.platform.web.door.browsers import IDENTITY
from dangol.platform.web.door.parsing import ADDRESSES, BATCH, IMPORT, batch_in, divided

Lane = tuple[str, OpenSource]
LANES: Final = {address.encode(): kind for address, kind in ADDRESSES.items()}
UNUSUAL: Final = frozenset(
    {b"origin", b"content-encoding", b"transfer-encoding", b"expect", b"upgrade", IDENTITY}
)
"""Headers that need more than a look."""
_UNCHANGED: Final = -1.0


class _Held:
    """Stands for answers that are still owed, while a later request of the same connection is put in line."""

    response_complete = False
    body = b""


class ExpressProtocol(PatientProtocol):
    """The connection of a client; its requests in order, some of them express."""

    door: ClassVar[Door] = door

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self._lane: Lane | None = None
        self._parts: list[bytes] = []
        self._owed = 0
        self._is_ending = False
        self._is_parsing = False
        self._wanted: float | None = _UNCHANGED
        self._answered_at = 0.0
        self._idle: TimerHandle | None = None

    # A request comes in

    def on_headers_complete(self) -> None:
        """Choose the way."""
        self._lane = self._express_lane()
        if self._lane is None:
            self._hold_back()
            super().on_headers_complete()
            return
        self._parts = []
        self._is_in_body, self._body_bytes = True, 0
        self._start(BODY_SECONDS)

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        if self._lane is None:
            super().on_body(body)
        else:
            self._parts.append(body)

    def on_message_complete(self) -> None:
        """All of it is here."""
        lane, self._lane = self._lane, None
        if lane is None:
            super().on_message_complete()
            return
        self._cancel()
        self._is_in_body, self._head_bytes = False, 0
        body = b"".join(self._parts)
        self._parts = []
        if not self._is_taken(lane, body):
            self._hold_back()
            HttpToolsProtocol.on_headers_complete(self)
            HttpToolsProtocol.on_body(self, body)
            HttpToolsProtocol.on_message_complete(self)

    def _express_lane(self) -> Lane | None:
        """What is sent and by whom, when the request is as usual so far."""
        kind = LANES.get(self.url)
        if kind is None or (self.cycle is not None and not self.cycle.response_complete) or self.pipeline:
            return None
        source, length = None, b""
        for name, value in self.headers:
            if name == b"authorization":
                source = self.door.keys.known(value)
            elif name == b"content-length":
                length = value
            elif name in UNUSUAL:
                return None
        is_usual = (
            source is not None
            and source.takes_messages
            and not source.is_browser
            and 0 < len(length) < 7
            and int(length) <= BATCH_BYTES
            and self.parser.get_method() == b"POST"
            and self.parser.should_keep_alive()
            and (self.limit_concurrency is None or len(self.connections) < self.limit_concurrency)
        )
        return (kind, source) if is_usual and source is not None else None

    def _is_taken(self, lane: Lane, body: bytes) -> bool:
        """Whether it is on its way to disk; nothing was done with it otherwise."""
        kind, source = lane
        batch = batch_in(body) if kind in (BATCH, IMPORT) else None
        if kind in (BATCH, IMPORT) and (batch is None or not batch.batch):
            return False
        try:
            result = divided(kind, body, batch)
            if result.refused:
                return False
            self.door.envelopes.put(source.id, result, self._answer)
        except (answers.TurnedAwayError, FullError):
            return False
        self._owed += 1
        return True

    def _hold_back(self) -> None:
        """Let the ordinary way wait in line for the express answers before it."""
        if self._owed:
            self.cycle: Any = _Held()

    # An answer goes out

    def _answer(self, error: UnwrittenError | None) -> None:
        self._owed -= 1
        if self.transport.is_closing():
            return
        self.server_state.total_requests += 1
        self.transport.write(_done(self.server_state.default_headers) if error is None else _failed(error))
        if self._is_ending and not self._owed:
            self.transport.close()
        elif self.pipeline and not self._owed:
            self.on_response_complete()
        else:
            self._note_idle()

    def shutdown(self) -> None:
        """The server ends: the answers that are owed go out first."""
        if self._owed:
            self._is_ending = True
        else:
            super().shutdown()

    # Time

    def data_received(self, data: bytes) -> None:
        """A request that is whole at once, as most are, needs no timer."""
        self._is_parsing, self._wanted = True, _UNCHANGED
        super().data_received(data)
        self._is_parsing = False
        if self._wanted is None:
            super()._cancel()
        elif self._wanted != _UNCHANGED:
            super()._start(self._wanted)

    def connection_lost(self, exc: Exception | None) -> None:
        """Gone."""
        if self._idle is not None:
            self._idle.cancel()
        super().connection_lost(exc)

    def _start(self, seconds: float) -> None:
        if self._is_parsing:
            self._wanted = seconds
        else:
            super()._start(seconds)

    def _cancel(self) -> None:
        if self._is_parsing:
            self._wanted = None
        else:
            super()._cancel()

    def _note_idle(self) -> None:
        """One timer a connection, not one a request."""
        self._answered_at = self.loop.time()
        if self._idle is None:
            self._idle = self.loop.call_later(self.timeout_keep_alive, self._look_idle)

    def _look_idle(self) -> None:
        self._idle = None
        is_ordinary = self.timeout_keep_alive_task is not None
        if is_ordinary or self.transport.is_closing():  # the ordinary way has its own timer
            return
        is_busy = self._owed or self._timer or (self.cycle is not None and not self.cycle.response_complete)
        left = self._answered_at + self.timeout_keep_alive - self.loop.time()
        if is_busy or left > 0:
            self._idle = self.loop.call_later(max(left, 1.0), self._look_idle)
        else:
            self.transport.close()


class _Kept:
    """The last answer, made anew when the server's headers (the date) have changed."""

    headers: Any = None
    answer: bytes = b""


def _done(defaults: list[tuple[bytes, bytes]]) -> bytes:
    if _Kept.headers is not defaults:
        _Kept.headers, _Kept.answer = defaults, _bytes(b"200 OK", answers.DONE_BODY, defaults)
    return _Kept.answer


def _failed(error: UnwrittenError) -> bytes:
    said = unwritten(error)
    retry = (b"retry-after", b"%d" % (said.retry_after or 1))
    return _bytes(b"503 Service Unavailable", msgspec.json.encode(answers.told_of(said.code, said)), [retry])


def _bytes(status: bytes, body: bytes, headers: list[tuple[bytes, bytes]]) -> bytes:
    length = (b"content-length", b"%d" % len(body))
    lines = [b"%s: %s\r\n" % each for each in (*headers, answers.JSON, length, answers.NOSNIFF)]
    return b"HTTP/1.1 %s\r\n%s\r\n%s" % (status, b"".join(lines), body)

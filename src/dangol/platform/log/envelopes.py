"""How do messages that come by HTTP get to disk, thousands of requests a second, each before its answer?

One thread writes. It takes whatever is waiting, writes one row a source, commits once, and tells every
request of the group. The queue is bounded: who comes when it is full is told to come again.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.platform.kernel import clock
from dangol.platform.log.accepting import Sifted
from dangol.platform.log.stores import RefusedRow, Row, Store, store_of_settings

COMMIT_BYTES: Final = 4 * 1024 * 1024
"""About the most that one commit carries."""
WAITING_BYTES: Final = 64 * 1024 * 1024
WAITING_LOADS: Final = 20_000
"""What may wait; beyond, requests are sent away."""


class FullError(DangolError):
    """More comes than can be written: come again in a moment."""

    def __init__(self) -> None:
        super().__init__(
            Said("Messages were sent.", "메시지를 보내셨습니다."),
            Said("More comes in than can be written at the moment.", "지금은 들어오는 양이 쓸 수 있는 양보다 많습니다."),
            Said("Send the same again in a second; nothing of it was kept.", "1초 뒤에 그대로 다시 보내 주십시오. 아직 저장된 것은 없습니다."),
        )  # fmt: skip


class UnwrittenError(DangolError):
    """The database did not take it; nothing was acknowledged."""

    exit_code = 4

    def __init__(self, cause: Exception) -> None:
        super().__init__(
            Said("Messages were to be written.", "메시지를 쓰려고 했습니다."),
            Said(f"The database did not take them: {cause}.", f"데이터베이스가 받지 않았습니다: {cause}."),
            Said("Send the same again later; the server's log and `dangol doctor` say more.", "나중에 그대로 다시 보내 주십시오. 서버 기록과 `dangol doctor`에서 자세히 볼 수 있습니다."),
        )  # fmt: skip


Tell = Callable[[UnwrittenError | None], None]
"""Called in the event loop when it is on disk (None), or when it is not."""


@dataclass(slots=True)
class Load:
    """What one request brought."""

    source_id: int
    received_at: int
    sifted: Sifted
    size: int
    tell: Tell


class Envelopes:
    """The writer of one process. Used from one event loop; `close` writes what waits and ends the thread."""

    def __init__(self, store: Store | None = None) -> None:
        self._store = store
        self._queue: queue.SimpleQueue[Load | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.waiting_bytes = 0
        self.waiting_loads = 0

    async def keep(self, source_id: int, sifted: Sifted) -> None:
        """Return when all of it is on disk; FullError or UnwrittenError: none of it is known to be."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def tell(error: UnwrittenError | None) -> None:
            if done.done():  # whoever asked has gone
                return
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)

        self.put(source_id, sifted, tell)
        await done

    def put(self, source_id: int, sifted: Sifted, tell: Tell) -> None:
        """Let it be written; FullError when too much waits already. Called in the event loop."""
        if self.waiting_bytes > WAITING_BYTES or self.waiting_loads >= WAITING_LOADS:
            raise FullError
        if self._loop is None:
            self._start()
        size = sum(map(len, sifted.lines))
        self.waiting_bytes += size
        self.waiting_loads += 1
        self._queue.put(Load(source_id, _microseconds(), sifted, size, tell))

    async def close(self) -> None:
        """Write what waits, and end."""
        if self._thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)
        self._thread = self._loop = None

    def _start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._write_all, name="envelopes", daemon=True)
        self._thread.start()

    def _write_all(self) -> None:
        """The thread: group after group until told to end."""
        store = self._store or store_of_settings()
        is_ending = False
        while not is_ending:
            group, is_ending = self._next_group()
            if group:
                error = _written(store, group)
                self._tell(group, error)
        store.close()

    def _next_group(self) -> tuple[list[Load], bool]:
        group: list[Load] = []
        size = 0
        load = self._queue.get()
        while load is not None:
            group.append(load)
            size += load.size
            if size >= COMMIT_BYTES:
                return group, False
            try:
                load = self._queue.get_nowait()
            except queue.Empty:
                return group, False
        return group, True

    def _tell(self, group: list[Load], error: UnwrittenError | None) -> None:
        try:
            self._loop.call_soon_threadsafe(self._settle, group, error)  # type: ignore[union-attr]
        except RuntimeError:  # the loop has ended: nobody waits for an answer any more
            return

    def _settle(self, group: list[Load], error: UnwrittenError | None) -> None:
        """In the loop: give the answers."""
        self.waiting_loads -= len(group)
        for load in group:
            self.waiting_bytes -= load.size
            load.tell(error)


def _microseconds() -> int:
    return int(clock.now().timestamp() * 1_000_000)


def _written(store: Store, group: list[Load]) -> UnwrittenError | None:
    """One commit for the group: one row a source."""
    try:
        store.write(*_rows(group))
    except Exception as error:  # noqa: BLE001 whatever it is, the senders must hear of it and come again
        store.close()
        return UnwrittenError(error)
    return None


def _rows(group: list[Load]) -> tuple[list[Row], list[RefusedRow]]:
    by_source: dict[int, list[Load]] = {}
    for load in group:
        by_source.setdefault(load.source_id, []).append(load)
    rows = []
    for source_id, loads in by_source.items():
        lines = [line for load in loads for line in load.sifted.lines]
        if lines:
            rows.append((source_id, loads[0].received_at, b"\n".join(lines), len(lines)))
    refused = [
        (load.source_id, load.received_at, each.body, each.reason, each.sentence)
        for load in group
        for each in load.sifted.refused
    ]
    return rows, refused

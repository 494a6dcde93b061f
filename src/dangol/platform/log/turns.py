"""Who changes the lake now? One thread of one process at a time, so that sealing, compaction and erasure never meet."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.kernel import leases

LEASE: Final = "log.lake"
SECONDS: Final = 900.0
_ours: Final = threading.RLock()


class LakeBusyError(RequestError):
    """Another process changes the lake; the work is done when it is done."""

    def __init__(self) -> None:
        super().__init__(
            Said("The lake was to be changed.", "레이크를 바꾸려고 했습니다."),
            Said("Another worker is changing it.", "다른 작업자가 바꾸는 중입니다."),
            Said("It is tried again by itself.", "저절로 다시 시도합니다."),
        )


@contextmanager
def lake_turn() -> Iterator[None]:
    """The lake is ours to change for the body; a LakeBusyError when another process has it."""
    with _ours, leases.held(LEASE, SECONDS) as is_ours:
        if not is_ours:
            raise LakeBusyError
        yield


def go_on() -> None:
    """Keep the turn between two steps of long work; a LakeBusyError when it was lost."""
    if not leases.kept(LEASE, SECONDS):
        raise LakeBusyError

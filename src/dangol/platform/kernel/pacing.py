"""How much may everything else do while what is prompt has its hands full?"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

FULL: Final = 0.4
"""From this share of the last seconds on, the prompt lane has its hands full."""
MEMORY: Final = 4.0
"""Seconds after which what was done counts for a third."""
LONGEST_REST: Final = 2.0


class Pace:
    """The prompt lane tells how long it worked; the others ask, and step back while it has much to do.

    Then they work one at a time, and each rests as long as it has worked: half a processor for all of them
    together, so that what has just happened is seen soon and nothing else stands still.
    """

    def __init__(self) -> None:
        self._busy = 0.0
        self._told = time.monotonic()
        self._one = threading.Lock()

    def worked(self, seconds: float) -> None:
        """The prompt lane has just worked so long."""
        now = time.monotonic()
        self._busy = self._busy * math.exp((self._told - now) / MEMORY) + seconds
        self._told = now

    def is_full(self) -> bool:
        """Whether the prompt lane takes much of the time."""
        faded = math.exp((self._told - time.monotonic()) / MEMORY)
        return self._busy * faded >= FULL * MEMORY

    @contextmanager
    def turn(self, stop: threading.Event) -> Iterator[None]:
        """A turn of another lane."""
        if not self.is_full():
            yield
            return
        with self._one:
            began = time.monotonic()
            yield
            if self.is_full():
                stop.wait(min(time.monotonic() - began, LONGEST_REST))

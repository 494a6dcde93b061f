"""How is a coroutine run where a browser's driver may have left a loop running? In a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def in_own_loop(work: Coroutine[object, object, T]) -> T:
    """What the coroutine returns or raises."""
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(asyncio.run, work).result()

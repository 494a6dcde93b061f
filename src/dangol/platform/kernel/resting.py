"""How do all workers stand still for a moment? A note in the database that they heed between two chores."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from dangol.core.errors import DataError
from dangol.core.language import Said
from dangol.platform.kernel import clock
from dangol.platform.kernel.models import Lease
from dangol.platform.kernel.queries import living

NAME: Final = "kernel.rest"
LONGEST: Final = timedelta(minutes=10)
"""When whoever asked for rest died, the workers go on after this time."""


def is_asked() -> bool:
    """Whether workers shall rest now."""
    now = clock.now()
    return Lease.objects.filter(name=NAME, until__gt=now, until__lte=now + LONGEST).exists()


@contextmanager
def everybody(patience: float, wait: Callable[[float], Any]) -> Iterator[None]:
    """No chore runs in the body; a DataError when a worker does not come to rest in time."""
    Lease.objects.update_or_create(name=NAME, defaults={"holder": "rest", "until": clock.now() + LONGEST})
    try:
        deadline = time.monotonic() + patience
        while _busy():
            if time.monotonic() > deadline:
                raise _restless(patience)
            wait(0.1)
        yield
    finally:
        Lease.objects.filter(name=NAME).delete()


def _busy() -> bool:
    return living().filter(is_resting=False).exists()


def _restless(patience: float) -> DataError:
    return DataError(
        Said("Every worker was asked to rest for a moment.", "모든 워커에게 잠시 쉬라고 요청했습니다."),
        Said(
            f"One is still busy after {patience:.0f} seconds.",
            f"{patience:.0f}초가 지나도 쉬지 않는 워커가 있습니다.",
        ),
        Said(
            "Try again when its long work has ended, or stop the worker.",
            "긴 작업이 끝난 뒤 다시 시도하거나 워커를 멈추십시오.",
        ),
    )

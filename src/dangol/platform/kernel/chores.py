"""What does a worker do again and again? Jobs that one process at a time holds, found by their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Chore:
    """A job: `run` does what there is to do now and says whether there is more."""

    name: str
    every: float
    """Seconds between two looks when there was nothing to do."""
    run: Callable[[], bool]


CHORES: Final[dict[str, Chore]] = {}


def chore(name: str, *, every: float) -> Callable[[Callable[[], bool]], Callable[[], bool]]:
    """Register a job of the worker. It runs under the lease of its name; it must be safe to kill at any line."""

    def registered(run: Callable[[], bool]) -> Callable[[], bool]:
        if name in CHORES:
            raise ValueError(f"Two chores are called {name!r}.")
        CHORES[name] = Chore(name, every, run)
        return run

    return registered

"""What does a worker do again and again? Jobs that one process at a time holds, found by their names."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.apps import apps

DOORS: Final = ("reactions", "chores", "effects")
"""The modules of a room that register what a worker does."""


@dataclass(frozen=True, slots=True)
class Chore:
    """A job: `run` does what there is to do now and says whether there is more."""

    name: str
    every: float
    """Seconds between two looks when there was nothing to do."""
    run: Callable[[], bool]
    alone: bool = True
    """Whether only one process may do it at a time; others claim their work row by row."""


CHORES: Final[dict[str, Chore]] = {}


def chore(
    name: str, *, every: float, alone: bool = True
) -> Callable[[Callable[[], bool]], Callable[[], bool]]:
    """Register a job of the worker. It runs under the lease of its name; it must be safe to kill at any line.

    A job with `every` up to a second is prompt: it shares one thread with its like and must be short. Others may
    take their time.
    """

    def registered(run: Callable[[], bool]) -> Callable[[], bool]:
        if name in CHORES:
            raise ValueError(f"Two chores are called {name!r}.")
        CHORES[name] = Chore(name, every, run, alone)
        return run

    return registered


def every_chore() -> dict[str, Chore]:
    """All chores, after importing the modules of every room that may register some."""
    for room in apps.get_app_configs():
        if not room.name.startswith("dangol."):
            continue
        for door in DOORS:
            if importlib.util.find_spec(f"{room.name}.{door}") is not None:
                importlib.import_module(f"{room.name}.{door}")
    return CHORES

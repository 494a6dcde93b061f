"""How did a command of the terminal end?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ended:
    """The exit code and what was written to both streams."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]
"""Runs `dangol` with these arguments."""

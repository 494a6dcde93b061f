"""What is said while the answer is made? Notes and progress, on stderr, so that stdout is the answer alone."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

import typer

from dangol.core.language import Language, Said

PATIENCE = 1.0
"""Seconds that work may take before a terminal is told that it goes on."""


def note(text: Said, language: Language) -> None:
    """One line on stderr."""
    typer.echo(text.in_(language), err=True)


class _Moving(Protocol):
    """What can be shown on a terminal, and taken away again."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


@contextmanager
def working(text: Said, language: Language) -> Iterator[None]:
    """Show a moving line on a terminal while the body runs, if that takes longer than a second."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with _patiently(Console(stderr=True).status(text.in_(language))):
        yield


@contextmanager
def counting(text: Said, language: Language) -> Iterator[Callable[[int, int], None] | None]:
    """The same as a bar: gives what is to be called with the part done and the whole; None without a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task(text.in_(language), total=None)
    with _patiently(bar):
        yield lambda done, whole: bar.update(task, completed=done, total=whole)


@contextmanager
def _patiently(moving: _Moving) -> Iterator[None]:
    patience = threading.Timer(PATIENCE, moving.start)
    patience.daemon = True
    patience.start()
    try:
        yield
    finally:
        patience.cancel()
        patience.join()
        moving.stop()

"""How is heavy work done without keeping its memory? In a process of its own, which ends."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from contextlib import suppress
from typing import Final

from django.conf import settings

PATIENCE: Final = 0.5
"""Seconds of one look at a process that is still at work: the worker stops and rests without waiting for it."""
_children: Final[dict[str, subprocess.Popen[str]]] = {}


class JobFailedError(Exception):
    """The process ended with a fault, which its last words name."""


def is_under_way(job: str) -> bool:
    """Whether this process has started one that has not been seen to end."""
    return job in _children


def tended(job: str) -> bool:
    """Begin a job, or look after the one that is under way; whether there is more to wait for.

    It ends with this process, killed or not. Its fault is raised here. Where the settings keep everything in one
    process (tests), it is done here and now.
    """
    if not settings.FORESIGHT_APART:
        from dangol.platform.foresight import jobs

        jobs.run(job)
        return False
    child = _children.get(job) or _started(job)
    try:
        child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        return True
    del _children[job]
    said = "".join(pipe.read() for pipe in (child.stdout,) if pipe is not None).strip()
    _shut(child)
    if child.returncode:
        raise JobFailedError(said or f"The process ended with {child.returncode}.")
    return False


def _shut(child: subprocess.Popen[str]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()


def _started(job: str) -> subprocess.Popen[str]:
    """The process: its stdin is how it learns that this one is gone, its stdout how this one learns of a fault."""
    pipe = subprocess.PIPE
    child = subprocess.Popen(  # noqa: S603 our own program
        [sys.executable, "-m", "dangol.platform.foresight.child", job],
        stdin=pipe, stdout=pipe, encoding="utf-8", env=os.environ | {"DJANGO_SETTINGS_MODULE": "dangol.platform.settings"},
    )  # fmt: skip
    _children[job] = child
    return child


@atexit.register
def _end() -> None:
    """Whatever is under way ends with this process."""
    for child in _children.values():
        with suppress(OSError):
            child.terminate()

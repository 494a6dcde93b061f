"""How do several processes live and die together? One goes down, and the others are asked to stop."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Final

PATIENCE: Final = 30.0
"""Seconds that a process gets to finish what it began before it is ended by force."""
TOGETHER: Final = "DANGOL_TOGETHER"
"""Set for the processes of a group: each stops when its standard input closes, so none outlives a killed parent."""


class Group:
    """`dangol` processes that run until one of them ends, or this one is asked to stop."""

    def __init__(self, environment: dict[str, str]) -> None:
        # Many threads would each keep an arena of memory of their own.
        usual = {"MALLOC_ARENA_MAX": "2"}
        self._environment = usual | os.environ | environment | {TOGETHER: "1"}
        self._ended: queue.Queue[str] = queue.Queue()
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *arguments: str) -> None:
        """Start `dangol NAME ARGUMENTS...`."""
        process = subprocess.Popen(  # noqa: S603 our own program
            [sys.executable, "-m", "dangol", name, *arguments], stdin=subprocess.PIPE, env=self._environment
        )
        self._running[name] = process
        threading.Thread(target=self._wait, args=(name, process), daemon=True).start()

    def until_the_end(self) -> int:
        """Wait for the first to end, or for a signal; stop all; the exit code: 0 when it was a signal."""
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._asked)
        first = self._ended.get()
        code = 0 if not first else self._running[first].wait()
        self.stop()
        return abs(code) if first else 0

    def stop(self) -> None:
        """Ask all to stop, and end those by force that do not."""
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        for process in self._running.values():
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _wait(self, name: str, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self._ended.put(name)

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self._ended.put("")


def call(arguments: Sequence[str], environment: dict[str, str]) -> int:
    """Run `dangol ARGUMENTS...` to its end; its exit code."""
    return subprocess.run(  # noqa: S603 our own program
        [sys.executable, "-m", "dangol", *arguments], env=os.environ | environment, check=False
    ).returncode


def when_parent_is_gone(stop: Callable[[], None]) -> None:
    """In a process of a group: call `stop` when the process that started it is gone."""
    if not os.environ.get(TOGETHER):
        return

    def wait() -> None:
        sys.stdin.buffer.read()
        stop()

    threading.Thread(target=wait, name="parent", daemon=True).start()


def prepared(arguments: Sequence[str], password: str, environment: dict[str, str]) -> bool:
    """Let a process of its own fill the demo; whether the demo is new. Its fault ends this process, too."""
    done = subprocess.run(  # noqa: S603 our own program
        [sys.executable, "-m", "dangol.cli.demo_data", *arguments],
        env=os.environ | environment,
        input=f"{password}\n",
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.returncode)
    return done.stdout.split()[-1:] == ["new"]

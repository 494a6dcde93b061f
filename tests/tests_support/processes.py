"""How are web server and worker run as real processes, killed, and started again?"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests_support.postgresql import free_port

PATIENCE = 60.0
EVERYTHING = ("web", "worker")


def poll(what: Callable[[], Any], seconds: float = PATIENCE, every: float = 0.05) -> Any:
    """What `what` gives as soon as it is true; an AssertionError when it is not in time."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, f"not within {seconds} seconds: {found!r}"
        time.sleep(every)
    return found


@dataclass
class Platform:
    """The platform over one data folder and database, as processes that can be killed."""

    data: Path
    database_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the web server is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the processes are told."""
        without = {name: value for name, value in os.environ.items() if not name.startswith("DANGOL_")}
        own = {"DANGOL_DATA": str(self.data), "DANGOL_URL": self.url, "DATABASE_URL": self.database_url}
        return without | own | {"DANGOL_LOG": "warning"} | self.settings

    def run(self, *arguments: str, given: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of `dangol` to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "dangol", *arguments], env=self.environment, input=given, text=True,
            capture_output=True, check=False,
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stderr
        return done

    def python(self, code: str) -> str:
        """Run code in a process of its own, with Django ready for this data folder; what it printed."""
        ready = "from dangol.cli.platform import ready; ready(log_level='error')\n"
        done = subprocess.run(
            [sys.executable, "-c", ready + code],
            env=self.environment,
            text=True,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self, *names: str) -> None:
        """Start these processes (`web`, `worker`) and wait until the web server answers."""
        for name in names or EVERYTHING:
            extra = ("--port", str(self.port)) if name in ("web", "serve") else ()
            log = (self.data / f"{name}.log").open("ab")
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "dangol", name, *extra], env=self.environment, stdout=log, stderr=log
            )
            log.close()
        if any(name in ("web", "serve") for name in names or EVERYTHING):
            poll(self.is_up)

    def is_up(self) -> bool:
        """Whether the web server answers; an AssertionError with what it said when it has ended."""
        for name, process in self.processes.items():
            assert process.poll() is None, f"{name} ended: {self.log(name)}"
        try:
            urllib.request.urlopen(f"{self.url}/health", timeout=10).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def kill(self, *names: str) -> None:
        """End processes as a power cut does."""
        for name in names or tuple(self.processes):
            process = self.processes.pop(name)
            process.send_signal(signal.SIGKILL)
            process.wait()

    def stop(self, *names: str) -> dict[str, int]:
        """Ask processes to stop, and wait for it; their exit codes."""
        chosen = {name: self.processes.pop(name) for name in names or tuple(self.processes)}
        for process in chosen.values():
            process.terminate()
        return {name: process.wait(PATIENCE) for name, process in chosen.items()}

    def log(self, name: str) -> str:
        """What a process wrote."""
        return (self.data / f"{name}.log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def platform(
    data: Path, database_url: str = "", *, like: Path | None = None, **settings: str
) -> Iterator[Platform]:
    """A platform whose tables are made; nothing runs yet. Whatever still runs in the end is killed.

    The tables are copied from the data folder `like` where one is given, which is much quicker; those of
    PostgreSQL have to be there then.
    """
    data.mkdir(parents=True, exist_ok=True)
    made = Platform(data, database_url, settings)
    if like is None:
        made.run("migrate", "--quietly")
    else:
        shutil.copytree(like, data, dirs_exist_ok=True)
    try:
        yield made
    finally:
        made.kill()

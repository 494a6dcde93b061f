"""What is compared with what? A question, its contenders, and how one of them is timed."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

Ask = Callable[[], Any]
"""Asks the question once and gives a value that must be the same for every contender."""


@dataclass(frozen=True)
class Contest:
    """One question. `contenders` prepare on a folder of data and give back what is timed.

    `limit` is the contender that only reads the columns that the question needs.
    `target_seconds` is what the first contender promised; it is printed, not enforced.
    """

    name: str
    question: str
    contenders: dict[str, Callable[[Path], Ask]]
    limit: str | None = None
    target_seconds: float | None = None
    runs: int = 5
    same: tuple[str, ...] = ()
    """Contenders whose answers must be equal."""
    sizes: tuple[str, ...] = ("10M", "100M")
    data: str = "events"
    skipped: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Sizes that a contender is not asked about, because it would take many minutes."""


@dataclass(frozen=True)
class Timed:
    """Seconds of each run, the peak memory of the whole process in MB, and the answer's check value."""

    contest: str
    contender: str
    size: str
    seconds: list[float]
    peak_mb: float
    check: Any = field(default=None)

    @property
    def typical(self) -> float:
        """Median seconds."""
        return median(self.seconds)


def time_here(contest: Contest, contender: str, folder: Path, size: str) -> Timed:
    """Prepare, warm up once, then time the runs in this process."""
    ask = contest.contenders[contender](folder)
    check = ask()
    seconds = []
    for _ in range(contest.runs if contender != "spark" else 1):
        start = time.perf_counter()
        ask()
        seconds.append(round(time.perf_counter() - start, 4))
    return Timed(contest.name, contender, size, seconds, _peak_mb(), check)


def time_apart(contest: Contest, contender: str, folder: Path, size: str) -> Timed | str:
    """The same in a process of its own, so that memory is its own; a sentence when it failed."""
    command = [sys.executable, "-m", "benchmarks.one", contest.name, contender, str(folder), size]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no message"])[-1]
    return Timed(**json.loads(done.stdout.strip().splitlines()[-1]))


def as_json(timed: Timed) -> str:
    """One line for the parent process."""
    return json.dumps(asdict(timed), default=str)


def check_of(rows: Iterable[Iterable[Any]]) -> list[int]:
    """An order-free fingerprint of whole-number rows: how many, and the sum of their weighted cells."""
    total, count = 0, 0
    for row in rows:
        count += 1
        total += sum((place + 1) * int(cell) for place, cell in enumerate(row))
    return [count, total]


def _peak_mb() -> float:
    """High-water mark of resident memory: this process with its children (Spark's JVM), or the largest ended one."""
    import psutil

    own = psutil.Process()
    living = sum(map(_high_water, [own, *own.children(recursive=True)]))
    ended = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return round(max(living, ended), 1)


def _high_water(process: Any) -> float:
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return 0.0
    line = next((each for each in status.splitlines() if each.startswith("VmHWM")), "VmHWM: 0 kB")
    return int(line.split()[1]) / 1024

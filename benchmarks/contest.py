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

CALM = 0.1
"""A run counts as undisturbed when other programs had at most this share of the processors' time."""
PATIENCE = 3
"""So many times the wanted runs are made, waiting for calm ones."""

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
    """Prepare, warm up once, then time the runs in this process.

    A run during which other programs were busy is asked again, a few times at most; the calmest ones count.
    """
    ask = contest.contenders[contender](folder)
    check = ask()
    wanted = contest.runs if contender != "spark" else 1
    timed: list[tuple[float, float]] = []
    while len(timed) < wanted * PATIENCE and sum(share <= CALM for share, _ in timed) < wanted:
        timed.append(_timed(ask))
    seconds = [took for _, took in sorted(timed)[:wanted]]
    return Timed(contest.name, contender, size, seconds, _peak_mb(), check)


def _timed(ask: Ask) -> tuple[float, float]:
    """What share of the processors' time others had during one run, and the seconds that it took."""
    import psutil

    start, machine, own = time.perf_counter(), _busy(), _own_seconds()
    ask()
    took = time.perf_counter() - start
    others = (_busy() - machine) - (_own_seconds() - own)
    return round(max(others, 0.0) / (took * psutil.cpu_count()), 2), round(took, 4)


def _busy() -> float:
    """Processor seconds used on this machine since it started."""
    import psutil

    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0))


def _own_seconds() -> float:
    """Processor seconds of this process, of its ended children, and of those that run."""
    import psutil

    own = psutil.Process()
    living = [each.cpu_times() for each in own.children(recursive=True)]
    return float(sum(own.cpu_times()[:4]) + sum(times.user + times.system for times in living))


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

"""How many events a second does one `dangol web` process put on disk before it answers? The client is on the same cores.

python -m benchmarks.ingest [--seconds 8] [--rounds 3] [--dry]

Every contender is driven by the same wrk script in turn, round after round:

- Dangol: the web server as a user starts it, SQLite, every batch forced to disk before its answer;
- no work: uvicorn with an application that neither reads nor writes: the limit of HTTP in Python on this machine;
- disk: the same rows committed by one thread in groups of as many requests, without HTTP: the limit of the disk.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
KEPT = HERE / "ingest.json"
CONNECTIONS = {1: 256, 100: 32}
"""Events a request, and how many connections send them."""
TARGETS = {1: 20_000, 100: 200_000}
EVENT = b'{"messageId":"mark-%d","type":"track","userId":"user-%d","event":"Product Viewed","timestamp":"2026-01-01T09:00:00.123Z","context":{"library":{"name":"analytics-node","version":"3.1.0"}},"properties":{"product_id":"p-1","price":19900,"currency":"KRW"}}'
NO_WORK = """
import sys, uvicorn
START = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json"), (b"content-length", b"17")]}
BODY = {"type": "http.response.body", "body": b'{"success": true}'}
async def app(scope, receive, send):
    await receive()
    await send(START)
    await send(BODY)
uvicorn.run(app, port=int(sys.argv[1]), http="httptools", loop="uvloop", lifespan="off", ws="none", access_log=False, log_level="error")
"""
MAKE_SOURCE = """
from dangol.cli.platform import ready; ready(log_level="error")
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.log.actions import make_source
print(make_source(SYSTEM, "Benchmark", "server").write_key)
"""
Round = dict[str, float]


def main() -> None:
    """Run the rounds, print each, and keep the result."""
    parser = argparse.ArgumentParser(prog="benchmarks.ingest")
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dry", action="store_true", help="print, and leave the committed results alone")
    options = parser.parse_args()
    found: dict[str, dict[str, list[Round]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        key = _made(data)
        for size in CONNECTIONS:
            found[str(size)] = {"Dangol": [], "no work": [], "disk": []}
            for _ in range(options.rounds):
                _round(found[str(size)], size, data, key, options.seconds)
    if not options.dry:
        KEPT.write_text(json.dumps(found, indent=1) + "\n")
        _put_into(HERE / "RESULTS.md")


def _round(found: dict[str, list[Round]], size: int, data: Path, key: str, seconds: int) -> None:
    with _dangol(data) as (port, process):
        before = _durable(data)
        calm = _calm(lambda: found["Dangol"].append(_driven(port, size, key, seconds)))
        told = found["Dangol"][-1]
        arrived = _durable(data) - before
        assert arrived >= told["events"], "acknowledged, but not on disk"
        told |= {"others": calm, "peak_mb": _peak_mb(process.pid)}
    with _no_work() as port:
        calm = _calm(lambda: found["no work"].append(_driven(port, size, key, seconds)))
        found["no work"][-1]["others"] = calm
    found["disk"].append(_committed(data, size, CONNECTIONS[size], seconds / 2))
    for name, rounds in found.items():
        print(size, name, rounds[-1], flush=True)


def _driven(port: int, size: int, key: str, seconds: int) -> Round:
    """One run of wrk."""
    authorization = "Basic " + base64.b64encode(f"{key}:".encode()).decode()
    told = {"SIZE": str(size), "AUTH": authorization, "MARK": str(time.time_ns())}
    command = [
        "wrk",
        "-t1",
        "--timeout",
        "30s",
        f"-c{CONNECTIONS[size]}",
        f"-d{seconds}s",
        "-s",
        str(HERE / "ingest.lua"),
    ]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}/"],
        env=os.environ | told,
        capture_output=True,
        text=True,
        check=True,
    )
    result = next(line for line in done.stdout.splitlines() if line.startswith("RESULT"))
    requests, micros, wrong, p50, p99 = map(float, result.split()[1:])
    assert not wrong, f"{wrong} requests failed"
    a_second = requests * size / (micros / 1e6)
    return {"a_second": round(a_second), "events": requests * size, "p50_ms": p50, "p99_ms": p99}


def _committed(data: Path, size: int, at_once: int, seconds: float) -> Round:
    """Group commits of the same rows by one thread, `at_once` requests a commit."""
    database = sqlite3.connect(data / "disk.sqlite3", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=4000"):
        database.execute(f"pragma {pragma}")
    database.execute(
        "create table if not exists row (id integer primary key, source_id, received_at, body, event_count)"
    )
    count, begun = 0, time.perf_counter()
    while (took := time.perf_counter() - begun) < seconds:
        body = b"\n".join([EVENT % (count + n, n) for n in range(size * at_once)])
        database.execute(
            "insert into row (source_id, received_at, body, event_count) values (1, 0, ?, ?)",
            [body, size * at_once],
        )
        count += size * at_once
    database.close()
    return {"a_second": round(count / took), "events": count}


# Servers


def _made(data: Path) -> str:
    """Tables and a source; its key."""
    _run(data, "-m", "dangol", "migrate", "--quietly")
    return _run(data, "-c", MAKE_SOURCE).strip()


def _run(data: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], env=_told(data), capture_output=True, text=True, check=True
    )
    return done.stdout


def _told(data: Path) -> dict[str, str]:
    return os.environ | {"DANGOL_DATA": str(data), "DATABASE_URL": "", "DANGOL_LOG": "error"}


@contextmanager
def _dangol(data: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "dangol", "web", "--port", str(port)],
        env=_told(data),
        stdout=subprocess.DEVNULL,
    )
    with _ended(process):
        _wait_for(port)
        yield port, process


@contextmanager
def _no_work() -> Iterator[int]:
    port = _free_port()
    process = subprocess.Popen([sys.executable, "-c", NO_WORK, str(port)])
    with _ended(process):
        _wait_for(port)
        yield port


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server did not start")


def _durable(data: Path) -> int:
    """How many events are on disk."""
    database = sqlite3.connect(data / "dangol.sqlite3", timeout=60)
    (count,) = database.execute("select coalesce(sum(event_count), 0) from log_envelope").fetchone()
    database.close()
    return int(count)


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return round(
        int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024
    )


def _calm(run: Callable[[], Any]) -> float:
    """Which share of the processors' time was used by programs that have nothing to do with the run."""
    import psutil

    def own() -> float:
        mine = psutil.Process()
        living = [each.cpu_times() for each in mine.children(recursive=True)]
        return float(sum(mine.cpu_times()[:4]) + sum(times.user + times.system for times in living))

    def busy() -> float:
        times = psutil.cpu_times()
        return float(sum(times) - times.idle - getattr(times, "iowait", 0.0))

    begun, machine, ours = time.perf_counter(), busy(), own()
    run()
    took = time.perf_counter() - begun
    return round(max(busy() - machine - (own() - ours), 0.0) / (took * psutil.cpu_count()), 2)


# The page


def page() -> list[str]:
    """The lines of RESULTS.md about ingest; none before the first run."""
    if not KEPT.exists():
        return []
    found: dict[str, dict[str, list[Round]]] = json.loads(KEPT.read_text())
    lines = ["", "## ingest", "", "Events a second through one `dangol web` on SQLite, each on disk before its answer; wrk on the same cores.",
             "*no work* is uvicorn with an application that does nothing, *disk* the same rows committed without HTTP.",
             "Written by `python -m benchmarks.ingest`; medians of the rounds."]  # fmt: skip
    for size, contenders in found.items():
        lines += ["", f"### {size} a request", "", f"Target: {TARGETS[int(size)]:,} a second.", "",
                  "| | events a second | from, to | share of no work | p50, p99 ms | peak MB | others' share of the processors |",
                  "|---|---|---|---|---|---|---|"]  # fmt: skip
        limit = median(each["a_second"] for each in contenders["no work"])
        lines += [_line(name, rounds, limit) for name, rounds in contenders.items()]
    return lines


def _put_into(results: Path) -> None:
    """Write this part of the page anew and leave the others."""
    before, _, rest = results.read_text().partition("\n## ingest\n")
    _, mark, after = rest.partition("\n## ")
    results.write_text("\n".join([before.rstrip("\n"), *page()]) + "\n" + mark + after)


def _line(name: str, rounds: list[Round], limit: float) -> str:
    speeds = [each["a_second"] for each in rounds]
    middle = sorted(rounds, key=lambda each: each["a_second"])[len(rounds) // 2]
    waits = f"{middle['p50_ms']:.1f}, {middle['p99_ms']:.1f}" if "p50_ms" in middle else ""
    peak = f"{middle['peak_mb']:.0f}" if "peak_mb" in middle else ""
    others = f"{max(each['others'] for each in rounds):.0%}" if "others" in middle else ""
    return (
        f"| {name} | {median(speeds):,.0f} | {min(speeds):,.0f} to {max(speeds):,.0f} | {median(speeds) / limit:.2f} "
        f"| {waits} | {peak} | {others} |"
    )


if __name__ == "__main__":
    main()

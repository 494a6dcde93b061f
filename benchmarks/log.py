"""How quick is the way from an envelope to an answer? Each figure beside the plain reading or writing of the same rows.

python -m benchmarks.log [--events 200000] [--seconds 20] [--rate 20000] [--lake FOLDER_OF_EVENTS] [--dry]

- sequencer: envelopes to numbered rows in segments; beside it, DuckDB reading the same JSON and writing the columns;
- sealer: segments to the lake; beside it, DuckDB sorting the same rows into one Parquet file;
- bring in: typed rows from Parquet to segments; beside it, DuckDB copying them;
- visible: from the commit of a message to a world that counts it, while `--rate` events a second arrive;
- opening: a world over `--lake`, typed events as Parquet, registered as they are.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

KEPT = Path(__file__).parent / "log.json"
NAMES = ("Product Viewed", "Product Added", "Signed In", "Order Completed")


def main() -> None:
    """Run everything, print it, and keep the result."""
    parser = argparse.ArgumentParser(prog="benchmarks.log")
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=int, default=20_000)
    parser.add_argument("--lake", type=Path)
    parser.add_argument("--dry", action="store_true", help="print, and leave the committed results alone")
    options = parser.parse_args()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        ready_in(Path(folder))
        found |= _moving(options.events)
        found["visible"] = _visible(options.seconds, options.rate)
        if options.lake:
            found["opening"] = _opening(options.lake)
    print(json.dumps(found, indent=1))
    if not options.dry:
        KEPT.write_text(json.dumps(found, indent=1) + "\n")


def ready_in(folder: Path) -> None:
    """A platform in an empty folder, for this process."""
    os.environ["DANGOL_DATA"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, "-m", "dangol", "migrate", "--quietly"], check=True)
    from dangol.cli.platform import ready

    ready(log_level="error")


def _source() -> int:
    from dangol.platform.log.models import Source

    return Source.objects.get_or_create(name="benchmark", kind="server", defaults={"write_key": "b"})[0].pk


def _lines(start: int, count: int) -> list[bytes]:
    moment = time.time()
    return [
        json.dumps(
            {
                "messageId": f"b-{n}", "type": "track", "userId": f"u{n * 7919 % 20_000}", "event": NAMES[n % 4],
                "timestamp": _iso(moment - n % 60),
                "properties": {"order_id": f"o-{n}", "total": n % 100, "currency": "KRW", "plan": "pro"},
                "context": {"library": {"name": "analytics-python", "version": "2.3"}},
            }
        ).encode()
        for n in range(start, start + count)
    ]  # fmt: skip


def _iso(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _put(lines: list[bytes], size: int = 500) -> None:
    from dangol.platform.log.models import Envelope

    now = int(time.time() * 1e6)
    Envelope.objects.bulk_create(
        Envelope(source_id=_source(), received_at=now, body=b"\n".join(part), event_count=len(part))
        for part in (lines[at : at + size] for at in range(0, len(lines), size))
    )


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _all(step: Callable[[], bool]) -> Callable[[], None]:
    def done() -> None:
        while step():
            pass

    return done


def _moving(events: int) -> dict[str, Any]:
    from dangol.platform.log import sealer, sequencer
    from dangol.platform.log.actions import bring_in
    from dangol.platform.log.models import Segment
    from dangol.platform.log.segments import rows_sql

    lines = _lines(0, events)
    _put(lines)
    numbered = _timed(_all(sequencer.sequence_once))
    plain = _timed(lambda: _plainly_decoded(lines))
    rows = rows_sql(list(Segment.objects.all()))
    sorted_ = _timed(lambda: _copied(f"select * from ({rows}) order by person_id, occurred_at"))
    sealed = _timed(_all(lambda: sealer.seal_once(is_forced=True)))
    typed = _typed(events)
    copied = _timed(lambda: _copied(f"select * from read_parquet('{typed}')"))
    brought = _timed(lambda: bring_in("events", typed, _source()))
    return {
        "sequencer": _told(events, numbered, plain),
        "sealer": _told(events, sealed, sorted_),
        "bring in": _told(events, brought, copied),
    }


def _told(events: int, ours: float, plain: float) -> dict[str, float]:
    return {"events a second": round(events / ours), "times the plain way": round(ours / plain, 1)}


def _plainly_decoded(lines: list[bytes]) -> None:
    from dangol.platform.log.duck import working_engine

    duck = working_engine()
    duck.connection.register(
        "plain_lines", {"line": np.array([each.decode() for each in lines], dtype=object)}
    )
    fields = ", ".join(f"'$.{name}'" for name in ("messageId", "type", "userId", "event", "timestamp"))
    _copied(f"select json_extract_string(line, [{fields}]) as told, line from plain_lines")
    duck.connection.unregister("plain_lines")


def _copied(sql: str) -> None:
    from dangol.platform.log.duck import working_engine

    with tempfile.TemporaryDirectory() as folder:
        working_engine().execute(
            f"copy ({sql}) to '{folder}/rows.parquet' (format parquet, compression zstd)"
        )


def _typed(events: int) -> Path:
    from dangol.platform.log.duck import working_engine

    path = Path(os.environ["DANGOL_DATA"]) / "typed.parquet"
    working_engine().execute(
        f"copy (select 'p' || (n * 7919 % 20000) as person_id, 'Product Viewed' as name, "
        f"timestamp '2026-01-01' + interval 1 second * n as occurred_at, '{{\"n\":' || n || '}}' as properties "
        f"from range({events}) t(n)) to '{path}' (format parquet)"
    )
    return path


def _visible(seconds: float, rate: int) -> dict[str, float]:
    """A worker of its own moves the log; this process sends, marks, and looks."""
    worker = subprocess.Popen([sys.executable, "-m", "dangol", "worker"])
    try:
        _wait_for_the_worker()
        waits, sent = _looked(seconds, rate)
    finally:
        worker.terminate()
        worker.wait()
    low, high = np.percentile(waits, [50, 99])
    return {
        "p50 s": round(float(low), 2),
        "p99 s": round(float(high), 2),
        "events a second": round(sent / seconds),
    }


def _wait_for_the_worker(patience: float = 60.0) -> None:
    """Until it numbers what comes: how long a process takes to start is not how long an event takes."""
    from dangol.platform.log.models import Envelope

    _put(_lines(9_000_000, 1))
    until = time.perf_counter() + patience
    while Envelope.objects.exists() and time.perf_counter() < until:
        time.sleep(0.05)


def _looked(seconds: float, rate: int) -> tuple[list[float], int]:
    from dangol.platform.log.queries import opened

    waits: list[float] = []
    marks: dict[str, float] = {}
    sent, start = 10_000_000, time.perf_counter()
    while (passed := time.perf_counter() - start) < seconds or marks:
        if passed < seconds:
            count = max(0, min(20_000, round(passed * rate) - (sent - 10_000_000)))
            mark = f"Mark {sent}"
            line = {
                "messageId": mark,
                "type": "track",
                "userId": "marker",
                "event": mark,
                "timestamp": _iso(time.time()),
            }
            _put([*_lines(sent, count), json.dumps(line).encode()])
            marks[mark] = time.perf_counter()
            sent += count
        world = opened()
        names = {
            row[0]
            for row in world.engine.run("select distinct name from events where name like 'Mark %'").rows
        }
        world.close()
        waits.extend(
            time.perf_counter() - marks.pop(each) for each in [mark for mark in marks if mark in names]
        )
        if passed > seconds + 60:
            break
    return waits or [float("inf")], sent - 10_000_000


def _opening(events: Path) -> dict[str, float]:
    """The rows become a table of the lake as they are; then worlds are opened and asked."""
    from dangol.platform.log.queries import opened

    lay_events(events)
    times: dict[str, list[float]] = {"open": [], "active users": []}
    for _ in range(5):
        start = time.perf_counter()
        world = opened()
        times["open"].append(time.perf_counter() - start)
        times["active users"].append(_timed(partial(world.metric, "active_users")))
        rows = world.engine.run("select count(*) from events").rows[0][0]
        world.close()
    return {"events": rows} | {f"{name} s": round(float(np.median(each)), 3) for name, each in times.items()}


def lay(noun: str, files: Path) -> Any:
    """Typed rows of Parquet as a table of the lake, as they are; the engine, which has them as `given`."""
    from dangol.core.schema import NOUNS
    from dangol.platform.log import delta
    from dangol.platform.log.compaction import order_of
    from dangol.platform.log.duck import working_engine
    from dangol.platform.log.projections import columns_of

    duck, columns = working_engine(), columns_of(noun)
    source = f"read_parquet('{files}/**/*.parquet')"
    have = {row[0] for row in duck.execute(f"describe select * from {source}").fetchall()}
    values = ", ".join(
        f"{name if name in have else 'null'}::{dtype} as {name}" for name, dtype in columns.items()
    )
    month = f"strftime({NOUNS[noun].happened}, '%Y-%m') as month"
    duck.define("given", f"select {values}, {month} from {source}")
    delta.commit(noun, columns, delta.write_months(duck, noun, "given", columns, order_of(noun)))
    return duck


def lay_events(files: Path) -> None:
    """Typed events as the lake's tables of events and of days."""
    from dangol.platform.log import days, delta

    duck = lay("events", files)
    piece = (
        "select person_id, occurred_on as active_on, null::varchar as currency, 1::bigint as event_count, "
        "0::bigint as order_count, amount as event_amount, null::decimal(18,4) as order_amount from given"
    )
    rows = f"select *, strftime(active_on, '%Y-%m') as month from ({days.summed(piece)})"
    duck.execute(f"create or replace table days_piece as {rows}")
    change = delta.write_months(duck, days.TABLE, "days_piece", days.COLUMNS, days.ORDER)
    delta.commit(days.TABLE, days.COLUMNS, change)
    duck.execute("drop table days_piece")


if __name__ == "__main__":
    main()

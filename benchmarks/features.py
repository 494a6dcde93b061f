"""How long does it take to know everything of everybody on a day? Beside only reading, and beside a column a count.

python -m benchmarks.features [--sizes 10M,100M] [--folder build/bench] [--runs 3] [--only NAME] [--dry]

- ours: `world.features()`, each event read once into packed counters; columns handed to NumPy;
- reading: the same columns of the same events, read and summed, nothing else;
- wide: one filtered aggregate for each window, name and distinct count, as such tables are usually written.

Each runs in a process of its own with two threads and the same limit of memory for the engine.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import dangol
from benchmarks.contest import Ask, Contest, Timed, as_json, time_here
from benchmarks.data import prepared
from dangol.core.engine.duck import DuckDB
from dangol.core.engine.world import World
from dangol.core.features.usage import WINDOWS

AS_OF = date(2026, 1, 1)
KEPT = Path(__file__).parent / "features.json"
MEMORY = "1500MB"
TARGET_SECONDS, TARGET_MB = 20, 3_000
HOUR = 3600


def opened(folder: Path) -> World:
    """People, events and subscriptions of the simulated year, read where they lie."""
    places = [folder / noun for noun in ("people", "events", "subscriptions")]
    return dangol.world(places, as_of=AS_OF, engine=DuckDB(memory=MEMORY, threads=2))


def ours(folder: Path) -> Ask:
    """The product."""
    world = opened(folder)

    def ask() -> Any:
        matrix = world.features()
        return [len(matrix), len(matrix.names), int(matrix.column("usage_event_count_90d").sum())]

    return ask


def reading(folder: Path) -> Ask:
    """The limit: the three columns of every event, read and added up."""
    world = opened(folder)
    sql = "select sum(person_id), sum(epoch(occurred_on)), sum(ord(name)) from events"
    return lambda: [str(value) for value in world.engine.run(sql).rows[0]]


def wide(folder: Path) -> Ask:
    """A column a count, over the same rows and names; without the features that are not of events."""
    world = opened(folder)
    names = [row[0] for row in world.engine.run("select distinct name from events order by 1").rows]
    age = f"(date '{AS_OF}' - occurred_on)"
    columns = [f"max({age})", f"min({age})", f"count(*) filter ({age} <= 90)"]
    columns += [f"count(*) filter ({age} <= {days})" for days in WINDOWS]
    columns += [f"count(distinct occurred_on) filter ({age} <= {days})" for days in WINDOWS]
    columns += [f"count(distinct name) filter ({age} <= {days})" for days in (28, 90)]
    for name in names:
        columns += [f"count(*) filter (name = '{name}' and {age} <= {days})" for days in (28, 90)]
    values = ", ".join(f"{sql} as c{place}" for place, sql in enumerate(columns))
    sql = f"select person_id, {values} from events group by person_id"

    def ask() -> Any:
        found = world.engine.columns(sql)
        return [len(found["person_id"]), len(columns), int(found["c2"].sum())]

    return ask


CONTEST = Contest(
    "features",
    "What was known of each customer on the morning of a day, over a year of events.",
    {"ours": ours, "reading": reading, "wide": wide},
    limit="reading",
    target_seconds=TARGET_SECONDS,
    runs=3,
)


def main() -> None:
    """Run each contender by itself, print what each took, and keep it."""
    parser = argparse.ArgumentParser(prog="benchmarks.features")
    parser.add_argument("--sizes", default="10M,100M")
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent.parent / "build" / "bench")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=sorted(CONTEST.contenders))
    parser.add_argument("--dry", action="store_true", help="print, and leave the committed results alone")
    parser.add_argument("--here", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        print(as_json(time_here(_contest(options.runs), options.only, Path(options.here), options.sizes)))
        return
    found = {size: _contested(size, options) for size in options.sizes.split(",")}
    print(json.dumps(found, indent=1))
    if not options.dry:
        KEPT.write_text(json.dumps(found, indent=1) + "\n")


def _contest(runs: int) -> Contest:
    return Contest(CONTEST.name, CONTEST.question, CONTEST.contenders, CONTEST.limit, TARGET_SECONDS, runs)


def _contested(size: str, options: argparse.Namespace) -> dict[str, Any]:
    folder = prepared("events", size, options.folder)
    chosen = [options.only] if options.only else list(CONTEST.contenders)
    timed = {name: _apart(name, folder, size, options.runs) for name in chosen}
    for name, each in timed.items():
        print(f"{size} {name}: {each.typical:.2f} s, {each.peak_mb:,.0f} MB, {each.check}", flush=True)
    ratios = (
        {
            "times reading": round(timed["ours"].typical / timed["reading"].typical, 1),
            "wide times ours": round(timed["wide"].typical / timed["ours"].typical, 1),
        }
        if not options.only
        else {}
    )
    seconds = {
        name: {"seconds": round(each.typical, 2), "MB": each.peak_mb, "check": each.check}
        for name, each in timed.items()
    }
    return {**seconds, **ratios, "target seconds": TARGET_SECONDS, "target MB": TARGET_MB}


def _apart(name: str, folder: Path, size: str, runs: int) -> Timed:
    command = [sys.executable, "-m", "benchmarks.features", "--only", name, "--here", str(folder),
               "--sizes", size, "--runs", str(runs)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=HOUR, check=True)
    return Timed(**json.loads(done.stdout.strip().splitlines()[-1]))


if __name__ == "__main__":
    main()

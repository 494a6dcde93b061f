"""How do all the contests end? Runs them on 10 M and 100 M events and writes RESULTS.md and results.json.

python -m benchmarks.run [--only NAME] [--sizes 10M,100M] [--folder build/bench] [--dry]
"""

from __future__ import annotations

import argparse
import json
import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from benchmarks import ingest
from benchmarks.contest import Contest, Timed, time_apart
from benchmarks.data import SIZES, prepared
from benchmarks.questions import CONTESTS

HERE = Path(__file__).parent
Results = dict[str, dict[str, dict[str, Timed | str]]]


def main() -> None:
    """Run what was asked for and print each row as it comes."""
    parser = argparse.ArgumentParser(prog="benchmarks.run")
    parser.add_argument("--only", choices=sorted(CONTESTS))
    parser.add_argument("--sizes", default=",".join(SIZES))
    parser.add_argument("--folder", type=Path, default=HERE.parent / "build" / "bench")
    parser.add_argument("--dry", action="store_true", help="print, and leave the committed results alone")
    options = parser.parse_args()
    chosen = [CONTESTS[options.only]] if options.only else list(CONTESTS.values())
    earlier = HERE / "results.json"
    results = _read(earlier) if options.only and earlier.exists() else {}
    for contest in chosen:
        results[contest.name] = {
            size: _run(contest, size, options.folder) for size in _sizes(contest, options.sizes.split(","))
        }
    if not options.dry:
        _write({name: results[name] for name in CONTESTS if name in results})


def _write(results: Results) -> None:
    (HERE / "RESULTS.md").write_text(_page(results))
    plain = {
        contest: {size: {name: _plain(each) for name, each in rows.items()} for size, rows in sizes.items()}
        for contest, sizes in results.items()
    }
    (HERE / "results.json").write_text(json.dumps(plain, indent=1) + "\n")


def _read(path: Path) -> Results:
    """What earlier runs of the other contests gave."""
    plain = json.loads(path.read_text())
    return {
        contest: {
            size: {name: each if isinstance(each, str) else Timed(**each) for name, each in rows.items()}
            for size, rows in sizes.items()
        }
        for contest, sizes in plain.items()
    }


def _sizes(contest: Contest, asked: list[str]) -> list[str]:
    return [size for size in contest.sizes if size in asked or size not in SIZES]


def _run(contest: Contest, size: str, folder: Path) -> dict[str, Timed | str]:
    print(f"\n## {contest.name} on {size}: {contest.question}", flush=True)
    place = prepared(contest.data, size, folder)
    rows: dict[str, Timed | str] = {}
    for contender in contest.contenders:
        if size in contest.skipped.get(contender, ()):
            continue
        rows[contender] = time_apart(contest, contender, place, size)
        print(_line(contest, contender, rows), flush=True)
    _compare_answers(contest, rows)
    return rows


def _compare_answers(contest: Contest, rows: dict[str, Timed | str]) -> None:
    answers = {name: rows[name].check for name in contest.same if isinstance(rows.get(name), Timed)}  # type: ignore[union-attr]
    if len({json.dumps(answer, default=str) for answer in answers.values()}) > 1:
        raise SystemExit(f"{contest.name}: the contenders disagree, so their times mean nothing: {answers}")


def _line(contest: Contest, contender: str, rows: dict[str, Timed | str]) -> str:
    timed = rows[contender]
    if isinstance(timed, str):
        return f"| {contender} | failed: {timed} | | | | |"
    ours = rows.get(next(iter(contest.contenders)))
    ratio = f"{timed.typical / ours.typical:.1f}" if isinstance(ours, Timed) else ""
    limit = rows.get(contest.limit or "")
    reads = f"{timed.typical / limit.typical:.1f}" if isinstance(limit, Timed) else ""
    spread = f"{min(timed.seconds):.3f} to {max(timed.seconds):.3f}"
    return f"| {contender} | {timed.typical:.3f} | {spread} | {ratio} | {reads} | {timed.peak_mb:,.0f} |"


def _page(results: Results) -> str:
    lines = [
        "# Results of `make bench`",
        "",
        "Written by `python -m benchmarks.run`; the ratios of a table are of one run on one machine.",
        "",
        _machine(),
        "",
        "The events are those of a simulated business of steady size: of one million customers in a year, 70 % join in",
        "the first month and the others replace those who leave, so that the last 30 days hold a tenth of the events.",
        "",
        "Median seconds after a warm-up, each contender in a process of its own; runs during which other programs were",
        "busy are asked again, and the calmest count. *times ours* divides by the first",
        "row; *times reading* by the time to read the needed columns once; peak memory is that of the whole process.",
    ]
    for name, sizes in results.items():
        contest = CONTESTS[name]
        for size, rows in sizes.items():
            lines += ["", f"## {name}, {size}", "", contest.question + _target(contest, size), ""]
            lines += [
                "| | seconds | from, to | times ours | times reading | peak MB |",
                "|---|---|---|---|---|---|",
            ]
            # The limit is measured last and divides every row, so the rows are written once all are known.
            lines += [_line(contest, contender, rows) for contender in rows]
    return "\n".join([*lines, "", *_growth(results), *ingest.page(), ""])


def _target(contest: Contest, size: str) -> str:
    wanted = contest.target_seconds if size == contest.sizes[-1] else None
    return f" Target: {wanted} s." if wanted else ""


def _growth(results: Results) -> list[str]:
    lines = ["## Growth from 10 M to 100 M events", "", "| | 10 M | 100 M | times |", "|---|---|---|---|"]
    for name, sizes in results.items():
        ours = next(iter(CONTESTS[name].contenders))
        small, large = sizes.get("10M", {}).get(ours), sizes.get("100M", {}).get(ours)
        if isinstance(small, Timed) and isinstance(large, Timed):
            times = large.typical / small.typical
            lines.append(f"| {name} | {small.typical:.3f} | {large.typical:.3f} | {times:.1f} |")
    return lines


def _machine() -> str:
    import psutil

    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    memory = psutil.virtual_memory().total / 2**30
    tools = ", ".join(
        f"{name} {version(name)}" for name in ("duckdb", "ibis-framework", "pyspark", "chdb", "pandas")
    )
    return f"Machine: {psutil.cpu_count()} cores of {model}, {memory:.0f} GiB, Python {platform.python_version()}; {tools}."


def _plain(timed: Timed | str) -> object:
    return timed if isinstance(timed, str) else asdict(timed)


if __name__ == "__main__":
    main()

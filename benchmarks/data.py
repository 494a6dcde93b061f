"""Which data do the contests run on? Simulated customers, written once and kept; no real person is in it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from dangol.core.engine.duck import DuckDB, quoted
from dangol.core.simulate import Business, simulate

SIZES = {"10M": 10_000_000, "100M": 100_000_000}
CUSTOMERS = 1_000_000
SUBSCRIBERS = 558_000
"""So many customers of a growing business have one million subscription rows in a year."""


def prepared(data: str, size: str, folder: Path) -> Path:
    """The folder of the data of a contest, simulated when it is not there yet.

    `data` is `events` (sizes of `SIZES`), `by_day` (the largest of them again, a file a day as a log writes
    it), `subscriptions`, or `none` for contests that bring their own.
    """
    place = folder / size
    if data == "none" or (folder / f"{size}.done").exists():
        return place
    if data == "by_day":
        _write_by_day(prepared("events", "100M", folder), place)
        (folder / f"{size}.done").touch()
        return place
    business = (
        Business.benchmark(customers=CUSTOMERS, events=SIZES[size])
        if data == "events"
        else replace(Business.benchmark(customers=SUBSCRIBERS, events=SUBSCRIBERS), launch_share=0.0)
    )
    print(f"simulating {business.customers:,} customers and {business.total_events:,} events", flush=True)
    simulate(business, place)
    (folder / f"{size}.done").touch()
    return place


def _write_by_day(source: Path, place: Path) -> None:
    """The events of a lake in files of a day each, in the order of their moments."""
    print(f"writing the events of {source.name} by day", flush=True)
    duck = DuckDB(memory="6GB")
    shutil.copytree(source / "people", place / "people")
    for month in sorted(path.name for path in (source / "events").iterdir()):
        rows = (
            f"select * from read_parquet({quoted(f'{source}/events/{month}/*.parquet')}) order by occurred_at"
        )
        target = place / "events" / month
        target.mkdir(parents=True)
        duck.execute(
            f"copy ({rows}) to {quoted(str(target))} (format parquet, compression zstd, "
            "partition_by (occurred_on), write_partition_columns true, overwrite_or_ignore true)"
        )
    duck.close()

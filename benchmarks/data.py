"""Which data do the contests run on? Simulated customers, written once and kept; no real person is in it."""

from __future__ import annotations

from pathlib import Path

from dangol.core.simulate import Business, simulate

SIZES = {"10M": 10_000_000, "100M": 100_000_000}
CUSTOMERS = 1_000_000


def prepared(data: str, size: str, folder: Path) -> Path:
    """The folder of the data of a contest, simulated when it is not there yet.

    `data` is `events` (sizes of `SIZES`) or `none` for contests that bring their own.
    """
    place = folder / size
    if data == "none" or (place / "done").exists():
        return place
    place.mkdir(parents=True, exist_ok=True)
    print(f"simulating {size} events of {CUSTOMERS:,} customers", flush=True)
    simulate(Business.benchmark(customers=CUSTOMERS, events=SIZES[size]), place)
    (place / "done").touch()
    return place

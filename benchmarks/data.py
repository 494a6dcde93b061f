"""Which data do the contests run on? Simulated customers, written once and kept; no real person is in it."""

from __future__ import annotations

from pathlib import Path

from dangol.core.simulate import Business, simulate

SIZES = {"10M": 10_000_000, "100M": 100_000_000}
CUSTOMERS = 1_000_000
SUBSCRIBERS = 558_000
"""So many customers of the simulated business have one million subscription rows in a year."""


def prepared(data: str, size: str, folder: Path) -> Path:
    """The folder of the data of a contest, simulated when it is not there yet.

    `data` is `events` (sizes of `SIZES`), `subscriptions`, or `none` for contests that bring their own.
    """
    place = folder / size
    if data == "none" or (folder / f"{size}.done").exists():
        return place
    business = (
        Business.benchmark(customers=CUSTOMERS, events=SIZES[size])
        if data == "events"
        else Business.benchmark(customers=SUBSCRIBERS, events=SUBSCRIBERS)
    )
    print(f"simulating {business.customers:,} customers and {business.total_events:,} events", flush=True)
    simulate(business, place)
    (folder / f"{size}.done").touch()
    return place

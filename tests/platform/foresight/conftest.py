"""What do the tests of foresight share? A small shop with a past, and scores written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from dangol.platform.foresight.models import Run, Score
from dangol.platform.kernel.access.models import Unit
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.kernel.actions import set_up_business
from dangol.platform.kernel.chores import every_chore
from dangol.platform.log.actions import accept
from dangol.platform.people.models import Person
from tests_support.brought import settle
from tests_support.logged import source

FIRST = date(2025, 1, 1)
DAYS = 424
"""Up to the day before the clock of the tests."""


def orders_of(customers: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Customers who buy every week or two, half of whom stop on some day."""
    rng = np.random.default_rng(seed)
    for who in range(customers):
        day, end = float(rng.uniform(0, 150)), DAYS
        if rng.uniform() < 0.5:
            end = int(rng.uniform(day + 60, DAYS + 60))
        gap, amount = float(rng.uniform(5, 14)), int(rng.integers(8, 40)) * 1_000
        while day < min(end, DAYS):
            moment = datetime(FIRST.year, 1, 1, 3, tzinfo=UTC) + timedelta(days=day)
            told = {
                "order_id": f"{who}-{day:.2f}",
                "total": amount + 100 * int(rng.integers(0, 30)),
                "currency": "KRW",
            }
            yield {
                "type": "track", "event": "Order Completed", "userId": f"c{who:04}", "timestamp": moment.isoformat(),
                "messageId": f"{who}-{day:.3f}", "properties": told,
            }  # fmt: skip
            day += float(rng.exponential(gap)) + 1.0


@pytest.fixture
def shop(clock: Any, db: None) -> Callable[..., None]:
    """`shop(300)`: the orders of so many customers over fourteen months are in the log."""

    def opened(customers: int) -> None:
        every_chore()  # whatever reacts to the log
        told = {"kind": "shop", "time_zone": "Asia/Seoul", "currency": "KRW", "inactivity_days": 60}
        set_up_business(SYSTEM, name="Shop", language="en", **told)
        accept([{"type": "identify", "userId": f"c{who:04}", "traits": {"name": f"C{who}"}} for who in range(customers)], source("import"))  # fmt: skip
        accept(list(orders_of(customers)), source("import"), is_live=False)
        settle()

    return opened


@pytest.fixture
def entry(clock: Any, db: None) -> Callable[..., int]:
    """`entry("ann", 0.6, "high", worth=1000, unit=north)`: somebody with a score, written by hand; their number."""
    run = Run.objects.create(
        job="score", began_at=clock.now(), ended_at=clock.now(), as_of=date(2026, 3, 3), told={}
    )
    numbers = iter(range(1, 1_000))

    def made(
        name: str, value: float | None, band: str, *, worth: float | None = None, unit: Unit | None = None
    ) -> int:
        rank = {"low": 1, "medium": 2, "high": 3}[band]
        said = {"en": f"{name} fell silent", "ko": f"{name} 조용함"}
        reason = {
            "family": "usage", "feature": "silent_days", "said": said, "contribution": 1.0, "own_value": 40.0,
            "peers_median": 7.0,
        }  # fmt: skip
        person = Person.objects.create(
            id=next(numbers), external_id=name, name=name.title(), is_known=True, is_verified=True, unit=unit,
            first_seen_at=clock.now(), last_seen_at=clock.now(),
        )  # fmt: skip
        stake = None if value is None or worth is None else value * worth
        Score.objects.create(
            person_id=person.pk, value=value, band=band, band_rank=rank, reasons=[reason], worth=worth, worth_low=worth,
            worth_high=worth, at_stake=stake, spread=None if stake is None else value * (1 - value) * worth**2,
            run_id=run.pk, as_of=date(2026, 3, 3), scored_at=clock.now(), told_band=band,
        )  # fmt: skip
        return person.pk

    return made

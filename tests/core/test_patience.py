"""Is somebody gone after as many silent days as the policy for customers like them says? [I-38]"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

import dangol
from dangol.core.errors import DangolError
from dangol.core.rollups.patience import Silence

FIRST, AS_OF = date(2025, 1, 1), date(2025, 3, 20)
ORDERS = [
    {"person_id": who, "ordered_on": FIRST + timedelta(days=7 * n), "amount": 10}
    for who in ("Ann", "Bob", "Cat")
    for n in range(8)
]
PEOPLE = [{"person_id": "Ann", "plan": "weekly"}, {"person_id": "Bob", "plan": "monthly"}]


def customers(engine: Any, *policies: Silence) -> set[str]:
    """Who is still a customer, 30 days after the last purchase of all."""
    settings = dangol.Settings(inactivity_days=30, inactivity_of=policies)
    world = dangol.world({"orders": ORDERS, "people": PEOPLE}, as_of=AS_OF, settings=settings, engine=engine)
    tenures = world.ask(world.tables()["tenures"])
    names = world.external_ids(row["person_id"] for row in tenures)
    return {names[row["person_id"]] for row in tenures if row["ended_on"] is None}


def test_a_policy_reclassifies_its_own_customers_only(engine: Any) -> None:
    assert customers(engine) == {"Ann", "Bob", "Cat"}
    assert customers(engine, Silence("plan", "weekly", 7)) == {"Bob", "Cat"}
    assert customers(engine, Silence("plan", "monthly", 7), Silence("plan", "weekly", 30)) == {"Ann", "Cat"}


def test_the_first_that_fits_counts() -> None:
    assert customers("duckdb", Silence("plan", "weekly", 60), Silence("plan", "weekly", 7)) == {
        "Ann", "Bob", "Cat",
    }  # fmt: skip


def test_the_data_suggests_a_short_silence_for_a_weekly_product() -> None:
    chance = np.random.default_rng(5)
    orders = [
        {"person_id": who, "ordered_on": FIRST + timedelta(days=int(day)), "amount": 10}
        for who in range(300)
        for day in np.cumsum(chance.poisson(7, size=4 if who % 2 else 30))
    ]
    (window,) = dangol.world({"orders": orders}, as_of=date(2025, 12, 1)).metric("inactivity_window")
    assert 10 <= window["suggested_days"] <= 21


@pytest.mark.parametrize(
    ("column", "value", "days"), [("shoe", "42", 7), ("plan", "", 7), ("plan", "pro", 0)]
)
def test_a_policy_that_cannot_be_is_a_sentence(column: str, value: str, days: int) -> None:
    with pytest.raises(DangolError):
        Silence(column, value, days)

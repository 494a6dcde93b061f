"""Do the real files load as what they are known to hold?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dangol.core.engine import World, world

pytestmark = pytest.mark.data


def _one(loaded: World, sql: str) -> Any:
    (row,) = loaded.engine.run(sql).rows
    return row


def test_the_first_retail_sheet(data: Path) -> None:
    loaded = world(data / "online_retail_v.parquet")
    assert loaded.loading.rows_read == 525_461
    assert loaded.loading.refused == {"no_id": 107_927}
    assert _one(loaded, "select count(distinct person_id) from orders") == (4_383,)


def test_the_second_retail_sheet(data: Path) -> None:
    loaded = world(data / "online_retail_b.parquet")
    assert loaded.loading.rows_read == 541_909
    assert loaded.loading.refused == {"no_id": 135_080}
    assert _one(loaded, "select count(distinct person_id) from orders") == (4_372,)
    december = "not is_return and ordered_on < date '2011-01-01'"
    assert _one(loaded, f"select count(distinct person_id) from orders where {december}") == (885,)


def test_both_sheets_overlap_and_count_once(data: Path) -> None:
    loaded = world([data / "online_retail_v.parquet", data / "online_retail_b.parquet"])
    assert loaded.loading.refused == {"no_id": 243_007, "duplicate_elsewhere": 14_803}
    assert loaded.loading.rows_read == loaded.loading.rows_kept + 243_007 + 14_803
    joined = world(data / "online_retail_ii_orders.parquet")
    assert joined.loading.rows_kept == 33_107
    spent = "select sum(amount) from orders where not is_return"
    assert _one(loaded, spent) == _one(joined, spent)
    days = "select count(distinct (person_id, ordered_on)) from orders where not is_return and amount > 0"
    assert _one(loaded, days) == (33_107,)


@pytest.mark.parametrize(
    ("name", "rows", "people"), [("CDNOW_master.txt", 69_659, 23_570), ("CDNOW_sample.txt", 6_919, 2_357)]
)
def test_cdnow(data: Path, name: str, rows: int, people: int) -> None:
    loaded = world(data / name)
    assert loaded.loading.rows_kept == loaded.loading.rows_read == rows
    assert _one(loaded, "select count(*), count(distinct person_id) from orders") == (rows, people)


def test_the_mrr_playbook(data: Path) -> None:
    loaded = world(data / "mrr_playbook_subscription_periods.csv")
    assert _one(loaded, "select count(*), count(distinct person_id) from subscriptions") == (121, 55)

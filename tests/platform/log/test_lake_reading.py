"""Can the lake be read without the platform? By `dangol.world(folder)`, by DuckDB, and by Spark as plain Parquet."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import dangol
from dangol.core.engine import Engine
from dangol.core.engine.delta import is_lake, lake_files
from dangol.platform.log.actions import merge_people
from dangol.platform.log.models import Identifier
from dangol.platform.log.queries import opened
from tests_support.logged import arrive, life, seal

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 15)
METRICS = ("repeat_purchase_rate", "net_dollar_retention", "customer_retention_rate", "nps")


@pytest.fixture
def sealed(clock: Any, lake: Path) -> Path:
    """The cast in the lake, two of them merged."""
    clock.move(days=120)
    rows = life()
    arrive(rows[:100])
    ann, bob = (Identifier.objects.get(value=who).person_id for who in ("ann", "bob"))
    merge_people(ann, bob, "same", "test")
    arrive(rows[100:])
    seal()
    return lake


def test_a_world_of_the_lake_answers_as_the_platform_does(sealed: Path) -> None:
    assert is_lake(sealed)
    settings = dangol.Settings(time_zone="Asia/Seoul")
    alone, whole = dangol.world(sealed, as_of=DAY, settings=settings), opened(DAY)
    for noun in sorted(whole.nouns - {"people"}):
        sql = f"select * from {noun} order by all"
        assert alone.engine.run(sql).rows == whole.engine.run(sql).rows, noun
    for metric in METRICS:
        assert alone.metric(metric).rows == whole.metric(metric).rows, metric


def test_without_a_day_it_is_the_day_after_the_last(sealed: Path) -> None:
    world = dangol.world(sealed)
    assert world.as_of > date(2026, 2, 20)
    assert len(world.engine.run("select * from people").rows) == 4


def test_a_lake_in_a_folder_with_a_korean_name(sealed: Path) -> None:
    moved = sealed.rename(sealed.parent / "단골 레이크 & 100%")
    assert len(dangol.world(moved, as_of=DAY).engine.run("select * from events").rows) > 300
    moved.rename(sealed)


@pytest.mark.spark
def test_spark_reads_the_same(sealed: Path, spark: Engine) -> None:
    settings = dangol.Settings(time_zone="Asia/Seoul")
    here, there = (
        dangol.world(sealed, as_of=DAY, engine=each, settings=settings) for each in ("duckdb", spark)
    )
    assert there.metric("customer_retention_rate").rows == here.metric("customer_retention_rate").rows
    sql = "select count(*) as n, count(distinct name) as names, max(occurred_at) as last from events"
    assert there.engine.run(sql).rows == here.engine.run(sql).rows
    assert set(lake_files(sealed)) == {each for each in here.nouns if each != "people"}

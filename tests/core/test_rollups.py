"""Do metrics give the same answer from stored rollups as from the raw rows?"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dangol.core.calendar import Grain
from dangol.core.engine import Settings, World, world
from dangol.core.errors import DataError, RequestError
from dangol.core.metrics import Metric, catalogue
from dangol.core.rollups.masks import first_bucket
from tests_support.cast import TABLES
from tests_support.compare import assert_same_rows

ON_ACTIVITY = [metric for metric in catalogue().values() if "activity" in metric.needs]
every = pytest.mark.parametrize("metric", ON_ACTIVITY, ids=lambda m: m.name)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(TABLES).write_rollups(tmp_path_factory.mktemp("rollups"))


@every
@pytest.mark.parametrize("kind", ["events", "orders"])
def test_every_metric_on_activity_reads_rollups_alike(
    metric: Metric, kind: str, cast: World, stored: World
) -> None:
    raw, rolled = cast.with_settings(activity=kind), stored.with_settings(activity=kind)
    assert_same_rows(raw.metric(metric.name), rolled.metric(metric.name))


def test_cohorts_come_from_the_masks_when_they_reach(cast: World, stored: World) -> None:
    for grain in ("week", "month"):
        answer = stored.metric("cohort_retention", grain=grain)
        assert "week_mask" in answer.sql or "month_mask" in answer.sql
        assert "person_day" not in answer.sql
        assert_same_rows(cast.metric("cohort_retention", grain=grain), answer)
    assert "person_day" in stored.metric("cohort_retention", grain="quarter").sql


def test_other_activity_than_the_stored_one_is_read_from_the_days(stored: World) -> None:
    other = "orders" if stored.activity_noun == "events" else "events"
    assert "mask" not in stored.with_settings(activity=other).metric("cohort_brackets").sql
    assert "person_state" not in stored.with_settings(activity=other).tables()


@pytest.mark.spark
def test_rollups_on_spark(spark: Any, cast: World, tmp_path: Path) -> None:
    rolled = world(TABLES, engine=spark).write_rollups(tmp_path)
    for name in ("cohort_retention", "cohort_revenue"):
        assert_same_rows(cast.metric(name), rolled.metric(name))


def test_rollups_of_another_day_are_refused(cast: World, tmp_path: Path) -> None:
    cast.write_rollups(tmp_path)
    with pytest.raises(DataError, match=f"as of {date(2025, 3, 1)}"):
        world(TABLES, as_of=date(2025, 3, 1)).with_rollups(tmp_path)
    (tmp_path / "rollups.json").write_text(json.dumps({}))
    with pytest.raises(DataError, match="write_rollups"):
        cast.with_rollups(tmp_path)
    with pytest.raises(RequestError, match="neither events nor orders"):
        world({"subscriptions": TABLES["subscriptions"]}).write_rollups(tmp_path)


def test_rollups_of_other_data_are_refused(cast: World, tmp_path: Path) -> None:
    cast.write_rollups(tmp_path)
    assert world(TABLES).with_rollups(tmp_path).stored is not None
    # Abe sorts before everybody, so that each number stands for somebody else in the larger data.
    abe = {**TABLES["orders"][0], "order_id": "A0", "person_id": "Abe"}
    more = world(TABLES | {"orders": [*TABLES["orders"], abe]}, as_of=cast.as_of)
    with pytest.raises(DataError, match="other data"):
        more.with_rollups(tmp_path)
    with pytest.raises(DataError, match="Asia/Seoul"):
        world(TABLES, as_of=cast.as_of, settings=Settings(time_zone="Asia/Seoul")).with_rollups(tmp_path)


@pytest.mark.parametrize("grain", [Grain.WEEK, Grain.MONTH])
def test_the_last_bit_of_a_mask_is_the_last_day_known(grain: Grain) -> None:
    for as_of in (date(2025, 3, 1), date(2025, 3, 3), date(2025, 3, 4), date(2025, 1, 1)):
        first = first_bucket(as_of, grain)
        last = (as_of - first).days if grain is Grain.WEEK else None
        if last is not None:
            assert (last - 1) // 7 == 61
            assert first.weekday() == 0
        else:
            day = date.fromordinal(as_of.toordinal() - 1)
            assert (day.year - first.year) * 12 + day.month - first.month == 61

"""Does every metric of the catalogue keep the promises of a metric? Being there is being tested."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dangol.core.engine import World, world
from dangol.core.metrics import Metric, catalogue
from dangol.core.schema import NOUNS
from tests_support.cast import TABLES
from tests_support.compare import assert_same_rows

METRICS = list(catalogue().values())
every_metric = pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
AS_OF = date(2025, 6, 1)


def _empty() -> World:
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in NOUNS if name != "people"}
    return world(tables, as_of=AS_OF)


@every_metric
def test_says_itself(metric: Metric) -> None:
    assert metric.title.en != metric.title.ko
    assert metric.says.ko != metric.says.en
    assert metric.seeds, "cite the items of the requirements that it realises"
    assert ">>>" in metric.doc, "the worked example is missing"
    assert metric.needs


@every_metric
def test_answers_on_the_cast(metric: Metric, cast: World) -> None:
    answer = cast.metric(metric.name)
    assert answer.columns == tuple(metric.returns)
    assert len(answer) > 0


@every_metric
def test_answers_on_nothing(metric: Metric) -> None:
    empty = _empty()
    answer = empty.metric(metric.name)
    for record in answer:
        rates = {n: v for n, v in record.items() if n.endswith("rate") or n.startswith(("mean", "median"))}
        assert all(value is None for value in rates.values()), f"unknown shown as a number: {record}"
    empty.close()


@pytest.mark.spark
@every_metric
def test_spark_gives_the_same_answer(metric: Metric, cast: World, spark_cast: World) -> None:
    assert_same_rows(cast.metric(metric.name), spark_cast.metric(metric.name))


@pytest.fixture(scope="module")
def spark_cast(spark_session: Any) -> World:
    from dangol.core.engine.spark import Spark

    return world(TABLES, engine=Spark(session=spark_session))

"""What do the tests share? A cast with names, worlds made of it, both engines, and the real data."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dangol.core.engine import Engine, World, world
from tests_support.cast import TABLES

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spark tests stay on one worker: one JVM is enough."""
    for item in items:
        if item.get_closest_marker("spark"):
            item.add_marker(pytest.mark.xdist_group("spark"))


@pytest.fixture(scope="session")
def spark_session() -> Iterator[Any]:
    """One Spark application for the whole run."""
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("Spark needs Java, and there is none on the path")
    from dangol.core.engine.spark import start

    # Hundreds of small queries: what a virtual machine compiles for speed would never be used.
    os.environ.setdefault(
        "PYSPARK_SUBMIT_ARGS",
        "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' "
        "--conf spark.sql.codegen.wholeStage=false pyspark-shell",
    )
    session = start("local[2]")
    yield session
    session.stop()


@pytest.fixture
def spark(spark_session: Any) -> Engine:
    """A Spark engine with view names of its own."""
    from dangol.core.engine.spark import Spark

    return Spark(session=spark_session)


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def engine(request: pytest.FixtureRequest) -> Any:
    """One test body, every engine: pass it to `world(engine=...)`."""
    return "duckdb" if request.param == "duckdb" else request.getfixturevalue("spark")


@pytest.fixture
def cast() -> World:
    """The cast's world on DuckDB: Ann (loyal), Bob (leaving), Cat (came back), Dan (unsubscribed), Eve."""
    return world(TABLES)


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real data sets; the test is skipped where it is missing."""
    if not DATA.is_dir():
        pytest.skip("the real data sets are not beside the project (../shared/data)")
    return DATA

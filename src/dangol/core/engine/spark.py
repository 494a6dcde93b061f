"""How does an expression run on a cluster? Spark SQL, by PySpark, local or on a master."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from dangol.core.engine.answer import Answer, plain
from dangol.core.errors import QueryError, RequestError
from dangol.core.language import Said

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_ASKED = Said("The engine spark was asked for.", "spark 엔진을 요청하셨습니다.")
_LOCAL = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
}
# Days and moments must mean the same as on DuckDB: no shift by the session's zone.
_ALWAYS = {"spark.sql.session.timeZone": "UTC", "spark.sql.timestampType": "TIMESTAMP_NTZ"}


class Spark:
    """A distributed engine. `master` as Spark writes it (local[2], spark://host:7077, yarn), or a session.

    Every instance has view names of its own, so that several worlds live side by side in one application.
    """

    name: ClassVar[str] = "spark"
    dialect: ClassVar[str] = "databricks"

    def __init__(self, master: str = "local[2]", *, session: SparkSession | None = None) -> None:
        self._owns_session = session is None
        self.session = (session or start(master)).newSession()
        for key, value in _ALWAYS.items():
            self.session.conf.set(key, value)

    def define(self, name: str, sql: str) -> None:
        """Make `name` a temporary view over a Spark SQL query."""
        self._guarded(f"create or replace temporary view `{name}` as {sql}")

    def read_parquet(self, name: str, path: str | Path) -> None:
        """Make `name` a temporary view over Parquet, by any path or address that the cluster can read."""
        self.session.read.option("recursiveFileLookup", "true").parquet(str(path)).createOrReplaceTempView(
            name
        )

    def adopt(self, name: str, frame: Any) -> None:
        """Make `name` a temporary view over a frame of any session of this application."""
        shared = f"dangol_{id(self)}_{name}"
        frame.createOrReplaceGlobalTempView(shared)
        self.define(name, f"select * from global_temp.{shared}")

    def run(self, sql: str) -> Answer:
        """Run a query and collect its rows on the driver."""
        frame = self._guarded(sql)
        try:
            rows = frame.collect()
        except Exception as error:
            raise QueryError(self.name, sql, _cause(error)) from error
        return Answer(tuple(frame.columns), [tuple(map(plain, row)) for row in rows], sql)

    def columns(self, sql: str) -> dict[str, NDArray[Any]]:
        """Run a query and hand its columns over, as Arrow where that is installed, else by its rows."""
        frame = self._guarded(sql)
        try:
            if find_spec("pyarrow"):
                arrow = frame.toArrow()
                return {name: _array(arrow[name]) for name in arrow.column_names}
            rows = frame.collect()
        except Exception as error:
            raise QueryError(self.name, sql, _cause(error)) from error
        return {
            field.name: _array_of([row[place] for row in rows], field.dataType.typeName())
            for place, field in enumerate(frame.schema.fields)
        }

    @contextmanager
    def kept(self, name: str, sql: str) -> Iterator[None]:
        """Keep the rows of a query on the cluster once they are worked out, while the context lasts."""
        frame = self._guarded(sql).cache()
        frame.createOrReplaceTempView(name)
        try:
            yield
        finally:
            frame.unpersist()

    def write_parquet(self, sql: str, path: Path) -> None:
        """Write the rows of a query as Parquet files in the folder `path`."""
        self._guarded(sql).write.mode("overwrite").parquet(str(path))

    def close(self) -> None:
        """Stop the session, unless it was handed in."""
        if self._owns_session:
            self.session.stop()

    def _guarded(self, sql: str) -> Any:
        try:
            return self.session.sql(sql)
        except Exception as error:
            raise QueryError(self.name, sql, _cause(error)) from error


def _array(column: Any) -> NDArray[Any]:
    """An Arrow column as an array, its nulls as NaN, NaT or None."""
    kind = str(column.type)
    if kind == "date32[day]":
        return np.asarray(column.to_numpy(), dtype="datetime64[D]")
    return np.asarray(column.to_numpy())


def _array_of(values: list[Any], kind: str) -> NDArray[Any]:
    """The same from Python values."""
    if kind == "date":
        return np.array(values, dtype="datetime64[D]")
    if kind == "string":
        return np.array(values, dtype=object)
    if None in values:
        return np.array(values, dtype=np.float64)
    return np.array(values)


def _cause(error: Exception) -> str:
    return str(error).split("JVM stacktrace:")[0].split("\n\tat ")[0].strip()


def start(master: str) -> SparkSession:
    """A Spark application on a master, or the one that runs already in this process."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise RequestError(
            _ASKED,
            Said("PySpark is not installed.", "PySpark가 설치되어 있지 않습니다."),
            Said(
                "Install it with: pip install 'dangol[spark]'. Without it, use the engine duckdb.",
                "pip install 'dangol[spark]'로 설치하거나 duckdb 엔진을 쓰십시오.",
            ),
        ) from error
    if master.startswith("local") and not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise RequestError(
            _ASKED,
            Said(
                "Spark needs Java 17 or newer, and there is no `java` on the path.",
                "Spark에는 Java 17 이상이 필요한데 `java`를 찾을 수 없습니다.",
            ),
            Said(
                "Install one (Debian: apt-get install default-jre-headless), or use the engine duckdb.",
                "Java를 설치하거나(Debian: apt-get install default-jre-headless) duckdb 엔진을 쓰십시오.",
            ),
        )
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("dangol").master(master)
    for key, value in (_ALWAYS | (_LOCAL if master.startswith("local") else {})).items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session

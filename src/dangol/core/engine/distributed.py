"""How does a cluster read typed tables where they lie? Parquet addresses and Spark frames, never copied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dangol.core.engine.spark import Spark
from dangol.core.errors import DataError, UnknownNameError
from dangol.core.language import Said
from dangol.core.schema import NOUNS, Noun

_TYPES: Final = {
    "int64": "bigint",
    "string": "string",
    "float64": "double",
    "decimal(18, 4)": "decimal(18,4)",
}


def lies_on_cluster(source: Mapping[str, Any]) -> bool:
    """Whether all tables are Spark frames or addresses such as s3://..., which this machine need not read."""
    return bool(source) and all(
        _is_frame(table) or (isinstance(table, str) and "://" in table) for table in source.values()
    )


def stage_on_spark(spark: Spark, source: Mapping[str, Any]) -> frozenset[str]:
    """Make a view `staged_NOUN` of each table, which must have the columns and types of the schema."""
    for name, table in source.items():
        if name not in NOUNS:
            raise UnknownNameError(Said("table", "표"), name, NOUNS)
        _stage(spark, NOUNS[name], table)
    if "people" not in source:
        spark.define(
            "staged_people", _people_of([name for name in source if "person_id" in NOUNS[name].dtypes])
        )
    return frozenset(source) | {"people"}


def _stage(spark: Spark, noun: Noun, table: Any) -> None:
    loose = f"loose_{noun.name}"
    if _is_frame(table):
        spark.adopt(loose, table)
    else:
        spark.read_parquet(loose, table)
    have = {field.name for field in spark.session.table(loose).schema.fields}
    missing = [column.name for column in noun.columns if column.is_required and column.name not in have]
    if missing:
        raise DataError(
            Said(
                f"The table {noun.name} was to be read by Spark.",
                f"Spark에서 표 {noun.name}을(를) 읽으려고 했습니다.",
            ),
            Said(
                f"It lacks {', '.join(missing)}; it has {', '.join(sorted(have))}.",
                f"{', '.join(missing)} 열이 없습니다. 있는 열: {', '.join(sorted(have))}.",
            ),
            Said(
                "Give tables with the columns of the schema, or files for this machine to read: world(path).",
                "스키마의 열을 가진 표를 주시거나, 이 컴퓨터가 읽을 파일을 주십시오: world(path).",
            ),
        )
    values = ", ".join(_value(name, dtype, have) for name, dtype in noun.dtypes.items())
    spark.define(f"staged_{noun.name}", f"select {values} from {loose}")


def _value(name: str, dtype: str, have: set[str]) -> str:
    sql_type = _TYPES.get(dtype, "timestamp_ntz" if dtype == "timestamp" else dtype)
    if name == "external_id" and name not in have:
        return "cast(person_id as string) as external_id"
    return f"cast({name if name in have else 'null'} as {sql_type}) as {name}"


def _people_of(nouns: list[str]) -> str:
    ids = " union all ".join(f"select person_id from staged_{noun}" for noun in nouns)
    values = ", ".join(_value(name, dtype, {"person_id"}) for name, dtype in NOUNS["people"].dtypes.items())
    return f"select {values} from (select distinct person_id from ({ids}) where person_id is not null)"


def _is_frame(table: Any) -> bool:
    return hasattr(table, "createOrReplaceTempView")

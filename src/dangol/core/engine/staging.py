"""How do files, frames and records become the typed tables `staged_NOUN`, with a record of what was refused?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from dangol.core.engine.duck import DuckDB
from dangol.core.engine.files import moments, money, notes
from dangol.core.engine.files.columnar import frame_source, path_list, records_source
from dangol.core.engine.files.loading import LoadedFile, Loading
from dangol.core.engine.files.paths import sources_at
from dangol.core.engine.files.source import Source
from dangol.core.engine.files.typed_tables import TypedTables
from dangol.core.engine.files.typing_sql import sql_type
from dangol.core.engine.files.understanding import Understood, Wishes, check_headings, understand, wishes
from dangol.core.errors import DataError, RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.core.schema import NOUNS

_READY_TYPES: Final = {"int64": "BIGINT", "string": "VARCHAR", "float64": "DOUBLE", "boolean": "BOOLEAN",
                       "date": "DATE", "timestamp": "TIMESTAMP", "decimal(18, 4)": "DECIMAL(18,4)"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Staged:
    """What stands ready on a DuckDB: the nouns, how they came about, and Parquet that needs no copy."""

    nouns: frozenset[str]
    loading: Loading
    ready: Mapping[str, str]


def stage(
    duck: DuckDB, source: Any, *, zone: str, not_after: date | None, mapping: Mapping[str, str] | None
) -> Staged:
    """Make a typed table or view `staged_NOUN` of each noun in the source; `people` is always there."""
    moments.prepare(duck)
    money.prepare(duck)
    wished = wishes(mapping)
    found = _sources(duck, source, wished)
    check_headings([each for each in found if isinstance(each, Source)], wished)
    read = [understand(duck, each, wished) if isinstance(each, Source) else each for each in found]
    known = [each for each in read if isinstance(each, Understood)]
    if read and not known:
        raise _nothing_understood([each for each in read if isinstance(each, LoadedFile)])
    if known and all(map(_is_ready, known)):
        return _as_they_are(duck, known, [each for each in read if isinstance(each, LoadedFile)])
    typed = TypedTables(duck, zone=zone, not_after=not_after, wished=wished)
    loading = typed.load(read)
    return Staged(typed.nouns | {"people"}, loading, {})


def _sources(duck: DuckDB, source: Any, wished: Wishes) -> list[Source | LoadedFile]:
    if isinstance(source, Mapping):
        return [each for noun, table in source.items() for each in _given(duck, noun, table, wished)]
    paths = [source] if isinstance(source, str | Path) else source
    if not isinstance(paths, Sequence) or not all(isinstance(path, str | Path) for path in paths):
        raise RequestError(
            Said(
                f"A world of a {type(source).__name__} was asked for.",
                f"{type(source).__name__}에서 데이터를 열려고 했습니다.",
            ),
            Said(
                "It is neither a path, nor a list of paths, nor tables by noun.",
                "경로도, 경로의 목록도, 이름 붙은 표들도 아닙니다.",
            ),
            Said(
                'Write world("orders.csv"), world(["a.csv", "b.csv"]) or world({"orders": rows}).',
                'world("orders.csv"), world(["a.csv", "b.csv"]) 또는 world({"orders": rows})처럼 쓰십시오.',
            ),
        )
    return sources_at(duck, paths, wished.encoding)


def _given(duck: DuckDB, noun: str, table: Any, wished: Wishes) -> Iterator[Source | LoadedFile]:
    if noun not in NOUNS:
        raise UnknownNameError(Said("table", "표"), noun, NOUNS)
    if isinstance(table, str | Path):
        for each in sources_at(duck, [table], wished.encoding):
            yield replace(each, noun=noun) if isinstance(each, Source) else each
    elif isinstance(table, Sequence):
        yield records_source(duck, table, NOUNS[noun])
    else:
        yield frame_source(duck, table, NOUNS[noun])


def _nothing_understood(files: Sequence[LoadedFile]) -> DataError:
    first = next((file for file in files if file.problem), files[0])
    problem = first.problem or notes.NO_HEADER
    more = len(files) - 1
    return DataError(
        Said(
            f"Customer data was to be read from {first.path}.",
            f"{first.path}에서 고객 데이터를 읽으려고 했습니다.",
        ),
        problem,
        Said(
            "A file of orders needs a person and a date, and better an amount"
            + (f"; {more} more files were not understood either." if more else "."),
            "주문 파일에는 고객과 날짜 열이 필요하고, 금액 열이 있으면 더 좋습니다"
            + (f". 다른 파일 {more}개도 이해하지 못했습니다." if more else "."),
        ),
    )


def _is_ready(table: Understood) -> bool:
    """Whether Parquet has the names and types of the schema already: it is read where it lies."""
    dtypes = NOUNS[table.noun].dtypes
    required = {column.name for column in NOUNS[table.noun].columns if column.is_required}
    is_exact = all(
        raw.heading == name and raw.dtype == _READY_TYPES.get(dtypes.get(name, ""))
        for name, raw in table.columns.items()
    )
    return table.source.format == "Parquet" and is_exact and not table.rest and required <= set(table.columns)


def _as_they_are(duck: DuckDB, tables: Sequence[Understood], others: Sequence[LoadedFile]) -> Staged:
    nouns = sorted({table.noun for table in tables})
    for noun in nouns:
        duck.define(f"staged_{noun}", _ready_sql([table for table in tables if table.noun == noun]))
    if "people" not in nouns:
        # A table, not a view: every question about people would find them anew.
        duck.execute(f"create or replace table staged_people as {_people_of(nouns)}")
    files = [_ready_file(duck, table) for table in tables]
    made = {noun: sum(f.rows_kept for f in files if f.noun == noun) for noun in nouns}
    paths = {noun: [t.source.path for t in tables if t.noun == noun] for noun in nouns}
    ready = {noun: found[0] for noun, found in paths.items() if len(found) == 1}
    return Staged(frozenset(nouns) | {"people"}, Loading((*files, *others), rows_made=made), ready)


def _ready_sql(tables: Sequence[Understood]) -> str:
    """The rows of tables of one noun: all files with the same columns in one scan, which its threads share."""
    alike: dict[frozenset[str], list[Understood]] = {}
    for table in tables:
        alike.setdefault(frozenset(table.columns), []).append(table)
    return " union all ".join(map(_one_scan, alike.values()))


def _one_scan(tables: Sequence[Understood]) -> str:
    values = ", ".join(
        name if name in tables[0].columns else f"{_missing(name, dtype)} as {name}"
        for name, dtype in NOUNS[tables[0].noun].dtypes.items()
    )
    files = path_list([path for table in tables for path in table.source.files])
    return f"select {values} from read_parquet({files}, hive_partitioning=false)"


def _missing(name: str, dtype: str) -> str:
    return "person_id::varchar" if name == "external_id" else f"null::{sql_type(dtype)}"


def _people_of(nouns: Sequence[str]) -> str:
    """Everybody who appears in the other nouns."""
    owned = [noun for noun in nouns if "person_id" in NOUNS[noun].dtypes]
    ids = " union all ".join(f"select person_id from staged_{noun}" for noun in owned)
    values = ", ".join(
        name if name == "person_id" else f"{_missing(name, dtype)} as {name}"
        for name, dtype in NOUNS["people"].dtypes.items()
    )
    everyone = ids or "select null::bigint as person_id"
    return f"select {values} from (select distinct person_id from ({everyone}) where person_id is not null)"


def _ready_file(duck: DuckDB, table: Understood) -> LoadedFile:
    rows = int(duck.execute(f"select count(*) from {table.source.relation}").fetchall()[0][0])
    return LoadedFile(
        table.source.path, table.source.format, noun=table.noun, columns=table.found, rows_read=rows, rows_kept=rows,
        notes=(notes.AS_IT_IS,),
    )  # fmt: skip

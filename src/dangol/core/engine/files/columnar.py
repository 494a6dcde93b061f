"""How do Parquet, JSON, frames and records become loose relations?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dangol.core.engine.duck import DuckDB, quoted
from dangol.core.engine.files.encoding import detect, head_text, transcode
from dangol.core.engine.files.source import Raw, Source, identifier, read_error
from dangol.core.errors import DataError, QueryError, UnknownNameError
from dangol.core.language import Said
from dangol.core.schema import Noun


def parquet_source(duck: DuckDB, paths: Sequence[Path], name: Path) -> Source:
    """One Parquet file, or the files of a folder that have the same columns."""
    relation = f"read_parquet({path_list(paths)}, file_row_number=true, hive_partitioning=false)"
    columns = [raw for raw in _described(duck, relation, name, "Parquet") if raw.heading != "file_row_number"]
    return Source(
        path=str(name),
        format="Parquet",
        relation=relation,
        columns=tuple(columns),
        row_number="file_row_number + 1" if len(paths) == 1 else "row_number() over ()",
        size=sum(path.stat().st_size for path in paths),
        files=tuple(paths),
    )


def path_list(paths: Sequence[Path]) -> str:
    """Paths as a list in SQL."""
    return f"[{', '.join(quoted(str(path)) for path in paths)}]"


def json_source(duck: DuckDB, path: Path, encoding: str | None = None) -> Source:
    """JSON lines, or one array of objects; the fields of an inner object are columns `outer.inner`."""
    known = detect(path, encoding)
    head = head_text(path, known).lstrip()
    readable = path
    if not known.is_utf8:
        readable = duck.folder / f"text-{len(list(duck.folder.iterdir()))}.json"
        transcode(path, known, readable)
    if not head:
        raise read_error(
            path,
            Said("It is empty.", "파일이 비어 있습니다."),
            Said("Give a file that has rows.", "행이 있는 파일을 주십시오."),
        )
    shape = "array" if head.startswith("[") else "newline_delimited"
    lenient = ", ignore_errors=true" if shape == "newline_delimited" else ""
    where = f"{quoted(str(readable))}, format='{shape}'{lenient}"
    found = _described(
        duck, f"read_json({where}, sample_size=20000, convert_strings_to_integers=false)", path, "JSON"
    )
    types = ", ".join(f"{quoted(c.heading)}: '{_json_type(c.dtype)}'" for c in found)
    return Source(
        path=str(path),
        format="JSON lines" if shape == "newline_delimited" else "JSON",
        relation=f"read_json({where}, columns={{{types}}})",
        columns=tuple(inner for column in found for inner in _inner(column)),
        encoding=known.title,
        is_broken=known.broken_lines > 0,
        size=path.stat().st_size,
    )


def frame_source(duck: DuckDB, frame: Any, noun: Noun) -> Source:
    """A pandas, Arrow or Polars frame, or a DuckDB relation."""
    name = f"loose_{noun.name}"
    try:
        duck.connection.register(name, frame)
    except Exception as error:
        raise DataError(
            Said(f"The table {noun.name} was given.", f"표 {noun.name}을(를) 주셨습니다."),
            Said(
                f"A {type(frame).__name__} is not a table that can be read.",
                f"{type(frame).__name__}은(는) 읽을 수 있는 표가 아닙니다.",
            ),
            Said(
                "Give a list of dicts, or a pandas, Arrow or Polars frame.",
                "dict의 목록이나 pandas, Arrow, Polars 프레임을 주십시오.",
            ),
        ) from error
    columns = _described(duck, name, Path(noun.name), "frame")
    return Source(noun.name, "frame", name, tuple(columns), noun=noun.name)


def records_source(duck: DuckDB, rows: Sequence[Mapping[str, Any]], noun: Noun) -> Source:
    """A list of dicts whose keys are columns of the noun."""
    columns = list(dict.fromkeys(key for row in rows for key in row)) or list(noun.dtypes)
    unknown = [column for column in columns if column not in noun.dtypes]
    if unknown:
        raise UnknownNameError(f"column of {noun.name}", unknown[0], noun.dtypes)
    name = f"loose_{noun.name}"
    if rows:
        records = [{column: _plain(row.get(column)) for column in columns} for row in rows]
        fields = ", ".join(f"r.{column}" for column in columns)
        duck.execute(f"create table {name} as select {fields} from (select unnest(?) as r)", [records])
    else:
        empty = ", ".join(f"null::varchar as {column}" for column in columns)
        duck.execute(f"create table {name} as select {empty} where false")
    types = [Raw(c.sql, c.heading, c.dtype) for c in _described(duck, name, Path(noun.name), "records")]
    return Source(noun.name, "records", name, tuple(types), noun=noun.name)


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _described(duck: DuckDB, relation: str, path: Path, kind: str) -> list[Raw]:
    try:
        rows = duck.execute(f"describe select * from {relation}").fetchall()
    except QueryError as error:
        first = error.cause.strip().splitlines()[0]
        raise read_error(
            path,
            Said(f"It cannot be read as {kind}: {first}", f"{kind}(으)로 읽을 수 없습니다: {first}"),
            Said(
                "Check that it was written to its end, or save it as CSV.",
                "끝까지 저장된 파일인지 확인하시거나 CSV로 저장해 주십시오.",
            ),
        ) from error
    return [Raw(identifier(str(row[0])), str(row[0]), str(row[1])) for row in rows]


def _json_type(dtype: str) -> str:
    return "JSON" if dtype.startswith(("STRUCT", "MAP")) or dtype.endswith("]") else "VARCHAR"


def _inner(column: Raw) -> list[Raw]:
    """An object's own fields where it has few, the object as JSON text otherwise."""
    whole = Raw(f"{column.sql}::varchar", column.heading, "VARCHAR")
    if not column.dtype.startswith("STRUCT") or column.heading in ("properties", "traits", "context"):
        return [whole]
    names = _struct_fields(column.dtype)
    return [
        Raw(
            f"{column.sql}->>{quoted('$.' + json.dumps(name, ensure_ascii=False))}",
            f"{column.heading}.{name}",
        )
        for name in names
    ]


def _struct_fields(dtype: str) -> list[str]:
    """The top names of a type written STRUCT(a BIGINT, "b c" VARCHAR, d STRUCT(...))."""
    body, depth, names, start = dtype[len("STRUCT(") : -1], 0, [], 0
    for position, char in enumerate(body + ","):
        depth += (char in "([") - (char in ")]")
        if char == "," and depth == 0:
            field = body[start:position].strip()
            names.append(field[1 : field.index('"', 1)] if field.startswith('"') else field.split(" ", 1)[0])
            start = position + 1
    return names

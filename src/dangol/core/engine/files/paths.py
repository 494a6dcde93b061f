"""Which files lie at a path, and how is each one read? Files, folders, and what is in neither."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from dangol.core.engine.duck import DuckDB
from dangol.core.engine.files.columnar import json_source, parquet_source
from dangol.core.engine.files.delimited import text_source
from dangol.core.engine.files.loading import LoadedFile
from dangol.core.engine.files.sheets import EXCEL, sheet_sources
from dangol.core.engine.files.source import Source, read_error
from dangol.core.errors import DataError
from dangol.core.language import Said

TEXT: Final = (".csv", ".tsv", ".tab", ".txt", ".psv", ".dat")
JSON: Final = (".json", ".jsonl", ".ndjson")
PARQUET: Final = (".parquet", ".pq")
Found = Source | LoadedFile


def sources_at(duck: DuckDB, paths: Iterable[str | Path], encoding: str | None = None) -> list[Found]:
    """Everything at these paths. A file named by the caller must be readable; in a folder, others are listed."""
    found: list[Found] = []
    for path in map(Path, paths):
        _check(path)
        if path.is_dir():
            found += _folder(duck, path, encoding)
        else:
            found += read(duck, path, encoding)
    return found


def read(duck: DuckDB, path: Path, encoding: str | None = None) -> list[Source]:
    """The tables of one file; a DataError when there is none."""
    kind = kind_of(path)
    if path.stat().st_size == 0:
        raise read_error(
            path,
            Said("It is empty: it has 0 bytes.", "파일이 비어 있습니다(0바이트)."),
            Said("Give a file that has rows.", "행이 있는 파일을 주십시오."),
        )
    try:
        if kind in PARQUET:
            return [parquet_source(duck, [path], path)]
        if kind in EXCEL:
            return sheet_sources(duck, path)
        return [json_source(duck, path, encoding) if kind in JSON else text_source(duck, path, encoding)]
    except (OSError, EOFError, LookupError) as error:
        raise read_error(
            path,
            Said(f"It cannot be opened: {error}", f"열 수 없습니다: {error}"),
            Said("Check the file and the right to read it.", "파일과 읽기 권한을 확인해 주십시오."),
        ) from error


def kind_of(path: Path) -> str:
    """The ending that says how it is read; `.csv.gz` counts as `.csv`."""
    name = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return name.suffix.lower()


def _check(path: Path) -> None:
    if not path.exists():
        near = sorted(p.name for p in path.parent.iterdir())[:5] if path.parent.is_dir() else []
        raise read_error(
            path,
            Said("There is no such file or folder.", "그런 파일이나 폴더가 없습니다."),
            Said(
                f"Check the path. In {path.parent} there is: {', '.join(near) or 'nothing'}.",
                f"경로를 확인해 주십시오. {path.parent}에 있는 것: {', '.join(near) or '없음'}.",
            ),
        )


def _folder(duck: DuckDB, folder: Path, encoding: str | None) -> Iterator[Found]:
    files = sorted(p for p in folder.rglob("*") if p.is_file() and not _is_hidden(p, folder))
    if not files:
        raise read_error(
            folder,
            Said("The folder is empty.", "폴더가 비어 있습니다."),
            Said("Give a folder with data files in it.", "데이터 파일이 든 폴더를 주십시오."),
        )
    yield from _parquet(duck, folder, [p for p in files if kind_of(p) in PARQUET])
    for path in files:
        if kind_of(path) in PARQUET:
            continue
        if kind_of(path) not in (*TEXT, *JSON, *EXCEL):
            yield LoadedFile(str(path), kind_of(path).lstrip(".") or "?", problem=_UNKNOWN_KIND)
            continue
        try:
            yield from read(duck, path, encoding)
        except DataError as error:
            yield LoadedFile(str(path), kind_of(path).lstrip("."), problem=_problem(error))


def _parquet(duck: DuckDB, folder: Path, files: list[Path]) -> Iterator[Found]:
    """Parquet below one subfolder is one table when its files have the same columns."""
    groups: dict[Path, list[Path]] = {}
    for path in files:
        top = path.relative_to(folder).parts[0]
        groups.setdefault(path if folder / top == path else folder / top, []).append(path)
    for name, group in groups.items():
        try:
            yield parquet_source(duck, group, name)
        except DataError as error:
            yield LoadedFile(str(name), "parquet", problem=_problem(error))


def _problem(error: DataError) -> Said:
    return Said(
        f"{error.wrong.en} {error.would_work.en}",
        f"{error.wrong.ko} {error.would_work.ko}",
    )


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "_", "~$")) for part in path.relative_to(folder).parts)


_UNKNOWN_KIND: Final = Said(
    "Its kind is not one that holds tables. CSV, TSV, text, Excel, Parquet and JSON are read.",
    "표가 들어 있는 형식이 아닙니다. CSV, TSV, 텍스트, 엑셀, Parquet, JSON을 읽습니다.",
)

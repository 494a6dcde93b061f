"""What stands in the files of an import? The core's loaders, with the business's zone and without surprises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dangol.core.engine.duck import DuckDB
from dangol.core.engine.files import Loading, moments, money
from dangol.core.engine.files.loading import LoadedFile
from dangol.core.engine.files.paths import sources_at
from dangol.core.engine.files.refusals import DUPLICATE, DUPLICATE_FILE, SUPERSEDED
from dangol.core.engine.files.source import Source
from dangol.core.engine.files.understanding import Understood, check_headings, understand, wishes
from dangol.core.engine.staging import stage
from dangol.platform.kernel import clock
from dangol.platform.log.imports.limits import MEMORY, check_size
from dangol.platform.log.imports.vcards import as_lines, is_vcard

REPEATS: Final = frozenset((DUPLICATE, DUPLICATE_FILE, SUPERSEDED))
"""Reasons that mean: said already. Everything else that was dropped is refused."""
FIRST_ROWS: Final = 12


@dataclass(frozen=True)
class Read:
    """Files on an engine: `staged_NOUN` holds the typed rows of each noun."""

    duck: DuckDB
    nouns: frozenset[str]
    loading: Loading


@contextmanager
def read(paths: Sequence[str], mapping: Mapping[str, str], zone: str) -> Iterator[Read]:
    """Every row of the files, typed; a DataError when none of them can be read."""
    duck = DuckDB(memory=MEMORY)
    try:
        files = _readable(duck, paths)
        staged = stage(duck, files, zone=zone, not_after=clock.today(zone), mapping=_told(files, mapping))
        own = {file.noun for file in staged.loading.understood if file.noun}
        yield Read(duck, frozenset(own) & staged.nouns, staged.loading)
    finally:
        duck.close()


@dataclass(frozen=True, slots=True)
class Looked:
    """One table before it is read in full: what it was taken for, and its first rows as they stand."""

    name: str
    format: str
    encoding: str | None
    noun: str | None
    columns: Mapping[str, str]
    """Heading -> column of ours."""
    how: Mapping[str, str]
    headings: Sequence[str]
    rows: Sequence[Sequence[str | None]]
    problem: dict[str, str] | None = None


def look(paths: Sequence[str], mapping: Mapping[str, str]) -> list[Looked]:
    """What the tables in these files would be taken for; nothing is read but their beginnings."""
    duck = DuckDB(memory=MEMORY)
    try:
        moments.prepare(duck)
        money.prepare(duck)
        files = _readable(duck, paths)
        wished = wishes(_told(files, mapping))
        found = sources_at(duck, files, wished.encoding)
        check_headings([each for each in found if isinstance(each, Source)], wished)
        return [_looked(duck, each, understand(duck, each, wished)) if isinstance(each, Source) else _left_out(each)
                for each in found]  # fmt: skip
    finally:
        duck.close()


def _looked(duck: DuckDB, source: Source, known: Understood | LoadedFile) -> Looked:
    sample = source.sample(duck)
    rows = list(zip(*(cells[:FIRST_ROWS] for cells in sample.values()), strict=True)) if sample else []
    name = Path(source.path).name + (f" [{source.sheet}]" if source.sheet else "")
    about: dict[str, Any] = {"name": name, "format": source.format, "encoding": source.encoding}
    if isinstance(known, LoadedFile):
        problem = {"en": known.problem.en, "ko": known.problem.ko} if known.problem else None
        return Looked(
            **about, noun=None, columns={}, how={}, headings=source.headings, rows=rows, problem=problem
        )
    columns = {raw.heading: column for column, raw in known.columns.items()}
    how = {raw.heading: known.how[column] for column, raw in known.columns.items()}
    return Looked(**about, noun=known.noun, columns=columns, how=how, headings=source.headings, rows=rows)


def _left_out(file: LoadedFile) -> Looked:
    problem = {"en": file.problem.en, "ko": file.problem.ko} if file.problem else None
    return Looked(file.name, file.format, file.encoding, None, {}, {}, (), (), problem)


def _readable(duck: DuckDB, paths: Sequence[str]) -> list[Path]:
    """The files with address books written as lines, and packed ones measured."""
    files: list[Path] = []
    for path in map(Path, paths):
        inside = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        for each in inside:
            if each.exists():
                check_size(each)
        books = [each for each in inside if is_vcard(each)]
        files += [as_lines(each, duck.folder) for each in books if each.exists()]
        if not books or (path.is_dir() and len(books) < len(inside)):
            files.append(path)
    return files


def _told(files: Sequence[Path], mapping: Mapping[str, str]) -> dict[str, str] | None:
    """The mapping; an address book holds people, whatever else it could be taken for."""
    if "noun" not in mapping and files and all(each.name.endswith(".vcf.jsonl") for each in files):
        return {**mapping, "noun": "people"}
    return dict(mapping) or None


__all__ = ["REPEATS", "Looked", "Read", "look", "read"]

"""What can be read as rows? One file, sheet or frame as a relation of DuckDB, its columns still loose."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dangol.core.engine.duck import DuckDB
from dangol.core.errors import DataError, QueryError
from dangol.core.language import Said

SAMPLE_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Raw:
    """A column as it stands in a source: the SQL that reads it, its heading, its DuckDB type."""

    sql: str
    heading: str
    dtype: str = "VARCHAR"


@dataclass(frozen=True, slots=True)
class Source:
    """A relation with loose columns. `row_number` is SQL for the row as a person counts it in the file."""

    path: str
    format: str
    relation: str
    columns: tuple[Raw, ...]
    row_number: str = "row_number() over ()"
    encoding: str | None = None
    sheet: str | None = None
    noun: str | None = None
    """Given by the caller; otherwise it is found out."""
    has_header: bool = True
    is_broken: bool = False
    """Some bytes were not text: rows with U+FFFD in them are refused."""
    surplus: str | None = None
    """The column that catches the cells of rows that are too long."""
    slow_relation: str | None = None
    """The same rows read by one thread, for text with line breaks inside of cells."""
    size: int = 0
    files: tuple[Path, ...] = ()
    """Where the rows lie in several files of Parquet, or in one."""
    notes: tuple[Said, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings, in order."""
        return tuple(column.heading for column in self.columns)

    @property
    def is_file(self) -> bool:
        """Whether it was read from a file rather than handed in."""
        return self.format not in ("records", "frame")

    def sample(self, duck: DuckDB) -> dict[str, list[Any]]:
        """The first rows, as text, by heading; None where a cell is empty."""
        cells = ", ".join(f"nullif(trim(({column.sql})::varchar), '')" for column in self.columns)
        try:
            rows = duck.execute(f"select {cells} from {self.relation} limit {SAMPLE_ROWS}").fetchall()
        except QueryError:
            if self.slow_relation is None:
                raise
            rows = duck.execute(f"select {cells} from {self.slow_relation} limit {SAMPLE_ROWS}").fetchall()
        return {heading: [row[i] for row in rows] for i, heading in enumerate(self.headings)}


def identifier(name: str) -> str:
    """A column name, quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def read_error(path: str | Path, wrong: Said, would_work: Said) -> DataError:
    """A file that cannot be read, as an error."""
    asked = Said(f"The file {path} was to be read.", f"파일 {path}을(를) 읽으려고 했습니다.")
    return DataError(asked, wrong, would_work)

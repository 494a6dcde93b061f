"""What are the columns of a plain table, one row a customer, that is none of the known nouns?"""

from __future__ import annotations

from pathlib import Path

from dangol.core.engine.duck import DuckDB
from dangol.core.engine.files.paths import sources_at
from dangol.core.engine.files.source import Source


def plain_tables(paths: list[str | Path]) -> dict[str, dict[str, list[str | None]]]:
    """The cells of each table at these paths, by the file's name and heading; None where a cell is empty.

    A DataError for a file that cannot be read; what in a folder is no table is passed over.
    """
    duck = DuckDB()
    try:
        found = [each for each in sources_at(duck, paths) if isinstance(each, Source)]
        return {Path(each.path).name: _cells(duck, each) for each in found}
    finally:
        duck.close()


def _cells(duck: DuckDB, source: Source) -> dict[str, list[str | None]]:
    cells = ", ".join(f"nullif(trim(({column.sql})::varchar), '')" for column in source.columns)
    rows = duck.execute(f"select {cells} from {source.relation}").fetchall()
    return {heading: [row[at] for row in rows] for at, heading in enumerate(source.headings)}

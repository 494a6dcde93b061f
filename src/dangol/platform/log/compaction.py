"""How does the lake stay quick to read? Small files of a month become one, in the order in which they are read.

Files are merged by size: a run of small ones whose sum is not dwarfed by the next larger one. So each row is
written a few times in its life, not once a minute. A merge is one Delta commit that changes no row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dangol.core.engine.duck import DuckDB
from dangol.core.schema import NOUNS
from dangol.platform.log import days, delta
from dangol.platform.log.delta import File
from dangol.platform.log.duck import listed, working_engine
from dangol.platform.log.projections import FACT, KEYED, columns_of
from dangol.platform.log.turns import go_on, lake_turn

LEAST_FILES: Final = 6
"""So many files of a month, and of about one size, are worth a merge."""
DWARFED: Final = 2.0
LARGEST: Final = 512 * 1024 * 1024
"""A file of this size is left as it is."""


def tables() -> dict[str, tuple[Mapping[str, str], str]]:
    """Every table of the lake: its columns, and the order of the rows in its files."""
    found: dict[str, tuple[Mapping[str, str], str]] = {"events": (columns_of("events"), order_of("events"))}
    for noun in KEYED:
        found[noun] = (columns_of(noun), order_of(noun))
        found[f"facts_{noun}"] = (FACT, order_of(f"facts_{noun}"))
    return found | {days.TABLE: (days.COLUMNS, days.ORDER)}


def order_of(table: str) -> str:
    """How the rows of a table are clustered: by person and time; facts by what they are about."""
    if table.startswith("facts_"):
        return "key, position"
    return (
        "person_id, occurred_at, position"
        if table == "events"
        else f"person_id, {NOUNS[table].happened}, key"
    )


def compact_once() -> bool:
    """Merge files of one month of one table, where it is worth it; whether there may be more."""
    for table in tables():
        if _next_of(table):
            with lake_turn():
                return _compact(table)
    return False


def _compact(table: str) -> bool:
    """Files are chosen once nobody else changes the lake: those of a look before may hold rows that moved since."""
    chosen, is_whole = _next_of(table) or ([], False)
    if chosen:
        columns, order = tables()[table]
        merge(working_engine(), table, columns, order, chosen, is_whole=is_whole)
    return bool(chosen)


def _next_of(table: str) -> tuple[list[File], bool] | None:
    """Files of a table that are worth a merge, and whether they are all of their month."""
    for month in by_month(delta.files_of(table)).values():
        if chosen := worth_merging(month):
            return chosen, len(chosen) == len(month)
    return None


def by_month(files: Sequence[File]) -> dict[str, list[File]]:
    """The files of each month."""
    months: dict[str, list[File]] = {}
    for each in files:
        months.setdefault(each.month, []).append(each)
    return months


def worth_merging(files: Sequence[File], least: int = LEAST_FILES) -> list[File]:
    """The smallest files, up to where the next one dwarfs them all; none when they are few.

    >>> sizes = lambda *given: [File(str(n), "2026-01", size, 1) for n, size in enumerate(given)]
    >>> [each.size for each in worth_merging(sizes(900, 5, 5, 5, 5, 5, 6))]
    [5, 5, 5, 5, 5, 6]
    >>> worth_merging(sizes(900, 5, 5))
    []
    """
    small = sorted((each for each in files if each.size < LARGEST), key=lambda each: each.size)
    chosen: list[File] = []
    total = 0
    for each in small:
        if len(chosen) >= least and each.size > DWARFED * total:
            break
        chosen.append(each)
        total += each.size
    return chosen if len(chosen) >= least else []


def merge(
    engine: DuckDB,
    table: str,
    columns: Mapping[str, str],
    order: str,
    files: Sequence[File],
    *,
    is_whole: bool,
) -> None:
    """These files as one, in one commit. Pieces of the rollup are added up on the way."""
    names = ", ".join(columns)
    paths = [str(delta.full_path(table, each)) for each in files]
    rows = f"select {names} from read_parquet([{listed(paths)}], hive_partitioning=false)"
    if table == days.TABLE:
        rows = days.summed(rows) if is_whole else days.differences(rows)
    sql = f"select {names} from ({rows}) order by {order}"
    added: list[Any] = []
    if engine.execute(f"select 1 from ({rows}) limit 1").fetchall():
        added.append(delta.write_file(engine, table, files[0].month, sql, is_new=False))
    go_on()
    delta.commit(table, columns, delta.Change(added, [delta.removal(each, is_new=False) for each in files]))


def vacuum() -> int:
    """Take files off the disk that no longer count; how many."""
    with lake_turn():
        return sum(delta.vacuum(table) for table in tables())

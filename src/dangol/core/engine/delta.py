"""Is a folder the lake of a Dangol platform, and which files of it count? Delta tables, one a noun."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from dangol.core.engine.duck import quoted
from dangol.core.engine.engine import Engine
from dangol.core.engine.spark import Spark
from dangol.core.schema import NOUNS

_LOG: Final = "_delta_log"
MERGED: Final = "merged_people.parquet"
"""Beside the tables: who is part of whom (loser_id, winner_id), as far as the platform has merged people."""


def is_lake(source: Any) -> bool:
    """Whether a source is one folder with a Delta table named like a noun."""
    if not isinstance(source, str | Path) or not Path(source).is_dir():
        return False
    return any((Path(source) / noun / _LOG).is_dir() for noun in NOUNS)


def lake_files(folder: Path) -> dict[str, list[str]]:
    """The files that count now, by noun; nouns without rows are left out."""
    from deltalake import DeltaTable

    found: dict[str, list[str]] = {}
    for noun in NOUNS:
        path = folder / noun
        if (path / _LOG).is_dir():
            actions = DeltaTable(str(path)).get_add_actions()
            paths = actions.column(actions.schema.names.index("path")).to_pylist()
            if paths:
                found[noun] = sorted(str(path / each) for each in paths)
    return found


def lake_relations(folder: Path, engine: Engine) -> dict[str, str]:
    """A query of each noun in the lake, merges applied, and of everybody who occurs."""
    files = lake_files(folder)
    merged = folder / MERGED
    for noun, paths in files.items():
        _read(engine, f"lake_{noun}", paths)
    if merged.is_file():
        _read(engine, "merged_people", [str(merged)])
    relations = {noun: _resolved(noun, merged.is_file()) for noun in files}
    return relations if "people" in relations else relations | {"people": _people_of(relations)}


def _read(engine: Engine, name: str, paths: list[str]) -> None:
    if isinstance(engine, Spark):
        engine.adopt(name, engine.session.read.parquet(*paths))
        return
    listed = ", ".join(quoted(path) for path in paths)
    engine.define(name, f"select * from read_parquet([{listed}], hive_partitioning=false)")


def _resolved(noun: str, is_merged: bool) -> str:
    columns = list(NOUNS[noun].dtypes)
    if not is_merged or "person_id" not in columns:
        return f"select {', '.join(columns)} from lake_{noun}"
    values = ", ".join(
        "coalesce(m.winner_id, r.person_id) as person_id" if name == "person_id" else f"r.{name}"
        for name in columns
    )
    return f"select {values} from lake_{noun} r left join merged_people m on r.person_id = m.loser_id"


def _people_of(relations: Mapping[str, str]) -> str:
    """Everybody who occurs: names and traits of people lie in the platform's database, not in its lake."""
    ids = " union all ".join(
        f"select person_id from ({sql}) as {noun}_rows"
        for noun, sql in relations.items()
        if "person_id" in NOUNS[noun].dtypes
    )
    types = {"int64": "bigint", "string": "varchar(1000)"}
    values = ", ".join(
        name if name == "person_id" else f"cast(null as {types.get(dtype, dtype)}) as {name}"
        for name, dtype in NOUNS["people"].dtypes.items()
    )
    return f"select {values} from (select distinct person_id from ({ids}) as everybody) as known"

"""How is a world opened over relations that are typed already? For a lake, whose tables need no reading of files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from dangol.core.engine.days import day_after_last
from dangol.core.engine.delta import MERGED, lake_files
from dangol.core.engine.duck import quoted
from dangol.core.engine.engine import Engine
from dangol.core.engine.spark import Spark
from dangol.core.engine.stored import Stored
from dangol.core.engine.world import Settings, World, known_before
from dangol.core.schema import NOUNS


def world_over(
    engine: Engine,
    relations: Mapping[str, str],
    as_of: date,
    settings: Settings,
    *,
    rollups: Mapping[str, str] | None = None,
    is_present: bool = False,
) -> World:
    """A world over queries in the engine's SQL, one a noun, each with the columns of its noun.

    Rows are cut as everywhere: what happened or became known on `as_of` or later is not there. `rollups` are
    queries for `person_day` and, where there is one, `person_state`; they must hold what the cut rows amount to.
    `is_present` says that no row is of `as_of` or later, so that
    none needs to be looked at for it. The engine belongs to the world, which closes it.
    """
    for noun, sql in relations.items():
        engine.define(f"staged_{noun}", sql)
        cut = known_before(
            noun, as_of, engine.dialect, reaches_beyond=not is_present, is_late_possible=not is_present
        )
        engine.define(noun, cut)
    world = World(engine, as_of, frozenset(relations), settings)
    if not rollups or world.activity_noun is None:
        return world
    for name, sql in rollups.items():
        engine.define(name, sql)
    activity = world.activity_noun if "person_state" in rollups else ""
    stored = Stored(as_of, activity, {})
    return World(engine, as_of, frozenset(relations), settings, stored=stored)


def open_lake(folder: Path, as_of: date | None, engine: Engine, settings: Settings) -> World:
    """The world of the lake of a platform: everything that is sealed, its merges applied; nothing is copied."""
    files = lake_files(folder)
    merged = folder / MERGED
    for noun, paths in files.items():
        _read(engine, f"lake_{noun}", paths)
    if merged.is_file():
        _read(engine, "merged_people", [str(merged)])
    relations = {noun: _resolved(noun, merged.is_file()) for noun in files}
    if "people" not in relations:
        relations["people"] = _people_of(relations)
    for noun, sql in relations.items():
        engine.define(f"staged_{noun}", sql)
    day = as_of or day_after_last(engine, frozenset(relations), None)
    return world_over(engine, relations, day, settings)


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

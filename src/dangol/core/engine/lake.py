"""How is a world opened over relations that are typed already? For a lake, whose tables need no reading of files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dangol.core.engine.duck import DuckDB
from dangol.core.engine.stored import Stored
from dangol.core.engine.world import Settings, World, known_before


def world_over(
    duck: DuckDB,
    relations: Mapping[str, str],
    as_of: date,
    settings: Settings,
    *,
    rollups: Mapping[str, str] | None = None,
    is_daily: bool = False,
    is_present: bool = False,
) -> World:
    """A world over queries in DuckDB's SQL, one a noun, each with the columns of its noun.

    Rows are cut as everywhere: what happened or became known on `as_of` or later is not there. `rollups` are
    queries for `person_day` and, where there is one, `person_state`; they must hold what the cut rows amount to
    (`is_daily`: with one row a person and day). `is_present` says that no row is of `as_of` or later, so that
    none needs to be looked at for it. The engine belongs to the world, which closes it.
    """
    for noun, sql in relations.items():
        duck.define(f"staged_{noun}", sql)
        cut = known_before(
            noun, as_of, duck.dialect, reaches_beyond=not is_present, is_late_possible=not is_present
        )
        duck.define(noun, cut)
    world = World(duck, as_of, frozenset(relations), settings, duck)
    if not rollups or world.activity_noun is None:
        return world
    for name, sql in rollups.items():
        duck.define(name, sql)
    activity = world.activity_noun if "person_state" in rollups else ""
    stored = Stored(as_of, activity, {}, is_daily)
    return World(duck, as_of, frozenset(relations), settings, duck, stored=stored)

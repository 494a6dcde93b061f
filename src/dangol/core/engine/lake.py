"""How is a world opened over relations that are typed already? For a lake, whose tables need no reading of files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dangol.core.engine.engine import Engine
from dangol.core.engine.known import define_known
from dangol.core.engine.stored import Stored
from dangol.core.engine.world import Settings, World


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
    `is_present` says that no row is of `as_of` or later, so that none needs to be looked at for it. The engine
    belongs to the world, which closes it.
    """
    for noun, sql in relations.items():
        engine.define(f"staged_{noun}", sql)
    define_known(engine, relations, as_of, is_present=is_present)
    world = World(engine, as_of, frozenset(relations), settings)
    if not rollups or world.activity_noun is None:
        return world
    for name, sql in rollups.items():
        engine.define(name, sql)
    activity = world.activity_noun if "person_state" in rollups else ""
    stored = Stored(as_of, activity, {})
    return World(engine, as_of, frozenset(relations), settings, stored=stored)

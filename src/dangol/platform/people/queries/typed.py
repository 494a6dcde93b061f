"""What did a person buy, subscribe to, answer and ask? The typed rows of the world that are theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from dangol.core.schema import NOUNS
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.queries.worlds import world_for
from dangol.platform.people.seeing import seen_person

Tables = dict[str, list[dict[str, Any]]]


def typed_rows(viewer: Viewer, person_id: int, nouns: Sequence[str] | None = None) -> Tables:
    """Their rows by noun, newest first: of these nouns, or of all but the raw events."""
    root = seen_person(viewer, person_id).pk
    world = world_for(viewer)
    try:
        found: Tables = {}
        for noun in sorted(world.nouns - {"events", "people", "accounts"}):
            if "person_id" not in NOUNS[noun].dtypes or (nouns is not None and noun not in nouns):
                continue
            by = NOUNS[noun].happened or NOUNS[noun].key[0]
            answer = world.engine.run(f"select * from {noun} where person_id = {root} order by {by} desc")
            found[noun] = [dict(zip(answer.columns, map(_aware, row), strict=True)) for row in answer.rows]
        return found
    finally:
        world.close()


def _aware(value: Any) -> Any:
    """Moments of the world are UTC and do not say so."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value

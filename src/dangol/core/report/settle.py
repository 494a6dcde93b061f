"""On which settings do the numbers stand? What the data itself suggests, and what is said about it."""

from __future__ import annotations

from dangol.core.engine.world import World
from dangol.core.report.voice import Voice


def settled(world: World, say: Voice) -> tuple[World, tuple[str, ...]]:
    """The world under the settings that its data suggests, and a sentence on each setting."""
    return world, ()

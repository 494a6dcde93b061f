"""Where is the data, and which engine answers? The only edge of the core to files and engines."""

from dangol.core.engine.answer import Answer
from dangol.core.engine.engine import Engine
from dangol.core.engine.world import Settings, World, world

__all__ = ["Answer", "Engine", "Settings", "World", "world"]

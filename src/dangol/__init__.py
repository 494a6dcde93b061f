"""Dangol: who stays, who leaves, why, and what changed it?"""

from dangol.core.calendar import Grain, Period
from dangol.core.engine import Answer, Settings, World, world
from dangol.core.errors import DangolError
from dangol.core.language import Said

__version__ = "0.1.0"

__all__ = ["Answer", "DangolError", "Grain", "Period", "Said", "Settings", "World", "world"]

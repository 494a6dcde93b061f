"""Dangol: who stays, who leaves, why, and what changed it?"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dangol.core.calendar import Grain, Period
    from dangol.core.engine import Answer, Settings, World, world
    from dangol.core.errors import DangolError
    from dangol.core.language import Said

__version__ = "0.1.0"

__all__ = ["Answer", "DangolError", "Grain", "Period", "Said", "Settings", "World", "world"]

_HOMES: Final = {
    "Answer": "dangol.core.engine",
    "DangolError": "dangol.core.errors",
    "Grain": "dangol.core.calendar",
    "Period": "dangol.core.calendar",
    "Said": "dangol.core.language",
    "Settings": "dangol.core.engine",
    "World": "dangol.core.engine",
    "world": "dangol.core.engine",
}


def __getattr__(name: str) -> Any:
    """A public name, imported when first used: the compiler and the engine take most of a second to load."""
    if name not in _HOMES:
        raise AttributeError(f"module 'dangol' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])

"""How does a whole file of typed rows come in?"""

from __future__ import annotations

from pathlib import Path

from dangol.platform.log.bringing import Brought, brought

__all__ = ["Brought", "bring_in"]


def bring_in(noun: str, relation: str | Path, source_id: int) -> Brought:
    """Bring rows in the shape of a noun into the log; see `log.bringing.brought`. The same again brings nothing."""
    return brought(noun, relation, source_id)

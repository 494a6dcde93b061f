"""How far is the log, and what is the world at this moment?"""

from __future__ import annotations

from dangol.platform.kernel import cursors
from dangol.platform.log.opening import opened
from dangol.platform.log.sequencer import POSITION

__all__ = ["opened", "position"]


def position() -> int:
    """The position of the newest row that is in the log; 0 before the first."""
    return cursors.position(POSITION)

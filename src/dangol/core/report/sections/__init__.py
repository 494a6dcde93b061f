"""Which questions does the report answer, and in which order?"""

from __future__ import annotations

from typing import Final

from dangol.core.report.evidence import Part
from dangol.core.report.sections.kept import KEPT

PARTS: Final[tuple[Part, ...]] = (KEPT,)

__all__ = ["PARTS"]

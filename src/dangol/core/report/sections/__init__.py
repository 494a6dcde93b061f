"""Which questions does the report answer, and in which order?"""

from __future__ import annotations

from typing import Final

from dangol.core.report.evidence import Part
from dangol.core.report.sections.activity import ACTIVITY
from dangol.core.report.sections.cohorts import COHORTS
from dangol.core.report.sections.kept import KEPT
from dangol.core.report.sections.leaks import LEAKS
from dangol.core.report.sections.lifecycle import LIFECYCLE
from dangol.core.report.sections.movements import MOVEMENTS
from dangol.core.report.sections.reasons import REASONS
from dangol.core.report.sections.repeat import REPEAT
from dangol.core.report.sections.revenue import REVENUE

PARTS: Final[tuple[Part, ...]] = (
    REVENUE,
    REPEAT,
    LEAKS,
    KEPT,
    REASONS,
    COHORTS,
    MOVEMENTS,
    LIFECYCLE,
    ACTIVITY,
)

__all__ = ["PARTS"]

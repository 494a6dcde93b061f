"""Which questions does the report answer, and in which order?"""

from __future__ import annotations

from typing import Final

from dangol.core.report.evidence import Part
from dangol.core.report.sections.activity import ACTIVITY
from dangol.core.report.sections.cohorts import COHORTS
from dangol.core.report.sections.features import FEATURES
from dangol.core.report.sections.first_value import FIRST_VALUE
from dangol.core.report.sections.kept import KEPT
from dangol.core.report.sections.leaks import LEAKS
from dangol.core.report.sections.levers import LEVERS
from dangol.core.report.sections.lifecycle import LIFECYCLE
from dangol.core.report.sections.movements import MOVEMENTS
from dangol.core.report.sections.reasons import REASONS
from dangol.core.report.sections.repeat import REPEAT
from dangol.core.report.sections.revenue import REVENUE
from dangol.core.report.sections.scores import SCORES
from dangol.core.report.sections.segments import SEGMENTS_PART
from dangol.core.report.sections.slipping import SLIPPING
from dangol.core.report.sections.spend import SPEND
from dangol.core.report.sections.value import VALUE

PARTS: Final[tuple[Part, ...]] = (
    REVENUE,
    LEAKS,
    SLIPPING,
    KEPT,
    REASONS,
    COHORTS,
    REPEAT,
    SPEND,
    MOVEMENTS,
    LEVERS,
    VALUE,
    FIRST_VALUE,
    FEATURES,
    LIFECYCLE,
    SEGMENTS_PART,
    ACTIVITY,
    SCORES,
)

__all__ = ["PARTS"]

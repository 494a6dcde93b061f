"""May something be called so, and is what it names there? Checks that every verb of this room begins with."""

from __future__ import annotations

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.core.metrics import find
from dangol.platform.insight.spans import SPANS


def named(name: str) -> str:
    """A name as it is kept; an error where there is none."""
    if not name.strip():
        raise RequestError(
            Said("Something without a name was to be kept.", "이름이 없는 것을 저장하려고 했습니다."),
            Said("Nobody could find it again.", "나중에 찾을 수 없습니다."),
            Said("Give it a name.", "이름을 적어 주십시오."),
        )
    return name.replace("\x00", "").strip()[:120]


def check_column(metric: str, column: str) -> None:
    """An UnknownNameError where the metric has no such column."""
    if column not in find(metric).returns:
        raise UnknownNameError(
            Said(f"column of {metric}", f"지표 {metric}의 열"), column, find(metric).returns
        )


def check_span(span: str) -> None:
    """An UnknownNameError where a moving period is not known."""
    if span and span not in SPANS:
        raise UnknownNameError(Said("period", "기간"), span, SPANS)

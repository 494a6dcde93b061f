"""After how many silent days is a customer gone? What the data itself suggests, with its picture."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.core.report.charts import Line, Mark, both, lines
from dangol.core.report.series import rate_axis
from dangol.platform.insight.queries import answer
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.web.charts import Picture, picture
from dangol.platform.web.templatetags.figures import voice

SUGGESTS: Final = Said(
    "Of those silent for {days} days, one in four at most comes back within {horizon} days.",
    "{days}일 동안 조용한 고객은 {horizon}일 안에 넷 중 하나 이하만 돌아옵니다.",
)
TITLE: Final = Said("Chance to come back, by days of silence so far", "조용한 날수에 따라 돌아올 가능성")
PRESENT: Final = Said("{n} days", "{n}일")
_TICKS: Final = (0, 30, 60, 90, 120, 180, 240, 300, 365)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The day that the data suggests, in a sentence, drawn; `days` is None with the reason."""

    days: int | None
    reason: str | None
    sentence: Said | None
    picture: Picture | None


def suggestion(viewer: Viewer, present: int | None) -> Suggestion:
    """What the data says now, with the present setting marked."""
    try:
        (window,) = answer(viewer, "inactivity_window").rows
        curve = [row for row in answer(viewer, "return_curve").rows if row["return_rate"] is not None]
    except (DangolError, ValueError):
        return Suggestion(None, "not_recorded", None, None)
    days = window["suggested_days"]
    said = None if days is None else SUGGESTS.format(days=days, horizon=window["horizon_days"])
    drawn = _picture(curve, days, present) if len(curve) > 1 else None
    return Suggestion(days, window["reason"], said, drawn)


def suggested_for(viewer: Viewer, column: str, value: str) -> int | None:
    """The days that the data suggests for the customers of one plan, channel or country; None when it cannot."""
    segment = json.dumps({"trait": column, "is": value}, ensure_ascii=False)
    try:
        (window,) = answer(viewer, "inactivity_window", segment=segment).rows
    except (DangolError, ValueError):
        return None
    days: int | None = window["suggested_days"]
    return days


def _picture(curve: list[dict[str, Any]], suggested: int | None, present: int | None) -> Picture:
    say = voice()
    points = [(float(row["inactive_days"]), float(row["return_rate"])) for row in curve]
    rate, last = dict(points), int(points[-1][0])
    axis = rate_axis([y for _, y in points], say, zero=True)
    ticks = [(float(day), say.days(day)) for day in _TICKS if day <= last]
    days = dict.fromkeys(day for day in (suggested, present) if day is not None and float(day) in rate)
    marks = tuple(Mark(float(day), say(PRESENT, n=day), rate[float(day)]) for day in days)
    title = say(TITLE)
    return picture(
        both(
            "returning",
            title,
            title,
            lambda width: lines(
                width,
                [Line(points)],
                x_ticks=ticks,
                y_ticks=axis.ticks,
                x_range=(0, float(last)),
                y_range=axis.range,
                marks=marks,
            ),
        )
    )

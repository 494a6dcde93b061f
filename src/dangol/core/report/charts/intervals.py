"""How sure is each difference? A dot with the interval around it, a row each, against the line of no difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from dangol.core.report.charts.chart import Spec, labels, layer, place, view
from dangol.core.report.theme import COLOURS

ROW: Final = 52
"""Height in px of one row: a line of words and the interval under it."""
_BAND, _MIDDLE = 5, 32
_PALE: Final = {"accent": "band", "bad": "bad-pale", "grey": "pale"}


@dataclass(frozen=True, slots=True)
class Span:
    """One row: a value with the ends of its interval. The colour is accent, bad, or grey where nothing is proven."""

    label: str
    shown: str
    value: float
    low: float
    high: float
    colour: str = "grey"


def intervals(width: int, spans: list[Span], ticks: list[tuple[float, str]]) -> Spec:
    """Rows top to bottom on one scale, which always holds 0; `ticks` are the places named along the foot."""
    reach = [0.0, *(end for span in spans for end in (span.low, span.high))]
    room = (max(reach) - min(reach) or 1.0) * 0.04
    low, high = min(reach) - room, max(reach) + room
    height = len(spans) * ROW
    x = place("x", low, high, labels([t for t in ticks if low <= t[0] <= high], orient="bottom"))
    y = place("y", 0, height, reverse=True)
    rows = [_row(n, span) for n, span in enumerate(spans)]
    words = {"type": "text", "baseline": "top"}
    at_top = {**y, "field": "top"}
    given = {"type": "nominal", "scale": None}
    line = {"type": "rule", "color": COLOURS["grey"], "strokeWidth": 1}
    layers = [
        layer(line, [_nothing(n) for n in range(len(spans))], x=x, y=y, y2={"field": "y2"}),
        layer({"type": "rect", "cornerRadius": 2}, rows, x=x, x2={"field": "x2"}, y=y, y2={"field": "y2"},
              color={**given, "field": "pale"}),
        *(_ends(rows, x, y, end) for end in ("x", "x2")),
        layer({"type": "circle", "size": 90, "opacity": 1}, rows, x={**x, "field": "value"}, y={**y, "field": "middle"},
              color={**given, "field": "colour"}),
        layer({**words, "align": "left", "limit": width - 130}, rows, x={"value": 0}, y=at_top, text={"field": "label"}),
        layer({**words, "align": "right", "fontWeight": 600}, rows, x={"value": "width"}, y=at_top,
              text={"field": "shown"}),
    ]  # fmt: skip
    return view(width, height + 24, layers)


def _ends(rows: list[dict[str, Any]], x: Spec, y: Spec, end: str) -> Spec:
    """The thin line at one end of each interval, in the colour of its dot."""
    colour = {"field": "colour", "type": "nominal", "scale": None}
    mark = {"type": "rule", "strokeWidth": 1.5}
    return layer(mark, rows, x={**x, "field": end}, y=y, y2={"field": "y2"}, color=colour)


def _nothing(n: int) -> dict[str, Any]:
    """The place of no difference, drawn beside each interval and not through the words above it."""
    middle = n * ROW + _MIDDLE
    return {"x": 0, "y": middle - 2 * _BAND, "y2": middle + 2 * _BAND}


def _row(n: int, span: Span) -> dict[str, Any]:
    top, middle = n * ROW, n * ROW + _MIDDLE
    colour = COLOURS[span.colour]
    return {
        "label": span.label, "shown": span.shown, "x": span.low, "x2": span.high, "value": span.value,
        "top": top + 4, "middle": middle, "y": middle - _BAND, "y2": middle + _BAND,
        "colour": colour, "pale": COLOURS[_PALE[span.colour]],
    }  # fmt: skip

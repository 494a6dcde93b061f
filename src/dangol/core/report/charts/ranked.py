"""Which is the largest? Horizontal bars with their words above them, floating where they bridge, with whiskers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dangol.core.report.charts.chart import Spec, layer, place, view
from dangol.core.report.theme import COLOURS

ROW = 44
"""Height in px of one row: a line of words and the bar under it."""

BRIDGE_ROOM = 1.18
"""The joints of a bridge stay clear of the figures at the right."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row. The bar runs from `start` to `end`; `whisker` is the interval of the end."""

    label: str
    shown: str
    end: float
    start: float = 0.0
    colour: str = "accent"
    whisker: tuple[float, float] | None = None


def ranked(width: int, bars: list[Bar], *, bridge: bool = False) -> Spec:
    """Rows top to bottom; with `bridge` each bar begins where the last one ended."""
    reach = [v for bar in bars for v in (bar.start, bar.end, *(bar.whisker or ()))]
    low, high = min(0.0, *reach), max(reach) or 1.0
    x = place("x", low, high * (BRIDGE_ROOM if bridge else 1))
    y = place("y", 0, len(bars) * ROW, reverse=True)
    rows = [_row(n, bar) for n, bar in enumerate(bars)]
    box = {"type": "rect"}
    given = {"field": "colour", "type": "nominal", "scale": None}
    words = {"type": "text", "baseline": "top"}
    left, right = {"value": 0}, {"value": "width"}
    layers = [
        layer(box, rows, x=x, x2={"field": "x2"}, y=y, y2={"field": "y2"}, color=given),
        layer({**words, "align": "left", "limit": width - 110}, rows, x=left, y=place_text(y), text={"field": "label"}),
        layer({**words, "align": "right", "fontWeight": 600}, rows, x=right, y=place_text(y), text={"field": "shown"}),
    ]  # fmt: skip
    if bridge:
        layers.append(_joints(bars, x, y))
    layers += _whiskers(bars, x, y)
    return view(width, len(bars) * ROW, layers)


def place_text(y: Spec) -> Spec:
    """The same scale, at the top of the row."""
    return {**y, "field": "top"}


def _row(n: int, bar: Bar) -> dict[str, Any]:
    top = n * ROW
    return {
        "label": bar.label, "shown": bar.shown, "x": bar.start, "x2": bar.end, "top": top + 2,
        "y": top + 20, "y2": top + 32, "colour": COLOURS[bar.colour],
    }  # fmt: skip


def _joints(bars: list[Bar], x: Spec, y: Spec) -> Spec:
    rows = [
        {"x": bar.end, "y": n * ROW + 32, "y2": (n + 1) * ROW + 20}
        for n, bar in enumerate(bars[:-1])
    ]  # fmt: skip
    return layer({"type": "rule", "color": COLOURS["grey"]}, rows, x=x, y=y, y2={"field": "y2"})


def _whiskers(bars: list[Bar], x: Spec, y: Spec) -> list[Spec]:
    rows = [
        {"x": bar.whisker[0], "x2": bar.whisker[1], "y": n * ROW + 26}
        for n, bar in enumerate(bars)
        if bar.whisker
    ]
    if not rows:
        return []
    rule = {"type": "rule", "color": COLOURS["ink"], "strokeWidth": 1.5}
    return [layer(rule, rows, x=x, x2={"field": "x2"}, y=y)]

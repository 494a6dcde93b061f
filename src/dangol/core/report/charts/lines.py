"""How does a number move along time or age? Lines with bands, direct labels and unfinished ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dangol.core.report.charts.chart import Spec, labels, layer, place, view
from dangol.core.report.theme import COLOURS, NARROW


@dataclass(frozen=True, slots=True)
class Line:
    """One series: points (x, y), a band (x, low, high), its direct label, and a dashed unfinished tail."""

    points: list[tuple[float, float]]
    label: str = ""
    colour: str = "accent"
    band: list[tuple[float, float, float]] = field(default_factory=list)
    unfinished: list[tuple[float, float]] = field(default_factory=list)
    below: bool = False
    """The label stands under the line rather than above it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the x axis that the reader should see, with its words."""

    x: float
    label: str
    y: float | None = None


def lines(
    width: int,
    series: list[Line],
    *,
    x_ticks: list[tuple[float, str]],
    y_ticks: list[tuple[float, str]],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    marks: tuple[Mark, ...] = (),
) -> Spec:
    """A line chart of the given width; ticks are (value, words)."""
    height = 220 if width > NARROW else 200
    if width <= NARROW and len(x_ticks) > 5:
        x_ticks = x_ticks[:: -(-len(x_ticks) // 5)]
    x_axis = labels(x_ticks, labelFlush=True)
    y_axis = labels(y_ticks, grid=True, labelPadding=8)
    x, y = place("x", *x_range, x_axis), place("y", *y_range, y_axis)
    layers: list[Spec] = []
    for each in series:
        layers += _series(each, x, y)
    for place_, mark in enumerate(marks):
        layers += _mark(mark, 18 * place_, x, y, (x_range, y_range))
    return view(width, height, layers)


def _series(line: Line, x: Spec, y: Spec) -> list[Spec]:
    drawn: list[Spec] = []
    if line.band:
        rows = [{"x": a, "y": low, "high": high} for a, low, high in line.band]
        drawn.append(layer({"type": "area", "color": COLOURS["band"]}, rows, x=x, y=y, y2={"field": "high"}))
    stroke = {"type": "line", "color": COLOURS[line.colour]}
    drawn.append(layer(stroke, _rows(line.points), x=x, y=y))
    if line.unfinished:
        tail = line.points[-1:] + line.unfinished
        drawn.append(layer({**stroke, "strokeDash": [2, 5]}, _rows(tail), x=x, y=y))
    if line.label and line.points:
        drawn += _end_label(line, x, y)
    return drawn


def _end_label(line: Line, x: Spec, y: Spec) -> list[Spec]:
    last = (line.points + line.unfinished)[-1]
    side = {"baseline": "top", "dy": 8} if line.below else {"baseline": "bottom", "dy": -8}
    words = {"type": "text", "align": "right", "fontWeight": 600, **side}
    colour = COLOURS["muted" if line.colour == "grey" else line.colour]
    row = {"x": last[0], "y": last[1], "label": line.label}
    return [layer({**words, "color": colour}, [row], x=x, y=y, text={"field": "label"})]


def _mark(mark: Mark, down: int, x: Spec, y: Spec, ranges: tuple[tuple[float, float], ...]) -> list[Spec]:
    """A dotted line with its words beside it, `down` px from the top so that two marks keep apart."""
    x_range, y_range = ranges
    top = y_range[1]
    rule = {"type": "rule", "color": COLOURS["muted"], "strokeDash": [2, 3]}
    middle = (x_range[0] + x_range[1]) / 2
    side = {"align": "left", "dx": 8} if mark.x < middle else {"align": "right", "dx": -8}
    words = {"type": "text", "baseline": "top", "fontWeight": 600, "dy": down, **side}
    drawn = [
        layer(rule, [{"x": mark.x, "y": y_range[0], "top": top}], x=x, y=y, y2={"field": "top"}),
        layer(words, [{"x": mark.x, "y": top, "label": mark.label}], x=x, y=y, text={"field": "label"}),
    ]
    if mark.y is not None:
        dot = {"type": "point", "filled": True, "size": 64, "opacity": 1, "color": COLOURS["accent"]}
        drawn.append(layer(dot, [{"x": mark.x, "y": mark.y}], x=x, y=y))
    return drawn


def _rows(points: list[tuple[float, float]]) -> list[dict[str, Any]]:
    return [{"x": x, "y": y} for x, y in points]

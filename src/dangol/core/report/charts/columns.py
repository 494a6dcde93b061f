"""How much was it in each period? Columns along time, stacked, with the unfinished period hatched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dangol.core.report.charts.chart import Spec, labels, layer, place, view
from dangol.core.report.theme import COLOURS, NARROW


@dataclass(frozen=True, slots=True)
class Stack:
    """One series of heights, bottom to top in the order given; negative heights hang below zero."""

    heights: list[float]
    label: str = ""
    colour: str = "accent"


def columns(
    width: int,
    stacks: list[Stack],
    *,
    x_ticks: list[tuple[float, str]],
    y_ticks: list[tuple[float, str]],
    y_range: tuple[float, float],
    unfinished: frozenset[int] = frozenset(),
    line: list[tuple[float, float]] | None = None,
) -> Spec:
    """Columns 0, 1, 2, ... of the given stacks; `unfinished` are hatched; `line` is drawn over them."""
    number = max(len(stack.heights) for stack in stacks)
    height = 220 if width > NARROW else 200
    if width <= NARROW and len(x_ticks) > 5:
        x_ticks = x_ticks[:: -(-len(x_ticks) // 5)]
    x = place("x", -0.5, number - 0.5, labels(x_ticks))
    y = place("y", *y_range, labels(y_ticks, grid=True, labelPadding=8))
    rows, ends = _rows(stacks, unfinished)
    box = {"type": "rect"}
    layers = [layer(box, rows, x=x, x2={"field": "x2"}, y=y, y2={"field": "y2"}, color=_given("colour"))]
    if y_range[0] < 0:
        layers.append(layer({"type": "rule", "color": COLOURS["grey"]}, [{"y": 0}], y=y))
    if line:
        points = [{"x": a, "y": b} for a, b in line]
        layers.append(layer({"type": "line", "color": COLOURS["ink"]}, points, x=x, y=y))
    words = {"type": "text", "align": "left", "baseline": "middle", "fontWeight": 600, "dx": 8}
    if any(stack.label for stack in stacks):
        x_end = {**x, "scale": {**x["scale"], "domain": [-0.5, number - 0.5 + _room(stacks, width, number)]}}
        layers = [_on(each, x_end) for each in layers]
        layers.append(layer(words, ends, x=x_end, y=y, text={"field": "label"}, color=_given("colour")))
    return view(width, height, layers)


def _rows(
    stacks: list[Stack], unfinished: frozenset[int]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    rows, ends = [], []
    above: dict[int, float] = {}
    below: dict[int, float] = {}
    for stack in stacks:
        for n, size in enumerate(stack.heights):
            reached = above if size >= 0 else below
            low, high = reached.get(n, 0.0), reached.get(n, 0.0) + size
            reached[n] = high
            colour = COLOURS["open" if n in unfinished else stack.colour]
            rows.append({"x": n - 0.38, "x2": n + 0.38, "y": low, "y2": high, "colour": colour})
        word = COLOURS[
            "muted" if stack.colour in {"pale", "grey", "band", "heat-2", "heat-3"} else stack.colour
        ]
        ends.append(
            {"x": len(stack.heights) - 0.5, "y": (low + high) / 2, "label": stack.label, "colour": word}
        )
    return rows, _apart(ends)


def _apart(ends: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Labels of slices too thin to hold one are left to the table."""
    kept: list[dict[str, Any]] = []
    span = max((abs(end["y"]) for end in ends), default=1) or 1
    for end in ends:
        if end["label"] and all(abs(end["y"] - other["y"]) > span * 0.09 for other in kept):
            kept.append(end)
    return kept


def _room(stacks: list[Stack], width: int, number: int) -> float:
    """Columns' worth of room that the direct labels need at the right."""
    letters = max(_width(stack.label) for stack in stacks)
    return number * (letters * 7 + 16) / max(width - letters * 7 - 70, 80)


def _width(text: str) -> float:
    return sum(1.7 if letter > "\u1100" else 1 for letter in text)


def _on(spec: Spec, x: Spec) -> Spec:
    encoding = spec["encoding"]
    return {**spec, "encoding": {**encoding, "x": x}} if "x" in encoding else spec


def _given(field: str) -> Spec:
    return {"field": field, "type": "nominal", "scale": None}

"""Which cohorts kept their people? A heat map in seven steps; what is not over yet is hatched, not pale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dangol.core.report.charts.chart import Spec, labels, layer, place, view
from dangol.core.report.theme import COLOURS, HEAT, NARROW

ROW = 28


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell: row and column from 0, its rate (None: not known), and whether its period is over."""

    row: int
    column: int
    rate: float | None
    shown: str
    is_finished: bool = True


def heat(
    width: int, cells: list[HeatCell], *, rows: list[str], columns: list[str], top: float, narrow_columns: list[int]
) -> Spec:  # fmt: skip
    """A grid of the cells; `top` is the rate of the darkest step. On a phone only `narrow_columns` are drawn."""
    shown = list(range(len(columns))) if width > NARROW else narrow_columns
    at = {column: place_ for place_, column in enumerate(shown)}
    drawn = [_cell(cell, at[cell.column], top) for cell in cells if cell.column in at]
    x_axis = labels([(n + 0.5, columns[column]) for n, column in enumerate(shown)], orient="top")
    y_axis = labels([(n + 0.5, row) for n, row in enumerate(rows)], labelPadding=10)
    x = place("x", 0, len(shown), x_axis)
    y = place("y", 0, len(rows), y_axis, reverse=True)
    box = {"type": "rect", "stroke": COLOURS["paper"], "strokeWidth": 2}
    given = {"field": "colour", "type": "nominal", "scale": None}
    word = {"field": "word", "type": "nominal", "scale": None}
    middle = {"x": place("xm", 0, len(shown), x_axis), "y": place("ym", 0, len(rows), y_axis, reverse=True)}
    layers = [
        layer(box, drawn, x=x, x2={"field": "x2"}, y=y, y2={"field": "y2"}, color=given),
        layer({"type": "text", "baseline": "middle"}, drawn, **middle, text={"field": "shown"}, color=word),
    ]
    return view(width, len(rows) * ROW + 24, layers)


def _cell(cell: HeatCell, column: int, top: float) -> dict[str, Any]:
    step = heat_step(cell.rate, top)
    known = cell.is_finished and cell.rate is not None
    return {
        "x": column, "x2": column + 1, "xm": column + 0.5,
        "y": cell.row, "y2": cell.row + 1, "ym": cell.row + 0.5,
        "shown": cell.shown,
        "colour": HEAT[step] if known else COLOURS["open"],
        "word": COLOURS["muted"] if not known else COLOURS["on-heat-high" if step > 3 else "on-heat-low"],
    }  # fmt: skip


def heat_step(rate: float | None, top: float) -> int:
    """Which of the seven colours: 0 for nothing, 6 from `top` on.

    >>> heat_step(0.0, 0.5), heat_step(0.25, 0.5), heat_step(0.5, 0.5)
    (0, 3, 6)
    """
    return 0 if rate is None or top <= 0 else min(int(rate / top * 7 * 0.999), len(HEAT) - 1)

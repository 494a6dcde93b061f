"""Where does it leak? The bucket: what came in, what is kept, and what went out by cause.

The streams are to one scale; the water is as high as what is there now against what was ever in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dangol.core.report.charts.chart import Spec, layer, place, view
from dangol.core.report.theme import COLOURS, NARROW

STEPS = 16
SLOT = 38.0
"""Least px that a stream and its two lines of words take."""
THIN = 2.0


@dataclass(frozen=True, slots=True)
class Stream:
    """What flowed in or out: its size, its name and its figure."""

    size: float
    label: str
    shown: str
    colour: str = "grey"


@dataclass(frozen=True, slots=True)
class _Side:
    """Where one side's words end, its streams begin, and the wall of the bucket stands; 0 to 1."""

    words: float
    outer: float
    wall: float


def bucket(width: int, inflow: list[Stream], outflow: list[Stream], *, stock: str, stock_label: str) -> Spec:
    """Streams in at the left, the stock in the middle, streams out at the right."""
    most = max(len(inflow), len(outflow))
    height = max(220.0, SLOT * most + 60)
    total = max(sum(s.size for s in inflow), sum(s.size for s in outflow)) or 1.0
    scale = min((height - 40) * 0.7 / total, (height - (SLOT + 4) * most + 24) / total)
    margin, wall = (0.24, 0.40) if width > NARROW else (0.32, 0.39)
    x, y = place("x", 0, 1), place("y", 0, height, reverse=True)
    layers = [_water(height, wall, 1 - wall, x, y)]
    layers += _streams(inflow, _Side(0.0, margin, wall), scale, height, x, y)
    layers += _streams(outflow, _Side(1.0, 1 - margin, 1 - wall), scale, height, x, y)
    layers += _stock(height, stock, stock_label, x, y)
    return view(width, round(height), layers)


def _water(height: float, left: float, right: float, x: Spec, y: Spec) -> Spec:
    rows = [{"x": left, "x2": right, "y": 0.0, "y2": height}]
    box = {"type": "rect", "color": COLOURS["band"], "cornerRadius": 6}
    return layer(box, rows, x=x, x2={"field": "x2"}, y=y, y2={"field": "y2"})


def _stock(height: float, stock: str, label: str, x: Spec, y: Spec) -> list[Spec]:
    row = [{"x": 0.5, "y": height / 2, "stock": stock, "label": label}]
    big = {"type": "text", "fontSize": 20, "fontWeight": 600, "baseline": "bottom", "color": COLOURS["ink"]}
    small = {"type": "text", "baseline": "top", "dy": 6, "color": COLOURS["ink"]}
    return [
        layer(big, row, x=x, y=y, text={"field": "stock"}),
        layer(small, row, x=x, y=y, text={"field": "label"}),
    ]


def _streams(streams: list[Stream], side: _Side, scale: float, height: float, x: Spec, y: Spec) -> list[Spec]:
    thick = [max(stream.size * scale, THIN) for stream in streams]
    slots = [max(each + 8, SLOT) for each in thick]
    far, near = (height - sum(slots)) / 2, (height - sum(thick)) / 2
    drawn: list[Spec] = []
    for stream, size, slot in zip(streams, thick, slots, strict=True):
        middle = far + slot / 2
        drawn.append(_ribbon(stream, size, side, (middle - size / 2, near), x, y))
        drawn += _words(stream, middle, side.words, x, y)
        far, near = far + slot, near + size
    return drawn


def _ribbon(stream: Stream, thick: float, side: _Side, tops: tuple[float, float], x: Spec, y: Spec) -> Spec:
    rows: list[dict[str, Any]] = []
    for n in range(STEPS + 1):
        share = n / STEPS
        eased = share * share * (3 - 2 * share)
        top = tops[0] + (tops[1] - tops[0]) * eased
        rows.append({"x": side.outer + (side.wall - side.outer) * share, "y": top, "y2": top + thick})
    area = {"type": "area", "color": COLOURS[stream.colour]}
    return layer(area, rows, x=x, y=y, y2={"field": "y2"})


def _words(stream: Stream, middle: float, outer: float, x: Spec, y: Spec) -> list[Spec]:
    side = {"align": "left" if outer == 0.0 else "right"}
    row = [{"x": outer, "y": middle, "label": stream.label, "shown": stream.shown}]
    name = {"type": "text", "baseline": "bottom", "limit": 160, "dy": -1, **side}
    size = {"type": "text", "baseline": "top", "fontWeight": 600, "dy": 2, **side}
    return [
        layer(name, row, x=x, y=y, text={"field": "label"}),
        layer(size, row, x=x, y=y, text={"field": "shown"}),
    ]

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
    """Where one side's words begin, its streams end, and the wall of the bucket stands; 0 to 1."""

    words: float
    outer: float
    wall: float
    room: int
    """px for the words."""


def bucket(width: int, inflow: list[Stream], outflow: list[Stream], *, stock: str, stock_label: str) -> Spec:
    """Streams in at the left, the stock in the middle, streams out at the right."""
    most = max(len(inflow), len(outflow))
    height = max(220.0, SLOT * most + 60)
    total = max(sum(s.size for s in inflow), sum(s.size for s in outflow)) or 1.0
    scale = min((height - 40) * 0.7 / total, (height - (SLOT + 4) * most + 24) / total)
    left, right = _sides(width)
    x, y = place("x", 0, 1), place("y", 0, height, reverse=True)
    layers = [_water(height, left.wall, right.wall, x, y)]
    layers += _streams(inflow, left, scale, height, x, y)
    layers += _streams(outflow, right, scale, height, x, y)
    lines = [stock_label] if width > NARROW else stock_label.split(" ")
    layers += _stock(height, (left.wall + right.wall) / 2, stock, lines, x, y)
    return view(width, round(height), layers)


def _sides(width: int) -> tuple[_Side, _Side]:
    """On a phone the causes at the right get the room; what comes in has short names."""
    if width > NARROW:
        return _Side(0.0, 0.18, 0.36, 150), _Side(1.0, 0.76, 0.58, 168)
    return _Side(0.0, 0.19, 0.27, 62), _Side(1.0, 0.56, 0.48, 138)


def _water(height: float, left: float, right: float, x: Spec, y: Spec) -> Spec:
    rows = [{"x": left, "x2": right, "y": 0.0, "y2": height}]
    box = {"type": "rect", "color": COLOURS["band"], "cornerRadius": 6}
    return layer(box, rows, x=x, x2={"field": "x2"}, y=y, y2={"field": "y2"})


def _stock(height: float, middle: float, stock: str, label: list[str], x: Spec, y: Spec) -> list[Spec]:
    row = [{"x": middle, "y": height / 2, "stock": stock, "label": label}]
    big = {"type": "text", "fontSize": 20, "fontWeight": 600, "baseline": "bottom", "color": COLOURS["ink"]}
    small = {"type": "text", "baseline": "top", "dy": 6, "color": COLOURS["ink"], "lineHeight": 16}
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
        drawn += _words(stream, middle, side, x, y)
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


def _words(stream: Stream, middle: float, side: _Side, x: Spec, y: Spec) -> list[Spec]:
    align = {"align": "left" if side.words == 0.0 else "right"}
    row = [{"x": side.words, "y": middle, "label": stream.label, "shown": stream.shown}]
    name = {"type": "text", "baseline": "bottom", "limit": side.room, "dy": -1, **align}
    size = {"type": "text", "baseline": "top", "fontWeight": 600, "dy": 2, **align}
    return [
        layer(name, row, x=x, y=y, text={"field": "label"}),
        layer(size, row, x=x, y=y, text={"field": "shown"}),
    ]

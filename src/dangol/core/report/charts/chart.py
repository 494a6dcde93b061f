"""What is a chart? Two Vega-Lite specifications and what they say in words; drawn as SVG or PNG."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dangol.core.report.charts.drawing import converter, draw_soon, drawing
from dangol.core.report.theme import COLOURS, HATCHED, NARROW, TOKENS, WIDE, config

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing: `title` says the finding, `describes` is for those who do not see it.

    `wide` and `narrow` are complete Vega-Lite specifications; `altair.Chart.from_dict` takes them.
    """

    name: str
    title: str
    describes: str
    wide: Spec
    narrow: Spec


def both(name: str, title: str, describes: str, draw: Callable[[int], Spec]) -> Chart:
    """A chart from a function of its width in px."""
    return Chart(name, title, describes, draw(WIDE), draw(NARROW))


def view(width: int, height: int, layers: list[Spec], **scales: Spec) -> Spec:
    """A specification of layers that fills `width` x `height`."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "layer": layers,
        "config": config(),
        **scales,
    }


def layer(mark: Spec, rows: list[dict[str, Any]], **channels: Any) -> Spec:
    """One layer over its own rows."""
    return {"mark": mark, "data": {"values": rows}, "encoding": channels}


def place(field: str, low: float, high: float, axis: Spec | None = None, *, reverse: bool = False) -> Spec:
    """A position channel: the field on a linear scale from `low` to `high`, without an axis unless given."""
    scale = {"domain": [low, high], "nice": False, "zero": False, "reverse": reverse}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def labels(ticks: list[tuple[float, str]], **style: Any) -> Spec:
    """An axis with these labels at these places, and nothing else unless `style` says so."""
    # The renderer writes negative numbers with a minus sign, not with a hyphen.
    words = json.dumps(
        {f"{at:g}".replace("-", "\N{MINUS SIGN}"): text for at, text in ticks}, ensure_ascii=False
    )
    expression = f"({words})[format(datum.value, '~g')]"
    return {"values": [at for at, _ in ticks], "labelExpr": expression, "title": None, **style}


def chart_svg(spec: Spec) -> str:
    """The drawing as an SVG element in the light colours of the theme, without fixed width or height."""
    return re.sub(r'(<svg[^>]*?) width="[\d.]+" height="[\d.]+"', r"\1", drawing(spec), count=1)


def draw_ahead(chart: Chart) -> None:
    """Begin to draw what a page will show, while the figures of its other sections are still asked for."""
    for spec in (chart.wide, chart.narrow):
        draw_soon(spec)


def chart_png(chart: Chart, path: Path | None = None, *, dark: bool = False, scale: float = 2) -> bytes:
    """The wide drawing with its title as PNG; also written to `path` when given."""
    spec = {**chart.wide, "title": {"text": chart.title, "limit": WIDE}}
    svg = drawing(spec)
    svg = svg.replace(f'fill="{COLOURS["open"]}"', 'fill="url(#hatched)"')
    paper = f'<defs>{HATCHED}</defs><rect width="100%" height="100%" fill="{COLOURS["paper"]}"/>'
    svg = re.sub(r"(<svg[^>]*>)", lambda found: found[1] + paper, svg, count=1)
    png: bytes = converter().svg_to_png(_tinted(svg) if dark else svg, scale=scale)
    if path is not None:
        path.write_bytes(png)
    return png


def _tinted(svg: str) -> str:
    dark = {token.light: token.dark for token in TOKENS}
    return re.sub("|".join(dark), lambda found: dark[found[0]], svg)

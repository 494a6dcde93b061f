"""Which colours, sizes and letters does the report have? One file for the page and for the charts.

Charts are drawn in the light colours; each colour is one token, and the style sheet of the page tints the
same token for dark. So one drawing serves both, and every token's light value is used for nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

FONT: Final = "Dangol Sans"
SIZE: Final = 12
"""Letters in charts, in px; the scale of the page is 12, 14, 16, 20, 28."""
WIDE: Final = 712
NARROW: Final = 328
"""Widths in px that each chart is drawn at: a desk or paper, and a phone of 360 px."""


@dataclass(frozen=True, slots=True)
class Token:
    """One colour by what it means, in light and in dark."""

    name: str
    light: str
    dark: str


TOKENS: Final = (
    Token("paper", "#fefefe", "#14171b"),
    Token("ink", "#1b1f24", "#e7eaee"),
    Token("muted", "#5c6570", "#9ea8b3"),
    Token("line", "#e4e7eb", "#2b3138"),
    Token("grey", "#a9b1ba", "#5d6772"),
    Token("pale", "#d5dae0", "#3b434c"),
    Token("accent", "#1d5fc4", "#74aaff"),
    Token("band", "#d6e4f8", "#1f3556"),
    Token("bad", "#c2500f", "#ff9d5c"),
    Token("bad-pale", "#f6dccb", "#4d2c17"),
    Token("open", "#eceef1", "#20252b"),
    Token("hatch", "#c4cad1", "#454e58"),
    Token("heat-0", "#f1f6fd", "#171f2b"),
    Token("heat-1", "#dbe8fa", "#1b2c45"),
    Token("heat-2", "#bcd4f5", "#1f3d66"),
    Token("heat-3", "#93b9ec", "#28528c"),
    Token("heat-4", "#5f94dd", "#3d71b8"),
    Token("heat-5", "#2f6cc6", "#649be6"),
    Token("heat-6", "#134a98", "#a3caff"),
    Token("on-heat-low", "#20262d", "#e0e6ee"),
    Token("on-heat-high", "#fdfdfe", "#0e1319"),
)
COLOURS: Final = {token.name: token.light for token in TOKENS}
HEAT: Final = tuple(COLOURS[f"heat-{n}"] for n in range(7))


def config() -> dict[str, Any]:
    """The Vega-Lite configuration of every chart: hairlines, greys, no frame, no legend."""
    text = {"font": FONT, "fontSize": SIZE}
    return {
        "background": "transparent",
        "font": FONT,
        "padding": 0,
        "aria": False,
        "view": {"stroke": None},
        "legend": {"disable": True},
        "text": {**text, "color": COLOURS["ink"]},
        "title": {"font": FONT, "fontSize": 16, "fontWeight": 600, "anchor": "start", "offset": 16,
                  "color": COLOURS["ink"]},
        "axis": {
            "labelFont": FONT, "labelFontSize": SIZE, "labelColor": COLOURS["muted"], "labelPadding": 6,
            "titleFont": FONT, "titleFontSize": SIZE, "titleFontWeight": 400, "titleColor": COLOURS["muted"],
            "ticks": False, "domain": False, "grid": False, "gridColor": COLOURS["line"], "gridWidth": 1,
        },
        "line": {"strokeWidth": 2, "strokeCap": "round", "strokeJoin": "round"},
        "rule": {"color": COLOURS["line"]},
    }  # fmt: skip


def style() -> str:
    """The tokens as CSS: variables of the page, and the same tint for every drawn colour."""
    light = "".join(f"--{t.name}:{t.light};" for t in TOKENS)
    dark = "".join(f"--{t.name}:{t.dark};" for t in TOKENS)
    tint = "".join(
        f'svg [{what}="{t.light}"]{{{what}:{_paint(t, what)}}}' for t in TOKENS for what in ("fill", "stroke")
    )
    return f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}{tint}"


def _paint(token: Token, what: str) -> str:
    """Unfinished cells are hatched; the pattern is defined once in the page."""
    return "url(#hatched)" if token.name == "open" and what == "fill" else f"var(--{token.name})"


HATCHED: Final = (
    '<pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="6" height="6" fill="{COLOURS["paper"]}"/>'
    f'<rect width="1.5" height="6" fill="{COLOURS["hatch"]}"/></pattern>'
)

"""How does a chart of the core stand on a page? As drawings in the colours of the page, with the table behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.utils.safestring import SafeString, mark_safe

from dangol.core.report.charts import Chart
from dangol.core.report.charts.chart import Spec, chart_svg
from dangol.core.report.theme import TOKENS

_TOKEN_OF: Final = {token.light: token.name for token in TOKENS}
_COLOUR: Final = re.compile(r'\b(fill|stroke)="(' + "|".join(_TOKEN_OF) + ')"')
_SPOKEN: Final = re.compile(r' (?:role|aria-roledescription|aria-hidden|class|xmlns:xlink|version)="[^"]*"')


@dataclass(frozen=True, slots=True)
class Figures:
    """The table behind a chart: its heads, and rows of words; the first column names the row."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as `<c-chart :picture="...">` shows it; `title` says the finding."""

    name: str
    title: str
    describes: str
    wide: SafeString
    narrow: SafeString
    figures: Figures | None = None
    under: str = ""
    """Its period and n, in small letters under the title."""


def picture(chart: Chart, figures: Figures | None = None, under: str = "") -> Picture:
    """Draw a chart of the core for a page, wide and narrow."""
    return Picture(
        chart.name, chart.title, chart.describes, inline(chart.wide), inline(chart.narrow), figures, under
    )


def inline(spec: Spec) -> SafeString:
    """One drawing as an SVG element that takes its colours from the page; silent, as its figure has the words."""
    return in_page_colours(chart_svg(spec))


@lru_cache(maxsize=256)
def in_page_colours(svg: str) -> SafeString:
    """A drawing in the light colours of the theme, with each colour as the token that it is."""
    tinted = _COLOUR.sub(lambda found: f'{found[1]}="{_paint(found[1], _TOKEN_OF[found[2]])}"', svg)
    bare = _SPOKEN.sub("", tinted).replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    return mark_safe(bare)  # noqa: S308 drawn by the renderer from our own specification, texts escaped there


def _paint(what: str, token: str) -> str:
    """Unfinished parts are hatched; the pattern is defined once in the frame."""
    return "url(#hatched)" if token == "open" and what == "fill" else f"var(--{token})"  # noqa: S105 a colour

"""How does the bucket leak? Drawn: what pours in, what is kept, and every hole as wide as what runs out of it.

All streams are to one scale. Each hole is a link to those who left through it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDE: Final = 1040
RIM: Final = 132.0
"""From here down stands the bucket; above it pours what comes in."""
LEFT, RIGHT, TAPER = 330.0, 606.0, 30.0
MOUTH: Final = 172.0
"""Where the streams from the left begin, right of their words."""
WORDS: Final = 764.0
SLOT: Final = 62.0
THIN: Final = 2.0
MOST_IN, MOST_OUT = 96.0, 190.0
"""px that all streams in, and all streams out, take together at most."""


@dataclass(frozen=True, slots=True)
class Stream:
    """What flows in or out: how much, in which words, where it leads, and in which colour."""

    size: int
    name: str
    told: str
    under: str = ""
    href: str = ""
    colour: str = "grey"


@dataclass(frozen=True, slots=True)
class _Body:
    """The bucket's walls at a height."""

    bottom: float

    def wall(self, y: float) -> float:
        """How far right the right wall stands at a height."""
        return RIGHT - TAPER * (y - RIM) / (self.bottom - RIM)


def drawing(inflow: Sequence[Stream], outflow: Sequence[Stream], stock: str, stock_name: str) -> SafeString:
    """The picture as one SVG element in the colours of the page."""
    body = _Body(RIM + max(SLOT * len(outflow), 250.0))
    scale = _scale(inflow, outflow)
    level = RIM + 34.0
    parts = [
        format_html_join("", "{}", ((each,) for each in _inflow(inflow, scale, level))),
        _water(body, level),
        format_html_join("", "{}", ((each,) for each in _outflow(outflow, scale, body, level))),
        _walls(body),
        _stock(body, level, stock, stock_name),
    ]
    inside = format_html_join("", "{}", ((part,) for part in parts))
    return format_html(
        '<svg viewBox="0 0 {} {}" font-size="14">{}</svg>', WIDE, round(body.bottom + 12), inside
    )


def _scale(inflow: Sequence[Stream], outflow: Sequence[Stream]) -> float:
    poured, leaked = (sum(stream.size for stream in side) or 1 for side in (inflow, outflow))
    return min(MOST_IN / poured, MOST_OUT / leaked)


def _thick(stream: Stream, scale: float) -> float:
    return max(stream.size * scale, THIN)


def _inflow(streams: Sequence[Stream], scale: float, level: float) -> Iterator[SafeString]:
    """Streams that bend down into the opening; the first at the far side, so that none cross."""
    thick = [_thick(each, scale) for each in streams]
    down, across = 8.0, (LEFT + RIGHT) / 2 + sum(thick) / 2
    for stream, size in zip(streams, thick, strict=True):
        slot = max(size, 40.0)
        y, x = down + slot / 2, across - size / 2
        path = f"M{MOUTH:.1f},{y:.1f}H{x - 70:.1f}Q{x:.1f},{y:.1f} {x:.1f},{max(y + 60, RIM - 8):.1f}V{level + 6:.1f}"
        yield _linked(stream, _stroke(path, size, stream.colour), _words(stream, 0.0, y))
        down, across = down + slot + 6, across - size


def _outflow(streams: Sequence[Stream], scale: float, body: _Body, level: float) -> Iterator[SafeString]:
    """Streams that leave through holes in the wall, each to its own words."""
    thick = [_thick(each, scale) for each in streams]
    room = body.bottom - level - 36 - sum(thick)
    gap = room / max(len(streams), 1)
    at, slot = level + 18 + gap / 2, (body.bottom - RIM) / max(len(streams), 1)
    for n, (stream, size) in enumerate(zip(streams, thick, strict=True)):
        y, to = at + size / 2, RIM + slot * (n + 0.5)
        wall, end = body.wall(y), WORDS - 16
        path = f"M{wall:.1f},{y:.1f}C{wall + 70:.1f},{y:.1f} {end - 80:.1f},{to:.1f} {end:.1f},{to:.1f}"
        hole = format_html(
            '<ellipse cx="{}" cy="{}" rx="3.5" ry="{}" fill="var(--ink)"/>',
            _at(wall),
            _at(y),
            _at(size / 2 + 1),
        )
        drawn = format_html("{}{}", _stroke(path, size, stream.colour), hole)
        yield _linked(stream, drawn, _words(stream, WORDS, to))
        at += size + gap


def _stroke(path: str, size: float, colour: str) -> SafeString:
    return format_html(
        '<path d="{}" fill="none" stroke="var(--{})" stroke-width="{}"/>', path, colour, _at(size)
    )


def _words(stream: Stream, x: float, y: float) -> SafeString:
    lines: list[tuple[str, str, float]] = [(stream.name, "name", -3.0), (stream.told, "told", 14.0)]
    if stream.under:
        lines = [(stream.name, "name", -12.0), (stream.told, "told", 5.0), (stream.under, "told", 22.0)]
    return format_html_join(
        "",
        '<text x="{}" y="{}" class="{}">{}</text>',
        ((_at(x), _at(y + dy), kind, text) for text, kind, dy in lines),
    )


def _linked(stream: Stream, drawn: SafeString, words: SafeString) -> SafeString:
    if not stream.href:
        return format_html("<g>{}{}</g>", drawn, words)
    return format_html(
        '<a class="hole" href="{}" aria-label="{}">{}{}</a>',
        stream.href, f"{stream.name}: {stream.told}", drawn, words,
    )  # fmt: skip


def _water(body: _Body, level: float) -> SafeString:
    """The water, with a quiet surface."""
    left = LEFT + (RIGHT - body.wall(level))
    right, low = body.wall(level), body.bottom
    quarter = (right - left) / 4
    surface = "".join(f"q{quarter / 2:.1f},{bend} {quarter:.1f},0" for bend in (-5, 5, -5, 5))
    path = (
        f"M{left:.1f},{level:.1f}{surface}L{RIGHT - TAPER + 4:.1f},{low - 14:.1f}"
        f"Q{RIGHT - TAPER:.1f},{low:.1f} {RIGHT - TAPER - 14:.1f},{low:.1f}H{LEFT + TAPER + 14:.1f}"
        f"Q{LEFT + TAPER:.1f},{low:.1f} {LEFT + TAPER - 4:.1f},{low - 14:.1f}Z"
    )
    return format_html('<path d="{}" fill="var(--band)"/>', path)


def _walls(body: _Body) -> SafeString:
    low = body.bottom
    path = (
        f"M{LEFT:.1f},{RIM:.1f}L{LEFT + TAPER - 4:.1f},{low - 14:.1f}Q{LEFT + TAPER:.1f},{low:.1f} "
        f"{LEFT + TAPER + 14:.1f},{low:.1f}H{RIGHT - TAPER - 14:.1f}Q{RIGHT - TAPER:.1f},{low:.1f} "
        f"{RIGHT - TAPER + 4:.1f},{low - 14:.1f}L{RIGHT:.1f},{RIM:.1f}"
    )
    return format_html(
        '<path d="{}" fill="none" stroke="var(--grey)" stroke-width="2" stroke-linecap="round"/>', path
    )


def _stock(body: _Body, level: float, stock: str, name: str) -> SafeString:
    x, y = (LEFT + RIGHT) / 2, (level + body.bottom) / 2
    return format_html(
        '<text x="{}" y="{}" text-anchor="middle" class="stock">{}</text>'
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        _at(x), _at(y), stock, _at(x), _at(y + 24), name,
    )  # fmt: skip


def _at(place: float) -> str:
    """A length as it is written in the drawing; `format_html` takes texts only."""
    return f"{place:.1f}"

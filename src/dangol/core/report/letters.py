"""Which letters does a page carry? The vendored subset files that its text needs, and no others."""

from __future__ import annotations

import base64
import json
from functools import cache
from typing import Final

from dangol.core.report.charts.drawing import FONTS
from dangol.core.report.theme import FONT

PARTS: Final = ("latin", "hangul-common", "hangul-rest")


def faces(text: str) -> str:
    """The @font-face rules for a text. Letters of other scripts are left to the reader's own fonts."""
    used = {ord(letter) for letter in set(text)}
    return "".join(_face(part) for part in PARTS if used & _codes(part))


@cache
def _face(part: str) -> str:
    data = base64.b64encode((FONTS / f"{part}.woff2").read_bytes()).decode()
    return (
        f'@font-face{{font-family:"{FONT}";font-weight:400 700;font-display:swap;'
        f"src:url(data:font/woff2;base64,{data}) format('woff2');unicode-range:{_ranges()[part]}}}"
    )


@cache
def _codes(part: str) -> frozenset[int]:
    codes: set[int] = set()
    for run in _ranges()[part].replace("U+", "").split(","):
        first, _, last = run.partition("-")
        codes |= set(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(codes)


@cache
def _ranges() -> dict[str, str]:
    ranges: dict[str, str] = json.loads((FONTS / "vendor.json").read_text(encoding="utf-8"))["ranges"]
    return ranges

"""Which letters does the report carry? Makes the vendored fonts anew from the npm package `pretendard`.

    npm pack pretendard && tar xzf pretendard-*.tgz && python scripts/font.py package pretendard-*.tgz

Writes to src/dangol/core/report/fonts: one TrueType file for measuring text and for PNG, three woff2
files that a page embeds as it needs them (Latin, the commonest Hangul, the other Hangul of KS X 1001), the
licence, and vendor.json with what they were made from. The licence reserves the name Pretendard for the
unchanged font, so that the subset is called Dangol Sans.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).resolve().parents[1]
FONTS = ROOT / "src/dangol/core/report/fonts"
SIGNS = "–—‘’“”…•′″‹›€₩£¥←→↑↓↗↘−×÷±≥≤≈∞·△▲▼▽○●◆■□✓％‰"
NAME = "Dangol Sans"


def main(package: Path, archive: Path) -> None:
    """Make every file of the folder."""
    FONTS.mkdir(exist_ok=True)
    source = package / "dist/public/variable/PretendardVariable.ttf"
    font = instancer.instantiateVariableFont(TTFont(source, recalcTimestamp=False), {"wght": (400, 400, 700)})
    whole = package.parent / "narrowed.ttf"
    font.save(whole)
    latin = {chr(c) for c in (*range(0x20, 0x7F), *range(0xA0, 0x180))} | set(SIGNS)
    hangul = _ks_x_1001()
    common = _common(package) & hangul
    write(whole, latin | hangul, FONTS / "DangolSans.ttf")
    write(whole, latin, FONTS / "latin.woff2")
    write(whole, common, FONTS / "hangul-common.woff2")
    write(whole, hangul - common, FONTS / "hangul-rest.woff2")
    (FONTS / "LICENSE").write_bytes((package / "dist/LICENSE.txt").read_bytes())
    _lock(package, archive, {"latin": latin, "hangul-common": common, "hangul-rest": hangul - common})


def write(source: Path, letters: set[str], target: Path) -> None:
    """Write a subset under its own name."""
    options = subset.Options()
    options.layout_features = ["kern", "tnum", "ccmp", "case"]
    options.hinting = False
    font = TTFont(source, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(letters)))
    subsetter.subset(font)
    _rename(font)
    if target.suffix == ".woff2":
        font.flavor = "woff2"
    font.save(target)


def _rename(font: TTFont) -> None:
    for record in font["name"].names:
        if record.nameID in {1, 3, 4, 6, 16}:
            record.string = NAME if record.nameID != 6 else NAME.replace(" ", "")


def _ks_x_1001() -> set[str]:
    pairs = (bytes([a, b]) for a in range(0xB0, 0xC9) for b in range(0xA1, 0xFF))
    return {text for pair in pairs if len(text := pair.decode("euc_kr", "ignore")) == 1}


def _common(package: Path) -> set[str]:
    """What the project's own texts use, and the commonest letters by the package's own order of slices."""
    own = {letter for path in (ROOT / "src").rglob("*.py") for letter in path.read_text(encoding="utf-8")}
    css = (package / "dist/web/variable/pretendardvariable-dynamic-subset.css").read_text(encoding="utf-8")
    slices = re.findall(r"unicode-range: ([^;]+);", css)
    commonest: set[str] = set()
    for ranges in slices[-14:]:
        for part in ranges.replace("U+", "").split(","):
            first, _, last = part.strip().partition("-")
            commonest |= {chr(c) for c in range(int(first, 16), int(last or first, 16) + 1)}
    return own | commonest


def _lock(package: Path, archive: Path, parts: dict[str, set[str]]) -> None:
    about = json.loads((package / "package.json").read_text(encoding="utf-8"))
    lock = {
        "name": about["name"],
        "version": about["version"],
        "license": about["license"],
        "archive_sha256": hashlib.sha256(archive.read_bytes()).hexdigest(),
        "made_by": "scripts/font.py",
        "files": {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(FONTS.iterdir())
                  if p.suffix in {".ttf", ".woff2"} or p.name == "LICENSE"},
        "ranges": {name: unicode_range(letters) for name, letters in parts.items()},
    }  # fmt: skip
    (FONTS / "vendor.json").write_text(json.dumps(lock, indent=1) + "\n", encoding="utf-8")


def unicode_range(letters: set[str]) -> str:
    """The letters as the CSS descriptor writes them."""
    runs: list[list[int]] = []
    for code in sorted(map(ord, letters)):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in runs)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

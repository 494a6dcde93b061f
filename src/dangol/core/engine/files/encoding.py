"""In which encoding is a text file written, strictly and to its last byte? And how does it become UTF-8?

A file in one of the encodings is read whole. Where bytes fit none, the likeliest encoding is taken and the
lines that do not fit it are marked with U+FFFD, so that their rows can be refused one by one.
"""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

CHUNK = 1 << 22
UTF8, KOREAN, UTF16, WESTERN = "utf-8", "cp949", "utf-16", "cp1252"
BROKEN = "�"
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: UTF16, codecs.BOM_UTF16_BE: UTF16}


@dataclass(frozen=True, slots=True)
class Encoding:
    """The name Python knows it by, and how many lines do not fit it."""

    name: str
    broken_lines: int = 0

    @property
    def is_utf8(self) -> bool:
        """Whether DuckDB can read the bytes as they are."""
        return self.name in (UTF8, "utf-8-sig") and not self.broken_lines

    @property
    def title(self) -> str:
        """The name as people know it."""
        names = {KOREAN: "CP949 (EUC-KR)", WESTERN: "Windows-1252", "utf-8-sig": "UTF-8 (BOM)"}
        return names.get(self.name, self.name.upper())


def opened(path: Path) -> BinaryIO:
    """The bytes of a file, unpacked when it is gzip."""
    if path.suffix.lower() == ".gz":
        return cast("BinaryIO", gzip.open(path, "rb"))
    return path.open("rb")


def detect(path: Path, given: str | None = None) -> Encoding:
    """The encoding of a file; `given` is taken at its word, and only the lines that break it are counted."""
    with opened(path) as file:
        head = file.read(CHUNK)
    if given:
        return _counted(path, given)
    for mark, name in _BOMS.items():
        if head.startswith(mark):
            return _counted(path, name)
    if (guess := _utf16_without_mark(head)) is not None:
        return _counted(path, guess)
    if _fits(path, UTF8):
        return Encoding(UTF8)
    if _fits(path, KOREAN) and _hangul_share(_first_strange(path)) > 0.5:
        return Encoding(KOREAN)
    return _likeliest(path)


def transcode(
    path: Path, encoding: Encoding, target: Path, change: Callable[[str], str] | None = None
) -> None:
    """Write the file as UTF-8, whole lines at a time; `change` may rewrite each block of lines."""
    with target.open("w", encoding=UTF8, newline="") as out:
        for text in _blocks(path, encoding.name):
            out.write(change(text) if change else text)


def head_text(path: Path, encoding: Encoding) -> str:
    """The beginning of the file as text, whole lines."""
    return next(_blocks(path, encoding.name, 1 << 18), "")


def _blocks(path: Path, name: str, size: int = CHUNK) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(name)("replace")
    rest = ""
    with opened(path) as file:
        while chunk := file.read(size):
            text = rest + decoder.decode(chunk)
            cut = text.rfind("\n") + 1
            rest = text[cut:]
            if cut:
                yield text[:cut]
    if last := rest + decoder.decode(b"", final=True):
        yield last


def _fits(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        with opened(path) as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _counted(path: Path, name: str) -> Encoding:
    if _fits(path, name):
        return Encoding(name)
    lines = sum(BROKEN in line for text in _blocks(path, name) for line in text.splitlines())
    return Encoding(name, lines)


def _utf16_without_mark(head: bytes) -> str | None:
    part = head[:4096]
    if len(part) < 4:
        return None
    even, odd = part[0::2].count(0), part[1::2].count(0)
    if max(even, odd) * 5 < len(part):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _strange_lines(path: Path) -> Iterator[bytes]:
    """The lines that are more than ASCII."""
    with opened(path) as file:
        yield from (line for line in file if not line.isascii())


def _first_strange(path: Path) -> bytes:
    return b"".join(line for line, _ in zip(_strange_lines(path), range(500), strict=False))


def _hangul_share(text: bytes) -> float:
    letters = [c for c in text.decode(KOREAN, "replace") if ord(c) > 127]
    return sum("가" <= c <= "힣" for c in letters) / max(1, len(letters))


def _likeliest(path: Path) -> Encoding:
    """By the lines that are more than ASCII: which encoding do most of them fit?"""
    fits = dict.fromkeys((UTF8, KOREAN, WESTERN), 0)
    lines = 0
    for lines, line in enumerate(_strange_lines(path), 1):  # noqa: B007
        fits[UTF8] += _decodes(line, UTF8)
        fits[KOREAN] += _decodes(line, KOREAN) and _hangul_share(line) > 0.5
        fits[WESTERN] += _decodes(line, WESTERN)
    if fits[UTF8] or fits[KOREAN]:
        best = UTF8 if fits[UTF8] >= fits[KOREAN] else KOREAN
        return _counted(path, best)
    return _counted(path, WESTERN if fits[WESTERN] == lines else UTF8)


def _decodes(line: bytes, name: str) -> bool:
    try:
        line.decode(name)
    except UnicodeDecodeError:
        return False
    return True

"""By which pieces is a text found? Words in Latin letters and digits, two-letter pieces of Korean and Chinese.

Case, width and accents are folded. A Korean word is found from any two of its syllables on, wherever they stand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

_DENSE: Final = "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
"""Scripts that are written without spaces, or whose words carry endings."""
_RUNS: Final = re.compile(rf"[{_DENSE}]+|[^\W_{_DENSE}]+")
_IS_DENSE: Final = re.compile(f"[{_DENSE}]")
_PHONE: Final = re.compile(r"\+?[\d\s().-]{7,20}")
_NOT_DIGITS: Final = re.compile(r"\D+")
LONGEST_WORD: Final = 40
MOST_PIECES: Final = 4000
"""Of one text: positions in a PostgreSQL tsvector end at 16383."""


def folded(text: str) -> str:
    """The text in lower case, full-width letters made narrow, accents off Latin letters."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text).casefold()
    loose = "".join(c for c in unicodedata.normalize("NFD", plain) if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", loose)


def pieces(text: str) -> list[str]:
    """What a text is indexed by, in order; the last syllable of a run stands alone, so that one is found too."""
    found: list[str] = []
    for run in _RUNS.findall(folded(text)):
        if _IS_DENSE.match(run):
            found.extend(run[i : i + 2] for i in range(len(run)))
        else:
            found.append(run[:LONGEST_WORD])
        if len(found) > MOST_PIECES:
            break
    return found[:MOST_PIECES]


def phrases(query: str) -> list[tuple[list[str], bool]]:
    """What somebody typed, as phrases that must all occur: the pieces in order, and whether the last is a beginning.

    Korean needs no beginning from two syllables on; a word in Latin letters may be unfinished.
    """
    if _PHONE.fullmatch(query.strip()):
        return [([phone_digits(query)], True)]
    found: list[tuple[list[str], bool]] = []
    for word in query.split()[:8]:
        runs = _RUNS.findall(folded(word))
        if not runs:
            continue
        tokens = [piece for run in runs[:-1] for piece in pieces(run)]
        last = runs[-1]
        if _IS_DENSE.match(last):
            found.append((tokens + _wanted(last), len(last) == 1))
        else:
            found.append(([*tokens, last[:LONGEST_WORD]], len(last) > 1))
    return found


def _wanted(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def phone_digits(text: str) -> str:
    """The digits of a telephone number; +82 10 and 010 are the same."""
    digits = _NOT_DIGITS.sub("", text)
    return f"0{digits[2:]}" if digits.startswith("82") and len(digits) > 9 else digits


@lru_cache(maxsize=4096)
def _pieces_of_value(text: str) -> tuple[str, ...]:
    return tuple(pieces(text))


def document(
    name: str, names: Iterable[str], phone: str, traits: Mapping[str, Any], notes: Iterable[str]
) -> list[str]:
    """All pieces of a person in order: name, ids and addresses, telephone, traits, notes."""
    found = pieces(name)
    for each in names:
        if each:
            found += pieces(each)
    if digits := phone_digits(phone):
        found += [digits, digits[3:], digits[-4:]] if len(digits) > 7 else [digits]
    for value in _texts(traits):
        found += _pieces_of_value(value)
    for note in notes:
        found += pieces(note)
    return found[:MOST_PIECES]


def _texts(value: Any) -> Iterator[str]:
    """The texts and numbers inside a JSON value; true and false say nothing by themselves."""
    if isinstance(value, str):
        yield value[:2000]
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float):
        yield str(value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)

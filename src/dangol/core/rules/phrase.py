"""How is one condition said, so that several can be joined into one English and one Korean sentence?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

_HANGUL_FIRST, _HANGUL_LAST = 0xAC00, 0xD7A3
_DIGITS_WITH_FINAL = frozenset("013678")
_PLAIN = re.compile(r"[\w.\-@]+")

Joint = Literal["and", "or", "end"]
Pair = tuple[str, str]
"""A piece of a sentence in English and in Korean; either may be empty."""


@dataclass(frozen=True, slots=True)
class Korean:
    """A Korean predicate: what stays, and its three endings: ...고, ...거나, and the one before a noun."""

    stem: str
    and_: str
    or_: str
    end: str

    def joined(self, joint: Joint) -> str:
        """The predicate with the ending for what follows it."""
        return self.stem + {"and": self.and_, "or": self.or_, "end": self.end}[joint]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One condition as a relative clause (`whose plan is pro`) and as a Korean predicate."""

    en: str
    ko: Korean


def is_(stem: str) -> Korean:
    """...이다."""
    return Korean(stem, "이고", "이거나", "인")


def is_not(stem: str) -> Korean:
    """...이 아니다."""
    return Korean(f"{with_particle(stem, '이', '가')} ", "아니고", "아니거나", "아닌")


def exists(stem: str) -> Korean:
    """...있다."""
    return Korean(stem, "있고", "있거나", "있는")


def exists_not(stem: str) -> Korean:
    """...없다."""
    return Korean(stem, "없고", "없거나", "없는")


def did(stem: str) -> Korean:
    """...했다."""
    return Korean(stem, "했으며", "했거나", "한")


def did_not(stem: str) -> Korean:
    """...하지 않았다."""
    return Korean(stem, "하지 않았으며", "하지 않았거나", "하지 않은")


def negated(stem: str, *, is_verb: bool = False) -> Korean:
    """...지 않다; a verb says 않는 before a noun, an adjective 않은."""
    return Korean(stem, "지 않고", "지 않거나", "지 않는" if is_verb else "지 않은")


def meets(stem: str) -> Korean:
    """...만족하다, for a group of conditions inside another one."""
    return Korean(stem, "만족하고", "만족하거나", "만족하는")


def with_particle(word: str, after_consonant: str, after_vowel: str) -> str:
    """A word with its particle, by the sound it ends in; Latin letters get both forms, 을(를).

    >>> with_particle("요금제", "이", "가"), with_particle("금액", "을", "를"), with_particle("pro", "을", "를")
    ('요금제가', '금액을', 'pro을(를)')
    """
    last = word.rstrip("'\")”’")[-1:]
    if last and _HANGUL_FIRST <= ord(last) <= _HANGUL_LAST:
        final = (ord(last) - _HANGUL_FIRST) % 28
        is_ro = after_vowel == "로" and final == 8
        return word + (after_consonant if final and not is_ro else after_vowel)
    if last.isdigit():
        return word + (after_consonant if last in _DIGITS_WITH_FINAL else after_vowel)
    both = {"로": "(으)로"}.get(after_vowel, f"{after_consonant}({after_vowel})")
    return word + both


def shown(value: Any) -> str:
    """A value as a sentence shows it: numbers and days plain, a text in quotes when it is not one word."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, date)):
        return f"{value:,}" if isinstance(value, int) else str(value)
    return value if _PLAIN.fullmatch(value) else f"'{value}'"

"""Which kinds of words does a rule have, and what may stand after one?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dangol.core.language import Said

Shape = Literal[
    "nothing", "value", "values", "number", "count", "pair", "days", "day", "span", "name", "conditions", "rules"
]  # fmt: skip
"""What stands after a word. `pair` is two numbers or days, `days` two days; `conditions` test a property."""

Family = Literal["logic", "head", "comparison", "measure", "window", "sequence", "condition"]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the vocabulary: what it means, and a rule in text that uses it."""

    word: str
    family: Family
    shape: Shape
    means: Said
    example: str

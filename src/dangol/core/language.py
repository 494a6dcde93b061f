"""In which words is it said, in English and in Korean?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = ("en", "ko")


@dataclass(frozen=True, slots=True)
class Said:
    """One text in both languages of the product; neither may be empty."""

    en: str
    ko: str

    def __post_init__(self) -> None:
        if not (self.en.strip() and self.ko.strip()):
            raise ValueError(
                f"A text was given as {self.en!r} / {self.ko!r}; one language is empty. Fill in both."
            )

    def in_(self, language: Language) -> str:
        """The text in one language."""
        return self.ko if language == "ko" else self.en

    def format(self, **values: object) -> Said:
        """The same text with its `{names}` filled in, in both languages."""
        return Said(self.en.format(**values), self.ko.format(**values))

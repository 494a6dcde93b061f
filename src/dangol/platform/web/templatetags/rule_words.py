"""Which words do the templates of the rule builder use?"""

from __future__ import annotations

from typing import Final

from django import template

from dangol.core.language import Said
from dangol.core.rules import Word
from dangol.platform.web.rule_words import WORDS

register: Final = template.Library()


@register.filter
def in_short(word: Word) -> Said:
    """A word of the vocabulary as the builder calls it."""
    return WORDS[word.word]

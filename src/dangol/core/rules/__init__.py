"""Who belongs to an audience? Rule trees that answer, and say themselves in two languages."""

from dangol.core.rules.members import count, members, members_only
from dangol.core.rules.moment import Moment
from dangol.core.rules.reading import MAX_DEPTH, MAX_LEAVES, Known, rule
from dangol.core.rules.text import text_of
from dangol.core.rules.tree import Tree, sentence, spelled_plainly
from dangol.core.rules.vocabulary import WORDS
from dangol.core.rules.words import Word

__all__ = [
    "MAX_DEPTH", "MAX_LEAVES", "WORDS", "Known", "Moment", "Tree", "Word", "count", "members", "members_only",
    "rule", "sentence", "spelled_plainly", "text_of",
]  # fmt: skip

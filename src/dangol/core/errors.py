"""What was asked, what is wrong with it, and what would work?"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import ClassVar

from dangol.core.language import Language, Said


class DangolError(Exception):
    """The one root. Each error is three sentences: asked, wrong, would work.

    `exit_code` is what the command line ends with: 2 the request is wrong, 3 the data is, 4 an engine
    failed. Each sentence is an English string, or a `Said` where a user of the product meets it.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, asked: str | Said, wrong: str | Said, would_work: str | Said) -> None:
        self.asked, self.wrong, self.would_work = map(_said, (asked, wrong, would_work))
        super().__init__(self.in_("en"))

    def in_(self, language: Language) -> str:
        """The whole error in one language, as one paragraph."""
        return " ".join(part.in_(language) for part in (self.asked, self.wrong, self.would_work))


class RequestError(DangolError):
    """An argument, a name or a combination of them that cannot be answered."""


class UnknownNameError(RequestError):
    """A name that is not in a list; says the nearest ones that are."""

    def __init__(self, kind: str | Said, name: str, known: Iterable[str]) -> None:
        self.name, self.known = name, sorted(known)
        self.nearest = difflib.get_close_matches(name, self.known, n=3, cutoff=0.5)
        kind = _said(kind)
        choices = ", ".join(self.nearest or self.known) or "-"
        super().__init__(
            Said(f"The {kind.en} {name!r} was asked for.", f"{kind.ko} {name!r}을(를) 요청하셨습니다."),
            Said("There is none of that name.", "그런 이름은 없습니다."),
            Said(f"Nearest: {choices}.", f"가장 가까운 이름: {choices}.")
            if self.nearest
            else Said(f"There are: {choices}.", f"있는 이름: {choices}."),
        )


class DataError(DangolError):
    """A file or a table that cannot be read as what it should be."""

    exit_code = 3


class QueryError(DangolError):
    """An engine refused or failed a query; the SQL is part of the error."""

    exit_code = 4

    def __init__(self, engine: str, sql: str, cause: str) -> None:
        self.engine, self.sql, self.cause = engine, sql, cause
        super().__init__(
            Said(f"The engine {engine} was asked to run a query.", f"{engine} 엔진에 질의를 보냈습니다."),
            Said(f"It answered: {cause.strip()}", f"엔진의 답은 이렇습니다: {cause.strip()}"),
            Said(
                f"This is the query, to run by hand or to report:\n{sql}",
                f"직접 실행하거나 알려 주실 수 있도록 질의를 적습니다.\n{sql}",
            ),
        )


def _said(text: str | Said) -> Said:
    return text if isinstance(text, Said) else Said(text, text)

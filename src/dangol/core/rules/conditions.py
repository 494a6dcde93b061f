"""Which of the happenings count? Conditions on their properties: where (amount over 100 and city is Seoul)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import ibis
from ibis.expr.types import BooleanValue, Table

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.core.rules.comparison import Comparison
from dangol.core.rules.happenings import Source, property_of
from dangol.core.rules.moment import Moment
from dangol.core.rules.operands import checked
from dangol.core.rules.phrase import Pair, shown
from dangol.core.rules.timing import COMPARISONS

LASTING: Final[Mapping[str, type[Comparison]]] = {
    word: each for word, each in COMPARISONS.items() if not each.is_timed
}
"""The comparisons that time alone does not change: what a happening had, it keeps."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of one property."""

    property: str
    comparison: Comparison
    path: str = field(compare=False, default="")

    def holds(self, rows: Table, source: Source, moment: Moment) -> BooleanValue:
        """Which rows pass; never null."""
        subject = property_of(rows, source, self.property, self.path)
        self.comparison.fits(subject.kind, self.property, self.path)
        return self.comparison.test(subject, moment)

    def spelled(self) -> dict[str, Any]:
        """`{property: amount, over: 100}`."""
        return {"property": self.property, self.comparison.word: self.comparison.operand}


def hold(conditions: tuple[Condition, ...], rows: Table, source: Source, moment: Moment) -> BooleanValue:
    """Which rows pass every condition."""
    return ibis.and_(*(each.holds(rows, source, moment) for each in conditions))


def said(event: str, conditions: tuple[Condition, ...]) -> Pair:
    """The event with what is asked of its properties."""
    name = shown(event)
    phrases = [each.comparison.phrase(Said(each.property, each.property)) for each in conditions]
    if not phrases:
        return name, name
    ko = " ".join(phrase.ko.joined("and") for phrase in phrases[:-1]) + " " + phrases[-1].ko.joined("end")
    return f"{name} ({' and '.join(phrase.en for phrase in phrases)})", f"{ko.strip()} {name}"


def parse_conditions(written: Any, path: str) -> tuple[Condition, ...]:
    """A list of conditions, or one."""
    listed = [written] if isinstance(written, Mapping) else written
    if not isinstance(listed, (list, tuple)) or not listed or not all(isinstance(e, Mapping) for e in listed):
        raise RequestError(
            Said(f"At {path} the conditions {written!r} were given.", f"{path}에 조건 {written!r}을(를) 주셨습니다."),
            Said("They are not a list of conditions.", "조건의 목록이 아닙니다."),
            Said("Write for example: [{property: amount, over: 100}].", "예: [{property: amount, over: 100}]."),
        )  # fmt: skip
    return tuple(_condition(each, f"{path}[{number}]") for number, each in enumerate(listed))


def _condition(written: Mapping[str, Any], path: str) -> Condition:
    name = checked("property", "name", written.get("property"), path)
    return Condition(name, parse_comparison(written, {"property"}, LASTING, path), path)


def parse_comparison(
    written: Mapping[str, Any], others: set[str], words: Mapping[str, type[Comparison]], path: str
) -> Comparison:
    """The one comparison among the words of a leaf; an error when there is none, several or an unknown one."""
    found = [word for word in written if word not in others]
    for word in found:
        if word not in words:
            raise UnknownNameError(Said(f"rule word at {path}", f"{path}의 규칙 단어"), str(word), words)
    if len(found) != 1:
        raise RequestError(
            Said(f"At {path} {len(found)} comparisons were given.", f"{path}에 비교를 {len(found)}개 주셨습니다."),
            Said("There must be exactly one.", "정확히 하나여야 합니다."),
            Said(f"Choose from: {', '.join(words)}. Join two with all or any.",
                 f"고를 것: {', '.join(words)}. 두 개는 all이나 any로 묶으십시오."),
        )  # fmt: skip
    return words[found[0]].parse(written[found[0]], f"{path}.{found[0]}")

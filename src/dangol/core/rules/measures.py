"""What of the happenings is counted? Whether at all, how often, their total, their average."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import ibis
from ibis.expr.types import BooleanValue, NumericValue

from dangol.core.language import Said
from dangol.core.rules.comparison import Between, Comparison, Over, Under
from dangol.core.rules.moment import Moment
from dangol.core.rules.phrase import Pair, Phrase, did, did_not, exists, exists_not, with_particle
from dangol.core.rules.subject import Subject

NUMBER_TESTS: Final[Mapping[str, type[Comparison]]] = {each.word: each for each in (Over, Under, Between)}


@dataclass(frozen=True, slots=True)
class Measure:
    """Sums over the matching rows, and a test of the sums. The same test says what holds once rows leave."""

    def sums(self, match: BooleanValue, value: Subject | None) -> dict[str, NumericValue]:
        """The sums over the matching rows, by name."""
        return {"count": _number_of(match)}

    def holds(self, sums: Mapping[str, NumericValue], moment: Moment) -> BooleanValue:
        """Whether the sums pass; never null."""
        raise NotImplementedError

    def idle(self) -> bool:
        """Whether somebody without any matching row passes."""
        raise NotImplementedError

    def spelled(self) -> dict[str, Any]:
        """The words of the measure as a rule spells them."""
        raise NotImplementedError

    def phrase(self, who: Pair, event: Pair, window: Pair, negative: bool) -> Phrase:
        """The whole clause, given how its parts are said."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Times(Measure):
    """How often; `word` None means at all."""

    word: str | None = None
    count: int = 1

    def holds(self, sums: Mapping[str, NumericValue], moment: Moment) -> BooleanValue:
        """The count against the number."""
        return self._compared(sums["count"])

    def idle(self) -> bool:
        """The test at a count of zero."""
        return bool(self._compared(0))

    def spelled(self) -> dict[str, Any]:
        """`at least: 2`, or nothing."""
        return {self.word: self.count} if self.word else {}

    @property
    def is_simple(self) -> bool:
        """Whether only the last matching row can change the answer."""
        return self.word in (None, "at least", "at most") and self.count == (
            0 if self.word == "at most" else 1
        )

    def _compared(self, count: Any) -> Any:
        if self.word == "at most":
            return count <= self.count
        return count == self.count if self.word == "exactly" else count >= self.count

    def phrase(self, who: Pair, event: Pair, window: Pair, negative: bool) -> Phrase:
        """`who did Order Completed at least 2 times in the last 30 days`."""
        object_ = with_particle(event[1], "을", "를")
        is_nobody = negative and bool(who[1])
        who = ("in whose account nobody", "거래처의 누구도") if is_nobody else who
        verb = "did not do" if negative and not is_nobody else "did"
        times_en, times_ko = self._said
        en = " ".join(filter(None, (who[0], verb, event[0], times_en, window[0])))
        if not times_ko and not window[1]:
            stem = " ".join(filter(None, (who[1], object_, "한 적이 ")))
            return Phrase(en, exists_not(stem) if negative else exists(stem))
        stem = " ".join(filter(None, (who[1], window[1], object_, times_ko))) + " "
        return Phrase(en, did_not(stem) if negative else did(stem))

    @property
    def _said(self) -> tuple[str, str]:
        if self.word is None:
            return "", ""
        times = "time" if self.count == 1 else "times"
        ko = {"at least": "{}회 이상", "at most": "{}회 이하로", "exactly": "정확히 {}회"}[self.word]
        return f"{self.word} {self.count} {times}", ko.format(self.count)


@dataclass(frozen=True, slots=True)
class Total(Measure):
    """The sum of a property over, under or between numbers. The total of nothing is 0."""

    property: str
    comparison: Comparison
    word: ClassVar[str] = "total"
    _title: ClassVar[Said] = Said("total", "합계")

    def sums(self, match: BooleanValue, value: Subject | None) -> dict[str, NumericValue]:
        """Of the property; a row without it adds nothing."""
        return {} if value is None else {"total": value.number.sum(where=match)}

    def holds(self, sums: Mapping[str, NumericValue], moment: Moment) -> BooleanValue:
        """The total against the number."""
        return self.comparison.test(Subject(sums["total"], "number"), moment)

    def idle(self) -> bool:
        """The test at a total of zero."""
        return _passes(self.comparison, 0)

    def spelled(self) -> dict[str, Any]:
        """`total: amount, over: 100`."""
        return {self.word: self.property, self.comparison.word: self.comparison.operand}

    def phrase(self, who: Pair, event: Pair, window: Pair, negative: bool) -> Phrase:
        """`whose total amount of Order Completed in the last 30 days is over 100`."""
        owner_en, owner_ko = ("of the account", "거래처의") if who[1] else ("", "")
        en = (self._title.en, self.property, "of", event[0], owner_en, window[0])
        ko = (owner_ko, window[1], f"{event[1]}의", self.property, self._title.ko)
        name = Said(" ".join(filter(None, en)), " ".join(filter(None, ko)))
        return self.comparison.phrase(name, negative=negative)


@dataclass(frozen=True, slots=True)
class Average(Total):
    """The mean of a property where it is known. The average of nothing is not known, and passes no test."""

    word: ClassVar[str] = "average"
    _title: ClassVar[Said] = Said("average", "평균")

    def sums(self, match: BooleanValue, value: Subject | None) -> dict[str, NumericValue]:
        """Of the property, and of the rows that have it."""
        known = {} if value is None else {"count": _number_of(match & value.number.notnull())}
        return Total.sums(self, match, value) | known

    def holds(self, sums: Mapping[str, NumericValue], moment: Moment) -> BooleanValue:
        """The mean against the number."""
        mean = sums["total"].cast("float64") / sums["count"].nullif(0).cast("float64")
        return self.comparison.test(Subject(mean, "number"), moment)

    def idle(self) -> bool:
        """Never: nothing is known."""
        return False


def _number_of(match: BooleanValue) -> NumericValue:
    """How many rows match; a count, for engines add it faster than a sum of ones and zeros."""
    return match.ifelse(1, ibis.null("int8")).count()


def _passes(comparison: Comparison, number: float) -> bool:
    operand = comparison.operand
    if comparison.word == "between":
        return bool(operand[0] <= number <= operand[1])
    return bool(number > operand) if comparison.word == "over" else bool(number < operand)

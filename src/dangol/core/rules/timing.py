"""What can be asked of a day or a moment? before, after, within the last, within the next, anniversary."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import ibis
from ibis.expr.types import BooleanValue, DateValue, TimestampValue
from ibis.expr.types import Value as Expr

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.rules.comparison import VALUE_WORDS, Comparison
from dangol.core.rules.moment import Moment, after, literal
from dangol.core.rules.phrase import Korean, exists, exists_not, is_, is_not, negated, with_particle
from dangol.core.rules.subject import Kind, Subject

_TIMES: Final[tuple[Kind, ...]] = ("day", "moment", "json")


@dataclass(frozen=True, slots=True)
class Before(Comparison):
    """Earlier than a day."""

    word = "before"
    shape = "day"
    means = Said("is earlier than this day", "이 날짜보다 이름")
    example = "joined_on before 2025-01-01"
    kinds = _TIMES
    _en = "is before {}|is not before {}"

    def _holds(self, subject: Subject, moment: Moment) -> BooleanValue:
        if subject.kind == "moment":
            return subject.value < literal(moment.start_of(self.operand))
        return subject.day < ibis.literal(self.operand)

    def _korean(self, name: str, value: str, negative: bool) -> Korean:
        stem = f"{with_particle(name, '이', '가')} {value}보다 "
        return negated(stem + "이르") if negative else Korean(stem, "이르고", "이르거나", "이른")


@dataclass(frozen=True, slots=True)
class After(Comparison):
    """Later than a day."""

    word = "after"
    shape = "day"
    means = Said("is later than this day", "이 날짜보다 늦음")
    example = "joined_on after 2025-01-01"
    kinds = _TIMES
    _en = "is after {}|is not after {}"

    def _holds(self, subject: Subject, moment: Moment) -> BooleanValue:
        if subject.kind == "moment":
            return subject.value >= literal(moment.start_of(self.operand + timedelta(days=1)))
        return subject.day > ibis.literal(self.operand)

    def _korean(self, name: str, value: str, negative: bool) -> Korean:
        stem = f"{with_particle(name, '이', '가')} {value}보다 "
        return negated(stem + "늦") if negative else Korean(stem, "늦고", "늦거나", "늦은")


@dataclass(frozen=True, slots=True)
class WithinTheLast(Comparison):
    """In a window that ends now."""

    word = "within the last"
    shape = "span"
    means = Said("lies in a window that ends now and moves with time", "지금까지의 최근 기간 안에 있음")
    example = "joined_on within the last 30 days"
    kinds = _TIMES
    is_timed = True
    _en = "is within the last {}|is not within the last {}"

    @property
    def _shown(self) -> Said:
        return Said(self.operand.said.en, f"최근 {self.operand.said.ko} 이내")

    def _holds(self, subject: Subject, moment: Moment) -> BooleanValue:
        start, end = moment.since(self.operand), moment.at
        if subject.kind == "moment":
            return (subject.value >= literal(start)) & (subject.value < literal(end))
        day = subject.day
        first, last = moment.first_day_from(start), moment.first_day_from(end)
        return (day >= ibis.literal(first)) & (day < ibis.literal(last))

    def flip(self, subject: Subject, moment: Moment) -> TimestampValue | None:
        """Out of the window when it is over; into it, for a time to come, when that time has passed."""
        at = _starts(subject, moment)
        leaves = after(at, self.operand)
        return ibis.cases(
            (at >= literal(moment.at), at + ibis.interval(microseconds=1)),
            (leaves > literal(moment.at), leaves),
        )

    def _korean(self, name: str, value: str, negative: bool) -> Korean:
        stem = f"{with_particle(name, '이', '가')} {value}"
        return is_not(stem) if negative else is_(stem)


@dataclass(frozen=True, slots=True)
class WithinTheNext(WithinTheLast):
    """In a window that starts now."""

    word = "within the next"
    means = Said("lies in a window that starts now and moves with time", "앞으로의 기간 안에 있음")
    example = "traits.renews_on within the next 14 days"
    _en = "is within the next {}|is not within the next {}"

    @property
    def _shown(self) -> Said:
        return Said(self.operand.said.en, f"앞으로 {self.operand.said.ko} 이내")

    def _holds(self, subject: Subject, moment: Moment) -> BooleanValue:
        start, end = moment.at, moment.at + self.operand.delta
        if subject.kind == "moment":
            return (subject.value >= literal(start)) & (subject.value < literal(end))
        day = subject.day
        first, last = moment.first_day_from(start), moment.first_day_from(end)
        return (day >= ibis.literal(first)) & (day < ibis.literal(last))

    def flip(self, subject: Subject, moment: Moment) -> TimestampValue | None:
        """Into the window when it comes that near; out of it when its time has passed."""
        at = _starts(subject, moment)
        tick = ibis.interval(microseconds=1)
        return ibis.cases(
            (at >= literal(moment.at + self.operand.delta), at - self.operand.interval + tick),
            (at >= literal(moment.at), at + tick),
        )


@dataclass(frozen=True, slots=True)
class AnniversaryWithin(Comparison):
    """A yearly return of a day, in the days from today on."""

    word = "anniversary within"
    shape = "span"
    means = Said(
        "has its yearly return (29 February: the 28th in other years) in the days from today on",
        "매년 돌아오는 날이 오늘부터 이 기간 안에 있음(2월 29일은 평년에 28일)",
    )
    example = "joined_on anniversary within 7 days"
    kinds = ("day", "json")
    is_timed = True
    _en = "has its anniversary within {}|does not have its anniversary within {}"

    @classmethod
    def parse(cls, written: Any, path: str) -> Comparison:
        """With a span of 1 to 365 whole days."""
        made = super(AnniversaryWithin, cls).parse(written, path)
        if made.operand.is_whole_days and made.operand.delta.days <= 365:
            return made
        raise RequestError(
            Said(f"At {path} an anniversary within {made.operand} was asked for.",
                 f"{path}에서 {made.operand} 안의 기념일을 요청하셨습니다."),
            Said("Anniversaries come once a year, on a day.", "기념일은 1년에 한 번, 하루 단위로 옵니다."),
            Said("Write 1 to 365 days.", "1일에서 365일 사이로 쓰십시오."),
        )  # fmt: skip

    @property
    def _shown(self) -> Said:
        return Said(self.operand.said.en, self.operand.said.ko)

    def _holds(self, subject: Subject, moment: Moment) -> BooleanValue:
        last = moment.day + timedelta(days=self.operand.delta.days - 1)
        past = subject.day < ibis.literal(moment.day)
        return past & (_next_return(subject.day, moment) <= ibis.literal(last))

    def flip(self, subject: Subject, moment: Moment) -> TimestampValue | None:
        """The day after the anniversary, or the day on which it comes near enough."""
        returns = _next_return(subject.day, moment)
        span = self.operand.delta.days
        last = moment.day + timedelta(days=span - 1)
        is_near = (subject.day < ibis.literal(moment.day)) & (returns <= ibis.literal(last))
        is_over = (returns + ibis.interval(days=1)).cast("date")
        comes = (returns - ibis.interval(days=span - 1)).cast("date")
        return moment.day_starts(ibis.ifelse(is_near, is_over, comes))

    def _korean(self, name: str, value: str, negative: bool) -> Korean:
        stem = f"{name}의 기념일이 앞으로 {value} 안에 "
        return exists_not(stem) if negative else exists(stem)


def _starts(subject: Subject, moment: Moment) -> TimestampValue:
    return subject.value if subject.kind == "moment" else moment.day_starts(subject.day)


def _next_return(day: Expr, moment: Moment) -> DateValue:
    """The first anniversary of a day that is today or later; for a day not past, that of its first year."""
    this, following = (_return_in(day, year) for year in (moment.day.year, moment.day.year + 1))
    is_to_come = this >= ibis.literal(moment.day)
    first = (day + ibis.interval(years=1)).cast("date")
    return ibis.cases((day >= ibis.literal(moment.day), first), (is_to_come, this), else_=following)


def _return_in(day: Expr, year: int) -> DateValue:
    number = day.day()
    if not calendar.isleap(year):
        number = ibis.ifelse((day.month() == 2) & (number == 29), 28, number)
    return ibis.date(year, day.month(), number)


TIME_WORDS: Final[Mapping[str, type[Comparison]]] = {
    each.word: each for each in (Before, After, WithinTheLast, WithinTheNext, AnniversaryWithin)
}
COMPARISONS: Final[Mapping[str, type[Comparison]]] = {**VALUE_WORDS, **TIME_WORDS}

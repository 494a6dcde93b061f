"""What can be asked of one value? is, any of, contains, over, between, is set, ... each a word, a test, a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import ibis
from ibis.expr.types import BooleanValue, TimestampValue

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.rules.moment import Moment
from dangol.core.rules.operands import Scalar, checked
from dangol.core.rules.phrase import Korean, Phrase, exists, is_, is_not, negated, shown, with_particle
from dangol.core.rules.subject import KINDS, Kind, Subject, certain
from dangol.core.rules.words import Shape

_ORDERED: Final[tuple[Kind, ...]] = ("number", "json")
_TEXTS: Final[tuple[Kind, ...]] = ("text", "json")
_ANY: Final[tuple[Kind, ...]] = ("text", "number", "day", "moment", "boolean", "json")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A test of one value against an operand: word, meaning, expression, flip and sentence together.

    `test` is never null: a value that is not known does not pass, and passes each word that says *not*.
    """

    operand: Any
    word: ClassVar[str]
    shape: ClassVar[Shape]
    means: ClassVar[Said]
    example: ClassVar[str]
    kinds: ClassVar[tuple[Kind, ...]] = _ANY
    is_timed: ClassVar[bool] = False
    """Whether passing time alone can change the answer."""

    @classmethod
    def parse(cls, written: Any, path: str) -> Comparison:
        """The comparison with a written operand; an error with the path when it does not fit the word."""
        return cls(checked(cls.word, cls.shape, written, path))

    def test(self, subject: Subject, moment: Moment) -> BooleanValue:
        """Whether the value passes; never null."""
        return certain(self._holds(subject, moment))

    def flip(self, subject: Subject, moment: Moment) -> TimestampValue | None:
        """The first moment at which time alone changes the answer; None when it never does."""
        return None

    def phrase(self, name: Said, *, negative: bool = False) -> Phrase:
        """`whose plan is pro`; negative says the opposite."""
        en = self._en.split("|")[negative]
        said = self._shown
        return Phrase(f"whose {name.en} {en.format(said.en)}", self._korean(name.ko, said.ko, negative))

    def fits(self, kind: Kind, name: str, path: str) -> None:
        """A RequestError when the word cannot be asked of a value of this kind, or not with this operand."""
        if kind not in self.kinds:
            raise RequestError(
                Said(f"At {path} {name} was asked to be {self.word!r}.", f"{path}에서 {name}에 {self.word!r}을(를) 쓰셨습니다."),
                Said(f"{name} is {KINDS[kind].en}; the word works on {_kinds(self.kinds).en}.",
                     f"{name}은(는) {KINDS[kind].ko}입니다. 이 말은 {_kinds(self.kinds).ko}에 씁니다."),
                Said("Choose a word that fits it: any of, over, before, ...", "맞는 말을 고르십시오: any of, over, before 등."),
            )  # fmt: skip
        values = self.operand if isinstance(self.operand, tuple) else (self.operand,)
        for value in values if self.shape != "nothing" else ():
            _check_type(value, kind, name, path)

    _en: ClassVar[str]

    @property
    def _shown(self) -> Said:
        value = shown(self.operand)
        return Said(value, value)

    def _holds(self, subject: Subject, moment: Moment) -> BooleanValue:
        raise NotImplementedError

    def _korean(self, name: str, value: str, negative: bool) -> Korean:
        raise NotImplementedError


def _kinds(kinds: tuple[Kind, ...]) -> Said:
    return Said(", ".join(KINDS[k].en for k in kinds), ", ".join(KINDS[k].ko for k in kinds))


def _check_type(value: Any, kind: Kind, name: str, path: str) -> None:
    fitting: dict[str, tuple[type, ...]] = {"text": (str,), "number": (int, float), "boolean": (bool,)}
    wanted = fitting.get(kind)
    if wanted is None or not isinstance(value, Scalar):
        return
    if not isinstance(value, wanted) or (kind == "number" and isinstance(value, bool)):
        raise RequestError(
            Said(f"At {path} {name} was compared with {value!r}.", f"{path}에서 {name}을(를) {value!r}와(과) 비교하셨습니다."),
            Said(f"{name} is {KINDS[kind].en}, and that is not.", f"{name}은(는) {KINDS[kind].ko}인데 값이 그렇지 않습니다."),
            Said("Put a text in quotes; write a number or true without them.", "문자는 따옴표로 감싸고, 숫자나 true는 그대로 쓰십시오."),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Is(Comparison):
    """Equal."""

    word = "is"
    shape = "value"
    means = Said("is exactly this value", "값이 정확히 같음")
    example = "plan is pro"
    kinds = ("text", "number", "day", "boolean", "json")
    _en = "is {}|is not {}"

    def _holds(self, subject: Subject, moment: Moment) -> BooleanValue:
        return subject.like(self.operand) == _literal(self.operand, subject)

    def _korean(self, name: str, value: str, negative: bool) -> Korean:
        stem = f"{with_particle(name, '이', '가')} {value}"
        return is_not(stem) if negative else is_(stem)


@dataclass(frozen=True, slots=True)
class IsNot(Is):
    """Not equal, or not known."""

    word = "is not"
    means = Said("is another value, or none", "값이 다르거나 없음")
    example = "plan is not pro"
    _en = "is not {}|is {}"

    def test(self, subject: Subject, moment: Moment) -> BooleanValue:
        """The opposite of `is`."""
        return ~Is.test(self, subject, moment)

    def _korean(self, name: str, value: str, negative: bool) -> Korean:
        return Is._korean(self, name, value, not negative)


@dataclass(frozen=True, slots=True)
class AnyOf(Comparison):
    """One of a list."""

    word = "any of"
    shape = "values"
    means = Said("is one of these values", "값이 목록 가운데 하나임")
    example = "plan any of (pro, team)"
    kinds = ("text", "number", "day", "boolean", "json")
    _en = "is one of {}|is none of {}"

    @property
    def _shown(self) -> Said:
        values = ", ".join(map(shown, self.operand))
        return Said(values, values)

    def _holds(self, subject: Subject, moment: Moment) -> BooleanValue:
        kinds = {type(value): [v for v in self.operand if type(v) is type(value)] for value in self.operand}
        tests = [subject.like(some[0]).isin(some) for some in kinds.values()]
        return ibis.or_(*map(certain, tests))

    def _korean(self, name: str, value: str, negative: bool) -> Korean:
        stem = f"{with_particle(name, '이', '가')} {value} 중 하나"
        return is_not(stem) if negative else is_(stem)


@dataclass(frozen=True, slots=True)
class NoneOf(AnyOf):
    """None of a list, or not known."""

    word = "none of"
    means = Said("is none of these values, or no value", "값이 목록에 없거나 비어 있음")
    example = "plan none of (free, trial)"
    _en = "is none of {}|is one of {}"

    def test(self, subject: Subject, moment: Moment) -> BooleanValue:
        """The opposite of `any of`."""
        return ~AnyOf.test(self, subject, moment)

    def _korean(self, name: str, value: str, negative: bool) -> Korean:
        return AnyOf._korean(self, name, value, not negative)


@dataclass(frozen=True, slots=True)
class Contains(Comparison):
    """A piece of text."""

    word = "contains"
    shape = "value"
    means = Said("has this text in it (capital letters matter)", "이 글자가 들어 있음(대소문자 구분)")
    example = 'email contains "@example."'
    kinds = _TEXTS
    _en = "contains {}|does not contain {}"

    def _holds(self, subject: Subject, moment: Moment) -> BooleanValue:
        return subject.value.contains(str(self.operand))

    def _korean(self, name: str, value: str, negative: bool) -> Korean:
        stem = f"{name}에 {with_particle(value, '이', '가')} 들어 있"
        return negated(stem) if negative else Korean(stem, "고", "거나", "는")


@dataclass(frozen=True, slots=True)
class StartsWith(Contains):
    """The beginning of a text."""

    word = "starts with"
    means = Said("begins with this text", "이 글자로 시작함")
    example = "name starts with A"
    _en = "starts with {}|does not start with {}"

    def _holds(self, subject: Subject, moment: Moment) -> BooleanValue:
        return subject.value.startswith(str(self.operand))

    def _korean(self, name: str, value: str, negative: bool) -> Korean:
        return _begins(name, value, "시작하", negative)


@dataclass(frozen=True, slots=True)
class EndsWith(Contains):
    """The end of a text."""

    word = "ends with"
    means = Said("ends with this text", "이 글자로 끝남")
    example = 'email ends with ".kr"'
    _en = "ends with {}|does not end with {}"

    def _holds(self, subject: Subject, moment: Moment) -> BooleanValue:
        return subject.value.endswith(str(self.operand))

    def _korean(self, name: str, value: str, negative: bool) -> Korean:
        return _begins(name, value, "끝나", negative)


def _begins(name: str, value: str, verb: str, negative: bool) -> Korean:
    stem = f"{with_particle(name, '이', '가')} {with_particle(value, '으로', '로')} {verb}"
    return negated(stem, is_verb=True) if negative else Korean(stem, "고", "거나", "는")


@dataclass(frozen=True, slots=True)
class Over(Comparison):
    """Greater than."""

    word = "over"
    shape = "number"
    means = Said("is greater than this number", "이 수보다 큼")
    example = "traits.visits over 10"
    kinds = _ORDERED
    _en = "is over {}|is not over {}"

    def _holds(self, subject: Subject, moment: Moment) -> BooleanValue:
        return subject.like(self.operand) > self.operand

    def _korean(self, name: str, value: str, negative: bool) -> Korean:
        stem = f"{with_particle(name, '이', '가')} {value}보다 크"
        return negated(stem) if negative else Korean(stem[:-1], "크고", "크거나", "큰")


@dataclass(frozen=True, slots=True)
class Under(Over):
    """Less than."""

    word = "under"
    means = Said("is less than this number", "이 수보다 작음")
    example = "traits.visits under 3"
    _en = "is under {}|is not under {}"

    def _holds(self, subject: Subject, moment: Moment) -> BooleanValue:
        return subject.like(self.operand) < self.operand

    def _korean(self, name: str, value: str, negative: bool) -> Korean:
        stem = f"{with_particle(name, '이', '가')} {value}보다 작"
        return negated(stem) if negative else Korean(stem, "고", "거나", "은")


@dataclass(frozen=True, slots=True)
class Between(Comparison):
    """A range, both ends included."""

    word = "between"
    shape = "pair"
    means = Said("lies between two numbers or days, both included", "두 수나 두 날짜 사이(양끝 포함)")
    example = "traits.visits between 3 and 10"
    kinds = ("number", "day", "json")
    _en = "is between {}|is not between {}"

    @property
    def _shown(self) -> Said:
        low, high = map(shown, self.operand)
        return Said(f"{low} and {high}", f"{low} 이상 {high} 이하")

    def _holds(self, subject: Subject, moment: Moment) -> BooleanValue:
        low, high = self.operand
        value = subject.like(low)
        if isinstance(high, float):
            value = value.cast("float64")
        return (value >= low) & (value <= high)

    def _korean(self, name: str, value: str, negative: bool) -> Korean:
        stem = f"{with_particle(name, '이', '가')} {value}"
        return is_not(stem) if negative else is_(stem)


@dataclass(frozen=True, slots=True)
class IsSet(Comparison):
    """Known."""

    word = "is set"
    shape = "nothing"
    means = Said("has a value", "값이 있음")
    example = "email is set"
    _en = "is set|is empty"

    def _holds(self, subject: Subject, moment: Moment) -> BooleanValue:
        known = subject.value.notnull()
        return known & (subject.value != "") if subject.kind in _TEXTS else known

    def _korean(self, name: str, value: str, negative: bool) -> Korean:
        stem = f"{with_particle(name, '이', '가')} "
        return Korean(stem, "비어 있고", "비어 있거나", "비어 있는") if negative else exists(stem)


@dataclass(frozen=True, slots=True)
class IsEmpty(IsSet):
    """Not known."""

    word = "is empty"
    means = Said("has no value, or an empty text", "값이 없거나 빈 글자임")
    example = "email is empty"
    _en = "is empty|is set"

    def test(self, subject: Subject, moment: Moment) -> BooleanValue:
        """The opposite of `is set`."""
        return ~IsSet.test(self, subject, moment)

    def _korean(self, name: str, value: str, negative: bool) -> Korean:
        return IsSet._korean(self, name, value, not negative)


def _literal(operand: Any, subject: Subject) -> Any:
    return str(operand).lower() if isinstance(operand, bool) and subject.kind == "json" else operand


VALUE_WORDS: Final[Mapping[str, type[Comparison]]] = {
    each.word: each
    for each in (Is, IsNot, AnyOf, NoneOf, Contains, StartsWith, EndsWith, Over, Under, Between, IsSet, IsEmpty)
}  # fmt: skip

"""How is a rule written in one line? `plan is pro and did "Order Completed" at least 2 times since 2025-01-01`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.core.rules.tree import Named, Not, Some, Tree
from dangol.core.rules.vocabulary import WORDS, of_family
from dangol.core.rules.words import Shape

_TOKEN = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([(),])|([^\s(),"']+))""", re.DOTALL)
_INTEGER, _NUMBER = re.compile(r"-?\d+"), re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_BARE = re.compile(r"[^\W\d][\w.@-]*")
_JOINTS: Final = ("and", "or")
_HEADS: Final = tuple(word for word in of_family("head") if word not in ("trait", "account trait"))
_COMPARISONS: Final = tuple(of_family("comparison"))
_MODIFIERS: Final = (*of_family("comparison", "measure", "window", "sequence"), "where")
_RESERVED: Final = frozenset(
    part for word in (*WORDS, "and or to time times true false account") for part in word.split()
)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    place: int
    is_quoted: bool = False

    def is_(self, *words: str) -> bool:
        return not self.is_quoted and self.text in words


def dict_of(text: str) -> dict[str, Any]:
    """One line of rule text as the dict of the same rule; an error with the place of the first word that is none.

    `not` binds closest, then `and`, then `or`; brackets group. Names of several words stand in quotes.

    >>> dict_of("plan is pro and not did 'Ticket Opened' within the last 7 days")
    {'all': [{'trait': 'plan', 'is': 'pro'}, {'not': {'did': 'Ticket Opened', 'within the last': '7 days'}}]}
    """
    reader = _Reader(text, _tokens(text))
    read = reader.joined()
    if reader.here:
        raise reader.refusal("Something stands after the end of the rule.", "and, or, or nothing")
    return read


def _tokens(text: str) -> list[_Token]:
    tokens, place = [], 0
    while text[place:].strip():
        found = _TOKEN.match(text, place)
        if not found:
            place += len(text[place:]) - len(text[place:].lstrip())
            raise _refused(text, place, "A quotation mark is not closed.", "a second quotation mark")
        double, single, mark, bare = found.groups()
        quoted = double if double is not None else single
        start = found.start(found.lastindex or 0)
        token = (
            _Token(mark or bare, start)
            if quoted is None
            else _Token(_unescaped(quoted), start, is_quoted=True)
        )
        tokens.append(token)
        place = found.end()
    return tokens


class _Reader:
    """Reads the tokens from left to right."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self.text, self.tokens, self.position = text, tokens, 0

    @property
    def here(self) -> _Token | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def joined(self, level: int = 0) -> dict[str, Any]:
        rules = [self.conjunction(level)]
        while self.takes("or"):
            rules.append(self.conjunction(level))
        return rules[0] if len(rules) == 1 else {"any": rules}

    def conjunction(self, level: int) -> dict[str, Any]:
        rules = [self.single(level)]
        while self.takes("and"):
            rules.append(self.single(level))
        return rules[0] if len(rules) == 1 else {"all": rules}

    def single(self, level: int) -> dict[str, Any]:
        if level > _DEEPEST:
            raise self.refusal("The brackets go too deep.", "fewer brackets")
        if self.takes("not"):
            return {"not": self.single(level + 1)}
        if not self.takes("("):
            return self.leaf()
        inner = self.joined(level + 1)
        self.expect(")")
        return inner

    def leaf(self) -> dict[str, Any]:
        head = self.phrase(_HEADS)
        if head is None:
            head = "account trait" if self.takes("account") else "trait"
        leaf = {head: self.name("the name of a trait, or did")}
        while self.here and not self.here.is_(*_JOINTS, ")"):
            self.modifier(leaf, _MODIFIERS)
        return leaf

    def modifier(self, leaf: dict[str, Any], words: Iterable[str]) -> None:
        word = self.phrase(words)
        if word is None:
            at = self.tokens[self.position].place + 1
            place = Said(f"rule word at character {at}", f"{at}번째 글자의 규칙 단어")
            raise UnknownNameError(place, self.tokens[self.position].text, words)
        if word in leaf:
            raise self.refusal(
                f"The word {word!r} stands twice in one condition.", "and between two conditions"
            )
        leaf[word] = _VALUES[WORDS[word].shape](self)
        if WORDS[word].shape == "count":
            self.takes("time", "times")

    def phrase(self, words: Iterable[str]) -> str | None:
        """The longest of the words that stands here, taken; None when none does."""
        for word in sorted(words, key=len, reverse=True):
            parts = word.split()
            here = self.tokens[self.position : self.position + len(parts)]
            if len(here) == len(parts) and all(t.is_(p) for t, p in zip(here, parts, strict=True)):
                self.position += len(parts)
                return word
        return None

    def takes(self, *words: str) -> bool:
        if self.here and self.here.is_(*words):
            self.position += 1
            return True
        return False

    def expect(self, *words: str) -> None:
        if not self.takes(*words):
            raise self.refusal("The condition is not finished.", " or ".join(words))

    def token(self, wanted: str) -> _Token:
        token = self.here
        if token is None or token.is_(*_JOINTS, "(", ")", ","):
            raise self.refusal("Something is missing.", wanted)
        self.position += 1
        return token

    def name(self, wanted: str = "a name") -> str:
        return self.token(wanted).text

    def literal(self) -> Any:
        token = self.token("a value")
        return token.text if token.is_quoted else _literal(token.text)

    def values(self) -> list[Any]:
        self.expect("(")
        values = [self.literal()]
        while self.takes(","):
            values.append(self.literal())
        self.expect(")")
        return values

    def pair(self) -> list[Any]:
        first = self.literal()
        self.expect("and", "to")
        return [first, self.literal()]

    def span(self) -> str:
        return f"{self.name('a number')} {self.name('a unit such as days')}"

    def conditions(self) -> list[dict[str, Any]]:
        self.expect("(")
        conditions = [self.condition()]
        while self.takes("and"):
            conditions.append(self.condition())
        self.expect(")")
        return conditions

    def condition(self) -> dict[str, Any]:
        condition = {"property": self.name("the name of a property")}
        if self.here is None:
            raise self.refusal("The condition is not finished.", "a comparison such as is")
        self.modifier(condition, _COMPARISONS)
        return condition

    def refusal(self, wrong: str, wanted: str) -> RequestError:
        return _refused(self.text, self.here.place if self.here else len(self.text), wrong, wanted)


_DEEPEST: Final = 50
_VALUES: Final[Mapping[Shape, Callable[[_Reader], Any]]] = {
    "nothing": lambda _reader: True, "value": _Reader.literal, "number": _Reader.literal, "count": _Reader.literal,
    "day": _Reader.literal, "values": _Reader.values, "pair": _Reader.pair, "days": _Reader.pair,
    "span": _Reader.span, "name": _Reader.name, "conditions": _Reader.conditions,
}  # fmt: skip


def text_of(tree: Tree) -> str:
    """The rule in one line; reading it gives the same tree."""
    if isinstance(tree, Some):
        joint = f" {tree.joint} "
        return joint.join(_grouped(rule) for rule in tree.rules)
    if isinstance(tree, Not):
        return f"not {_grouped(tree.rule)}"
    if isinstance(tree, Named):
        return f"audience {_written(tree.name)}"
    return " ".join(_parts(tree.spelled()))


def _grouped(tree: Tree) -> str:
    return f"({text_of(tree)})" if isinstance(tree, Some) else text_of(tree)


def _parts(leaf: Mapping[str, Any]) -> Iterable[str]:
    heads = {"trait": "", "account trait": "account ", "property": ""}
    for word, value in leaf.items():
        if word in heads:
            yield heads[word] + _written(value)
            continue
        yield word
        shape = WORDS[word].shape
        if shape != "nothing":
            yield _shown(shape, value)


def _shown(shape: Shape, value: Any) -> str:
    if shape in ("values",):
        return f"({', '.join(map(_written, value))})"
    if shape in ("pair", "days"):
        return (" and " if shape == "pair" else " to ").join(map(_written, value))
    if shape == "conditions":
        return f"({' and '.join(' '.join(_parts(each)) for each in value)})"
    if shape == "count":
        return f"{value} time{'' if value == 1 else 's'}"
    return str(value) if shape == "span" else _written(value)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    if _BARE.fullmatch(value) and value not in _RESERVED:
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unescaped(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)


def _literal(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    try:
        return date.fromisoformat(text) if len(text) == 10 else text
    except ValueError:
        return text


def _refused(text: str, place: int, wrong: str, wanted: str) -> RequestError:
    return RequestError(
        Said(f"The rule {text!r} was given.", f"규칙 {text!r}을(를) 주셨습니다."),
        Said(f"{wrong[:-1]}, at character {place + 1}.", f"{place + 1}번째 글자에서 읽을 수 없습니다."),
        Said(f"There should be {wanted}.", f"필요한 것: {wanted}."),
    )

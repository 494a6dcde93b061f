"""How does a rule stand in a form, and how does the form become a rule again?

Every node has an address: "0" is the whole rule, "0.2" its third part. A group is `all` or `any` of its parts; a
leaf is a head word with a name, and clauses: a word of the vocabulary with what stands after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.rules import WORDS, Word, rule, text_of
from dangol.core.rules.text import dict_of
from dangol.core.rules.vocabulary import of_family
from dangol.core.rules.windows import WINDOWS

HEADS: Final = tuple(of_family("head"))
_COMPARISONS: Final = tuple(of_family("comparison"))
_NUMBERS: Final = ("over", "under", "between", "is", "is not")
_PAST: Final = (*of_family("measure"), *_NUMBERS, *WINDOWS, "where", *of_family("sequence"))
ALLOWED: Final[dict[str, tuple[str, ...]]] = {
    "trait": _COMPARISONS, "account trait": _COMPARISONS,
    "did": _PAST, "did not": _PAST, "account did": _PAST, "account did not": _PAST,
    "first did": ("within the last", "before", "after", "where"), "last did": ("within the last", "before", "after", "where"),
    "account first did": ("within the last", "before", "after"), "account last did": ("within the last", "before", "after"),
    "score": _NUMBERS, "band": ("is", "is not", "any of", "none of"), "random": ("under", "between"), "audience": (),
}  # fmt: skip
"""Which words may follow a head."""
UNITS: Final = ("hours", "days", "weeks", "months", "years")
STARTS: Final[dict[str, tuple[str, str]]] = {
    "trait": ("is", ""), "account trait": ("is", ""), "did": ("within the last", "30 days"),
    "did not": ("within the last", "30 days"), "account did": ("within the last", "30 days"),
    "account did not": ("within the last", "30 days"), "first did": ("within the last", "30 days"),
    "last did": ("within the last", "30 days"), "account first did": ("within the last", "30 days"),
    "account last did": ("within the last", "30 days"), "score": ("over", "0.5"), "band": ("is", ""),
    "random": ("under", "10"),
}  # fmt: skip
"""The clause that a new leaf of each head begins with."""
_NAMES: Final = {
    "trait": "names-traits", "account trait": "names-account-traits", "audience": "names-audiences",
    **dict.fromkeys((head for head in HEADS if "did" in head), "names-events"),
}  # fmt: skip
_WHERE: Final = re.compile(r" where \((.*)\)$", re.DOTALL)
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Clause:
    """A word and what stands after it, as texts."""

    number: int
    word: Word
    values: tuple[str, ...]
    at: str = ""
    """The leaf it belongs to."""

    @property
    def key(self) -> str:
        """Its place in the names of the form's fields."""
        return f"{self.at}-{self.number}"

    @property
    def address(self) -> str:
        """Its place as buttons name it."""
        return f"{self.at}:{self.number}"

    @property
    def shape(self) -> str:
        """What stands after the word."""
        return self.word.shape

    @property
    def span(self) -> tuple[str, str]:
        """The count and the unit of a length of time."""
        count, _, unit = self.values[0].partition(" ")
        return count, f"{unit.rstrip('s')}s" if unit else "days"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A condition as the form shows it."""

    at: str
    is_not: bool
    head: str
    name: str
    clauses: tuple[Clause, ...]
    kind: str = "leaf"

    def __post_init__(self) -> None:
        own = tuple(replace(each, at=self.at) for each in self.clauses)
        object.__setattr__(self, "clauses", own)

    @property
    def names(self) -> str:
        """The list of names that the form offers for it."""
        return _NAMES.get(self.head, "")

    @property
    def more(self) -> tuple[Word, ...]:
        """Words that may still be added."""
        used = {each.word.word for each in self.clauses}
        return tuple(WORDS[word] for word in ALLOWED[self.head] if word not in used)


@dataclass(frozen=True, slots=True)
class Group:
    """All or any of its parts."""

    at: str
    is_not: bool
    joint: str
    parts: tuple[Any, ...] = field(default=())
    kind: str = "group"


Node = Leaf | Group


def form_of(written: Mapping[str, Any], at: str = "0", *, is_not: bool = False) -> Node:
    """The form of a rule in plain values; the whole rule is always a group."""
    if "not" in written:
        return form_of(written["not"], at, is_not=not is_not)
    for joint in ("all", "any"):
        if joint in written:
            parts = tuple(form_of(each, f"{at}.{n}") for n, each in enumerate(written[joint]))
            return Group(at, is_not, joint, parts)
    if at == "0":
        return Group(at, is_not=False, joint="all", parts=(form_of(written, "0.0", is_not=is_not),))
    head = next(each for each in written if each in HEADS)
    clauses = [
        Clause(n, WORDS[word], _texts(word, written))
        for n, word in enumerate(w for w in written if w != head)
    ]
    return Leaf(at, is_not, head, str(written[head]), tuple(clauses))  # fmt: skip


def _texts(word: str, written: Mapping[str, Any]) -> tuple[str, ...]:
    value, shape = written[word], WORDS[word].shape
    if shape == "conditions":
        listed = [value] if isinstance(value, Mapping) else value
        found = _WHERE.search(text_of(rule({"did": "X", "where": listed})))
        return (found[1] if found else "",)
    if shape in ("pair", "days"):
        return (str(value[0]), str(value[1]))
    if shape == "values":
        return (", ".join(map(str, value)),)
    return ("",) if shape == "nothing" else (str(value),)


def empty_form() -> Group:
    """What a new audience begins with."""
    return Group("0", is_not=False, joint="all", parts=(new_leaf("0.0", "did"),))


def new_leaf(at: str, head: str, name: str = "") -> Leaf:
    """A condition with the clause that its head usually has."""
    word, value = STARTS.get(head, ("", ""))
    return Leaf(
        at, is_not=False, head=head, name=name, clauses=(Clause(0, WORDS[word], (value,)),) if word else ()
    )


def read_form(posted: Mapping[str, str], at: str = "0") -> Node:
    """The form that was posted, as it was filled in."""
    is_not = bool(posted.get(f"not-{at}"))
    if f"joint-{at}" in posted:
        joint = "any" if posted[f"joint-{at}"] == "any" else "all"
        return Group(at, is_not, joint, tuple(read_form(posted, each) for each in _inside(posted, at)))
    head = posted.get(f"head-{at}", "did")
    head = head if head in HEADS else "did"
    name = posted.get(f"name-{at}", "").strip()
    if ALLOWED.get(posted.get(f"was-{at}", head)) != ALLOWED[head]:
        return Leaf(at, is_not, head, name, new_leaf(at, head).clauses)
    allowed = tuple(each for each in _posted_clauses(posted, at) if each.word.word in ALLOWED[head])
    return Leaf(at, is_not, head, name, allowed)


def _inside(posted: Mapping[str, str], at: str) -> list[str]:
    """The addresses of the parts of a group, in order."""
    own = re.compile(rf"(?:joint|head)-{re.escape(at)}\.(\d{{1,3}})")
    numbers = {int(found[1]) for key in posted if (found := own.fullmatch(key))}
    return [f"{at}.{n}" for n in sorted(numbers)]


def _posted_clauses(posted: Mapping[str, str], at: str) -> Iterator[Clause]:
    own = re.compile(rf"word-{re.escape(at)}-(\d{{1,2}})")
    numbers = sorted(int(found[1]) for key in posted if (found := own.fullmatch(key)))
    for place, n in enumerate(numbers):
        word = WORDS.get(posted[f"word-{at}-{n}"])
        if word is not None:
            yield Clause(place, word, _posted_values(posted, word, f"{at}-{n}"))


def _posted_values(posted: Mapping[str, str], word: Word, key: str) -> tuple[str, ...]:
    first = posted.get(f"value-{key}", "").strip()
    if word.shape == "span":
        unit = posted.get(f"unit-{key}", "days")
        return (f"{first} {unit if unit in UNITS else 'days'}".strip(),)
    return (first, posted.get(f"until-{key}", "").strip()) if word.shape in ("pair", "days") else (first,)


def plain_of(node: Node) -> dict[str, Any]:
    """The rule that a form says, as plain values; a RequestError where something is not filled in."""
    if isinstance(node, Group):
        if not node.parts:
            raise _unfilled(Said("a group of conditions", "조건 묶음"))
        told: dict[str, Any] = {node.joint: [plain_of(each) for each in node.parts]}
    else:
        if not node.name:
            raise _unfilled(WORDS[node.head].means)
        told = {node.head: node.name} | {each.word.word: _value(each) for each in node.clauses}
    return {"not": told} if node.is_not else told


def _value(clause: Clause) -> Any:
    shape, first = clause.word.shape, clause.values[0]
    if shape == "nothing":
        return True
    if not all(clause.values):
        raise _unfilled(clause.word.means)
    if shape == "conditions":
        return dict_of(f"did X where ({first})")["where"]
    if shape in ("pair", "days"):
        return [_literal(each) if shape == "pair" else each for each in clause.values]
    if shape == "values":
        return [_literal(each.strip()) for each in first.split(",") if each.strip()]
    return _literal(first) if shape in ("value", "number", "count") else first


def _literal(text: str) -> Any:
    """A number where the text is one, otherwise the text."""
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _unfilled(what: Said) -> RequestError:
    return RequestError(
        Said("The rule is not complete yet.", "규칙이 아직 완성되지 않았습니다."),
        Said(f"Empty: {what.en}.", f"비어 있는 곳: {what.ko}."),
        Said("Fill it in, or take the condition away.", "채우거나 그 조건을 빼십시오."),
    )


def changed(node: Group, deed: str) -> Group:
    """The form after a button: `add-rule:0`, `add-group:0.1`, `remove:0.2`, `add-clause:0.0:over`, `remove-clause:0.0:1`."""
    what, _, rest = deed.partition(":")
    at, _, more = rest.partition(":")
    return _at_new_addresses(_changed(node, what, at, more), "0")  # type: ignore[return-value]


def _changed(node: Node, what: str, at: str, more: str) -> Node:
    if isinstance(node, Leaf):
        return _changed_leaf(node, what, more) if node.at == at else node
    parts: Sequence[Node] = [each for each in node.parts if not (what == "remove" and each.at == at)]
    parts = [_changed(each, what, at, more) for each in parts]
    if node.at == at and what == "add-rule":
        parts = [*parts, new_leaf("", more if more in HEADS else "did")]
    if node.at == at and what == "add-group":
        other = "any" if node.joint == "all" else "all"
        parts = [*parts, Group("", is_not=False, joint=other, parts=(new_leaf("", "did"),))]
    return Group(node.at, node.is_not, node.joint, tuple(parts))


def _changed_leaf(leaf: Leaf, what: str, more: str) -> Leaf:
    clauses = list(leaf.clauses)
    if what == "remove-clause":
        clauses = [each for each in clauses if str(each.number) != more]
    if what == "add-clause" and more in ALLOWED[leaf.head]:
        start = ("1", "") if WORDS[more].shape in ("pair", "days") else ("",)
        clauses.append(Clause(len(clauses), WORDS[more], start))
    return Leaf(leaf.at, leaf.is_not, leaf.head, leaf.name, tuple(clauses))


def _at_new_addresses(node: Node, at: str) -> Node:
    if isinstance(node, Group):
        parts = tuple(_at_new_addresses(each, f"{at}.{n}") for n, each in enumerate(node.parts))
        return Group(at, node.is_not, node.joint, parts)
    clauses = tuple(Clause(n, each.word, each.values) for n, each in enumerate(node.clauses))
    return Leaf(at, node.is_not, node.head, node.name, clauses)

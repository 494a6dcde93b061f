"""What is an audience? A tree: all, any and not over leaves, each of which answers and says itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol

from dangol.core.language import Said
from dangol.core.rules.phrase import Korean, Phrase, meets, negated
from dangol.core.rules.plan import Cell, Plan


class Leaf(Protocol):
    """One condition: spelled, said, and answered over the tables of a plan."""

    def spelled(self) -> dict[str, Any]:
        """The leaf as a rule spells it."""

    def phrase(self, *, negative: bool = False) -> Phrase:
        """The leaf, or its opposite, as a clause."""

    def cell(self, plan: Plan) -> Cell:
        """The leaf over the joined table."""


@dataclass(frozen=True, slots=True)
class Some:
    """Several rules joined. `All` needs every one of them, `Either` at least one."""

    rules: tuple[Tree, ...]
    word: ClassVar[Literal["all", "any"]]
    joint: ClassVar[Literal["and", "or"]]

    def spelled(self) -> dict[str, Any]:
        """`{all: [...]}`."""
        return {self.word: [rule.spelled() for rule in self.rules]}

    def phrase(self, *, negative: bool = False) -> Phrase:
        """The group in brackets, as one clause among others."""
        inner = self.joined()
        en = f"not among those ({inner.en})" if negative else f"({inner.en})"
        stem = f"({inner.ko.joined('end')}) 조건을 "
        ko = negated(stem + "만족하") if negative else meets(stem)
        return Phrase(f"who are {en}" if negative else en, _verbal(ko) if negative else ko)

    def joined(self) -> Phrase:
        """The clauses one after the other; the Korean keeps the endings of the last."""
        phrases = [rule.phrase() for rule in self.rules]
        comma = "," if len(phrases) > 2 else ""
        *first, last = phrases
        en = f"{comma} ".join(phrase.en for phrase in first)
        ko = "".join(phrase.ko.joined(self.joint) + ", " for phrase in first)
        return Phrase(
            f"{en}{comma} {self.joint} {last.en}",
            Korean(ko + last.ko.stem, last.ko.and_, last.ko.or_, last.ko.end),
        )


@dataclass(frozen=True, slots=True)
class All(Some):
    """Every one of the rules holds."""

    word: ClassVar[Literal["all", "any"]] = "all"
    joint: ClassVar[Literal["and", "or"]] = "and"


@dataclass(frozen=True, slots=True)
class Either(Some):
    """At least one of the rules holds."""

    word: ClassVar[Literal["all", "any"]] = "any"
    joint: ClassVar[Literal["and", "or"]] = "or"


@dataclass(frozen=True, slots=True)
class Not:
    """The rule does not hold: with the rule itself it divides everyone."""

    rule: Tree

    def spelled(self) -> dict[str, Any]:
        """`{not: {...}}`."""
        return {"not": self.rule.spelled()}

    def phrase(self, *, negative: bool = False) -> Phrase:
        """The opposite of the rule's clause."""
        return self.rule.phrase(negative=not negative)


@dataclass(frozen=True, slots=True)
class Named:
    """Another audience by its name; the tree it stands for is part of this one."""

    name: str
    rule: Tree = field(compare=False)

    def spelled(self) -> dict[str, Any]:
        """`{audience: VIP}`."""
        return {"audience": self.name}

    def phrase(self, *, negative: bool = False) -> Phrase:
        """`who are in the audience VIP`."""
        ko = f"고객 그룹 '{self.name}'에 속하"
        verb = _verbal(negated(ko)) if negative else Korean(ko, "고", "거나", "는")
        return Phrase(f"who are {'not ' if negative else ''}in the audience '{self.name}'", verb)


Tree = All | Either | Not | Named | Leaf


def sentence(tree: Tree) -> Said:
    """The whole rule as one sentence in each language.

    >>> from dangol.core.rules import rule, sentence
    >>> sentence(rule("plan is pro and not did 'Ticket Opened' within the last 7 days")).en
    "People whose plan is pro and who did not do 'Ticket Opened' in the last 7 days."
    """
    phrase = tree.joined() if isinstance(tree, Some) else tree.phrase()
    return Said(f"People {phrase.en}.", f"{phrase.ko.joined('end')} 고객입니다.")


def joined(kind: type[All] | type[Either], rules: list[Tree]) -> Tree:
    """The rules as one; groups of the same kind inside are laid open, and a single rule stands alone."""
    flat: list[Tree] = []
    for each in rules:
        flat += each.rules if isinstance(each, kind) else (each,)
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def leaves(tree: Tree) -> list[Leaf]:
    """Every leaf, left to right; also those of the audiences it names."""
    if isinstance(tree, Some):
        return [leaf for rule in tree.rules for leaf in leaves(rule)]
    if isinstance(tree, (Not, Named)):
        return leaves(tree.rule)
    return [tree]


def depth(tree: Tree) -> int:
    """How many groups stand inside each other."""
    if isinstance(tree, Some):
        return 1 + max(map(depth, tree.rules))
    return 1 + depth(tree.rule) if isinstance(tree, (Not, Named)) else 0


def spelled_plainly(tree: Tree) -> Mapping[str, Any]:
    """The tree as lists, dicts and plain values, as YAML and JSON hold it."""
    plain: Mapping[str, Any] = _plain(tree.spelled())
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value if isinstance(value, (bool, int, float, str)) else str(value)


def _verbal(korean: Korean) -> Korean:
    return Korean(korean.stem, korean.and_, korean.or_, "지 않는")

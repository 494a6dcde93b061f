"""How does a written rule become a tree? From dicts, YAML, JSON or one line of text, refusing what is no rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import yaml

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.core.rules.behaviour import Did, Edge
from dangol.core.rules.comparison import Between, Under
from dangol.core.rules.conditions import parse_comparison, parse_conditions
from dangol.core.rules.happenings import TYPED
from dangol.core.rules.measures import NUMBER_TESTS, Average, Measure, Times, Total
from dangol.core.rules.operands import checked
from dangol.core.rules.plan import Scope
from dangol.core.rules.sequence import Then
from dangol.core.rules.span import parse_span
from dangol.core.rules.standing import Lot, Score
from dangol.core.rules.text import dict_of
from dangol.core.rules.timing import COMPARISONS, After, Before, WithinTheLast
from dangol.core.rules.traits import Trait, trait_kind
from dangol.core.rules.tree import All, Either, Leaf, Named, Not, Tree, depth, joined, leaves
from dangol.core.rules.windows import WINDOWS, Rolling, parse_window

MAX_DEPTH: Final = 12
MAX_LEAVES: Final = 200
_NOT_TEXT = re.compile(r"\s*(\{|(all|any|not|trait|did|did not|score|band|random|audience|account trait|account did"
                       r"|account did not|(account )?(first|last) did)\s*:)")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What the names of a rule may be. None: any; `audiences` are other rules by name, as written."""

    events: Collection[str] | None = None
    traits: Collection[str] | None = None
    """Keys of people's JSON traits, without `traits.`."""
    scores: Collection[str] | None = None
    audiences: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reader:
    known: Known
    inside: tuple[str, ...] = ()
    """Names of the audiences that are being read, outermost first."""

    def tree(self, written: Any, path: str, level: int = 0) -> Tree:
        if level > MAX_DEPTH:
            raise _too_big(path)
        if not isinstance(written, Mapping) or not all(isinstance(key, str) for key in written):
            raise _no_rule(written, path)
        head = _head(written, path)
        return _HEADS[head](self, written, f"{path}.{head}" if path else head, level)

    def several(self, written: Mapping[str, Any], path: str, level: int) -> Tree:
        (word,) = _only(written, {path.rsplit(".", 1)[-1]}, path)
        rules = written[word]
        if not isinstance(rules, (list, tuple)) or not rules:
            raise _no_rule(rules, path, Said("a list of rules", "규칙의 목록"))
        read = [self.tree(each, f"{path}[{n}]", level + 1) for n, each in enumerate(rules)]
        return joined(All if word == "all" else Either, read)

    def opposite(self, written: Mapping[str, Any], path: str, level: int) -> Tree:
        _only(written, {"not"}, path)
        return Not(self.tree(written["not"], path, level + 1))

    def audience(self, written: Mapping[str, Any], path: str, level: int) -> Tree:
        _only(written, {"audience"}, path)
        name = checked("audience", "name", written["audience"], path)
        if name in self.inside:
            raise _cycle((*self.inside, name), path)
        _check_name(Said("audience", "고객 그룹"), name, self.known.audiences, path)
        reader = replace(self, inside=(*self.inside, name))
        return Named(name, reader.tree(dict_of_any(self.known.audiences[name]), f"{path}({name})", level + 1))

    def trait(self, written: Mapping[str, Any], path: str, level: int) -> Leaf:
        head, scope = _scoped(written, "trait")
        name = checked(head, "name", written[head], path)
        kind = trait_kind(name, scope, path)
        if kind == "json" and scope == "person" and self.known.traits is not None:
            _check_name(Said("trait", "특성"), name.removeprefix("traits."), self.known.traits, path)
        comparison = parse_comparison(written, {head}, COMPARISONS, path)
        comparison.fits(kind, name, path)
        return Trait(name, scope, comparison, path)

    def score(self, written: Mapping[str, Any], path: str, level: int) -> Leaf:
        head = "score" if "score" in written else "band"
        name = checked(head, "name", written[head], path)
        _check_name(Said("score", "점수"), name, self.known.scores, path)
        comparison = parse_comparison(written, {head}, COMPARISONS, path)
        comparison.fits("number" if head == "score" else "text", f"the {head} {name}", path)
        return Score(name, "value" if head == "score" else "band", comparison, path)

    def lot(self, written: Mapping[str, Any], path: str, level: int) -> Leaf:
        salt = checked("random", "name", written["random"], path)
        words = {each.word: each for each in (Under, Between)}
        comparison = parse_comparison(written, {"random"}, words, path)
        ends = comparison.operand if isinstance(comparison.operand, tuple) else (0, comparison.operand)
        if not all(isinstance(end, (int, float)) and 0 <= end <= 100 for end in ends):
            raise RequestError(
                Said(f"At {path} the random share {ends[-1]} was asked for.", f"{path}에서 무작위 비율 {ends[-1]}을(를) 요청하셨습니다."),
                Said("A share is a percent from 0 to 100.", "비율은 0에서 100 사이의 퍼센트입니다."),
                Said("Write for example: under 20.", "예: under 20."),
            )  # fmt: skip
        return Lot(salt, comparison)

    def did(self, written: Mapping[str, Any], path: str, level: int) -> Leaf:
        is_negative = any(key.endswith("did not") for key in written)
        head, scope = _scoped(written, "did not" if is_negative else "did")
        event = self.event(head, written[head], path)
        if "then" in written or "then not" in written:
            return self.then(written, event, scope, path)
        common = {head, "where", *WINDOWS}
        measure = _measure(written, common, path)
        where, window = _where(written, path), parse_window(written, path)
        return Did(event, scope, where, window, path, measure, is_negative)

    def then(self, written: Mapping[str, Any], event: str, scope: Scope, path: str) -> Leaf:
        head, word = path.rsplit(".", 1)[-1], "then not" if "then not" in written else "then"
        _only(written, {head, word, "within", "where", *WINDOWS}, path)
        if "within" not in written or head.endswith("did not"):
            raise _incomplete(path, Said("within: 7 days, after did", "did 뒤에 within: 7 days"))
        then = self.event(word, written[word], f"{path}.{word}")
        within, window = parse_span(written["within"], f"{path}.within"), parse_window(written, path)
        if word == "then not" and isinstance(window, Rolling) and window.operand.delta <= within.delta:
            raise _never(path, str(window.operand), str(within))
        return Then(event, scope, _where(written, path), window, path, then, within, word == "then not")

    def edge(self, written: Mapping[str, Any], path: str, level: int) -> Leaf:
        which = "first" if any(key.endswith("first did") for key in written) else "last"
        head, scope = _scoped(written, f"{which} did")
        event = self.event(head, written[head], path)
        words = {each.word: each for each in (Before, After, WithinTheLast)}
        comparison = parse_comparison(written, {head, "where"}, words, path)
        return Edge(event, scope, _where(written, path), path=path, which="first" if which == "first" else "last",
                    comparison=comparison)  # fmt: skip

    def event(self, word: str, written: Any, path: str) -> str:
        name = checked(word, "name", written, path)
        if self.known.events is not None:
            _check_name(Said("event", "이벤트"), name, {*self.known.events, *TYPED}, path)
        return str(name)


_Read = Callable[[_Reader, Mapping[str, Any], str, int], Tree]
_HEADS: Final[Mapping[str, _Read]] = {
    "all": _Reader.several, "any": _Reader.several, "not": _Reader.opposite, "audience": _Reader.audience,
    "trait": _Reader.trait, "account trait": _Reader.trait, "score": _Reader.score, "band": _Reader.score,
    "random": _Reader.lot, "did": _Reader.did, "did not": _Reader.did, "account did": _Reader.did,
    "account did not": _Reader.did, "first did": _Reader.edge, "last did": _Reader.edge,
    "account first did": _Reader.edge, "account last did": _Reader.edge,
}  # fmt: skip


def rule(written: Any, known: Known | None = None) -> Tree:
    """The tree of a rule: a dict, YAML or JSON text, one line of rule text, or a tree as it is.

    Names are checked against `known`. Errors name the path inside the tree, such as `all[1].did`.
    """
    if isinstance(written, (All, Either, Not, Named)) or hasattr(written, "spelled"):
        tree: Tree = written
    else:
        tree = _Reader(known or Known()).tree(dict_of_any(written), "")
    if depth(tree) > MAX_DEPTH or len(leaves(tree)) > MAX_LEAVES:
        raise _too_big("the rule")
    return tree


def dict_of_any(written: Any) -> Any:
    """A written rule as a dict, whichever way it is spelled."""
    if not isinstance(written, str):
        return written
    if not _NOT_TEXT.match(written):
        return dict_of(written)
    try:
        return yaml.safe_load(written)
    except yaml.YAMLError as error:
        raise RequestError(
            Said("A rule was given as YAML.", "규칙을 YAML로 주셨습니다."),
            Said(f"It is not valid YAML: {error}", f"올바른 YAML이 아닙니다: {error}"),
            Said("Write for example {trait: plan, is: pro}, or one line: plan is pro",
                 "예: {trait: plan, is: pro} 또는 한 줄로 plan is pro"),
        ) from error  # fmt: skip


def _head(written: Mapping[str, Any], path: str) -> str:
    heads = [key for key in written if key in _HEADS]
    if len(heads) == 1:
        return heads[0]
    if not heads and written:
        unknown = next(iter(written))
        if unknown not in COMPARISONS:
            raise UnknownNameError(_at(Said("rule word", "규칙 단어"), path or "the top"), unknown, _HEADS)
    raise RequestError(
        Said(f"At {path or 'the top'} {len(heads)} subjects were given in one rule.",
             f"{path or '맨 위'}에서 한 규칙에 주어를 {len(heads)}개 주셨습니다."),
        Said("A rule says one thing about one subject.", "규칙 하나는 한 가지에 대해 한 가지만 말합니다."),
        Said(f"Begin with one of {', '.join(_HEADS)}.", f"다음 가운데 하나로 시작하십시오: {', '.join(_HEADS)}."),
    )  # fmt: skip


def _scoped(written: Mapping[str, Any], word: str) -> tuple[str, Scope]:
    return (word, "person") if word in written else (f"account {word}", "account")


def _where(written: Mapping[str, Any], path: str) -> Any:
    return parse_conditions(written["where"], f"{path}.where") if "where" in written else ()


def _measure(written: Mapping[str, Any], common: set[str], path: str) -> Measure:
    windows = [word for word in WINDOWS if word in written]
    if len(windows) > 1:
        raise _contradiction(path, windows)
    for word, measure in (("total", Total), ("average", Average)):
        if word in written:
            name = checked(word, "name", written[word], f"{path}.{word}")
            return measure(name, parse_comparison(written, common | {word}, NUMBER_TESTS, path))
    counts = [word for word in written if word not in common]
    _only(written, common | {*_COUNTS, "total", "average", "then", "then not"}, path)
    if len(counts) > 1:
        raise _contradiction(path, counts)
    if not counts:
        return Times()
    return Times(counts[0], checked(counts[0], "count", written[counts[0]], f"{path}.{counts[0]}"))


_COUNTS: Final = ("at least", "at most", "exactly")


def _only(written: Mapping[str, Any], allowed: set[str], path: str) -> list[str]:
    for key in written:
        if key not in allowed:
            raise UnknownNameError(_at(Said("rule word", "규칙 단어"), path), key, allowed)
    return list(written)


def _check_name(kind: Said, name: str, known: Collection[str] | None, path: str) -> None:
    if known is not None and name not in known:
        raise UnknownNameError(_at(kind, path), name, known)


def _at(kind: Said, path: str) -> Said:
    return Said(f"{kind.en} at {path}", f"{path}의 {kind.ko}")


def _no_rule(written: Any, path: str, wanted: Said | None = None) -> RequestError:
    wanted = wanted or Said("a rule", "규칙")
    return RequestError(
        Said(
            f"At {path or 'the top'} {written!r} was given.",
            f"{path or '맨 위'}에 {written!r}을(를) 주셨습니다.",
        ),
        Said(f"It is not {wanted.en}, or it is empty.", f"{wanted.ko}이(가) 아니거나 비어 있습니다."),
        Said("Write for example {all: [{trait: plan, is: pro}]}.", "예: {all: [{trait: plan, is: pro}]}."),
    )


def _too_big(path: str) -> RequestError:
    return RequestError(
        Said(f"At {path} a very large rule was given.", f"{path}에 매우 큰 규칙을 주셨습니다."),
        Said(f"A rule is at most {MAX_DEPTH} groups deep and has at most {MAX_LEAVES} conditions.",
             f"규칙은 {MAX_DEPTH}단계까지, 조건은 {MAX_LEAVES}개까지입니다."),
        Said("Give it fewer; a list of values goes into one any of.", "줄이십시오. 값의 목록은 any of 하나에 담을 수 있습니다."),
    )  # fmt: skip


def _cycle(names: tuple[str, ...], path: str) -> RequestError:
    circle = " > ".join(names[names.index(names[-1]) :])
    return RequestError(
        Said(f"At {path} the audience {names[-1]!r} was asked for.", f"{path}에서 고객 그룹 {names[-1]!r}을(를) 요청하셨습니다."),
        Said(f"It is part of itself: {circle}.", f"자기 자신을 포함합니다: {circle}."),
        Said("Take one of them out.", "그 가운데 하나를 빼십시오."),
    )  # fmt: skip


def _never(path: str, window: str, within: str) -> RequestError:
    return RequestError(
        Said(f"At {path} a wait of {within} inside the last {window} was asked for.",
             f"{path}에서 최근 {window} 안의 {within} 대기를 요청하셨습니다."),
        Said("The wait is never over before the window is.", "기간이 끝나기 전에 대기가 끝나지 않습니다."),
        Said("Make the window longer than the wait.", "기간을 대기보다 길게 잡으십시오."),
    )  # fmt: skip


def _incomplete(path: str, wanted: Said) -> RequestError:
    return RequestError(
        Said(
            f"At {path} one event after another was asked for.",
            f"{path}에서 이어지는 이벤트를 요청하셨습니다.",
        ),
        Said(
            "It does not say within which time, or begins with did not.",
            "기간이 없거나 did not으로 시작합니다.",
        ),
        Said(f"Add {wanted.en}.", f"{wanted.ko}을(를) 쓰십시오."),
    )


def _contradiction(path: str, words: list[str]) -> RequestError:
    return RequestError(
        Said(f"At {path} {' and '.join(words)} were given together.", f"{path}에 {', '.join(words)}을(를) 함께 주셨습니다."),
        Said("One condition has one of them.", "조건 하나에는 그중 하나만 씁니다."),
        Said("Write two conditions under all.", "all 아래에 조건 두 개로 나누십시오."),
    )  # fmt: skip

"""Who is in the audience, and when will time alone change that?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, Table, TimestampValue

from dangol.core.rules.moment import TICK, Moment, literal
from dangol.core.rules.plan import Cell, Plan
from dangol.core.rules.reading import rule as read
from dangol.core.rules.tree import All, Named, Not, Some, Tree

_NEVER: Final = datetime(9999, 1, 1)  # noqa: DTZ001
_AT_ONCE: Final = datetime(1, 1, 2)  # noqa: DTZ001


def members(rule: Any, tables: Mapping[str, Table], as_of: Moment | datetime | date) -> Table:
    """Everyone: person_id int64, is_member boolean (never null), next_flip_at timestamp (UTC) or null.

    Until `next_flip_at` nothing but new data changes the answer, and null means that time alone never does.
    It is the very moment of the change for one condition (`then not` with a window: at the earliest then); a
    group that is false waits for the last of what must come true, one that is true for the first loss that
    matters, which may be earlier than the change. `rule` is a tree or anything that `rule()` reads.
    """
    tree, plan = read(rule), Plan(tables, _moment(as_of), wants_flip=True)
    cells = _cells(tree, plan)
    answers = {f"t{n}": cell.test for n, cell in enumerate(cells)}
    flips = {f"f{n}": cell.flip for n, cell in enumerate(cells) if cell.flip}
    joined = plan.joined()
    leaves = joined.select("person_id", **{name: each(joined) for name, each in (answers | flips).items()})
    walk = _Walk(leaves, set(flips))
    truth, flip = walk.node(tree)
    return walk.table.select(
        "person_id", is_member=_[truth], next_flip_at=_shown_flip(walk.table, flip, plan.moment)
    )


def members_only(rule: Any, tables: Mapping[str, Table], as_of: Moment | datetime | date) -> Table:
    """Only the people in the audience: person_id int64. Reads everyone only where the rule needs it."""
    tree, plan = read(rule), Plan(tables, _moment(as_of), wants_flip=False)
    cells = _cells(tree, plan)
    joined = plan.joined(_driver(tree, cells, plan))
    answers = iter([cell.test(joined) for cell in cells])
    return joined.filter(_truth(tree, answers)).select("person_id")


def count(rule: Any, tables: Mapping[str, Table], as_of: Moment | datetime | date) -> Table:
    """How many are in the audience: one row, member_count int64."""
    return members_only(rule, tables, as_of).aggregate(member_count=_.count())


def _moment(as_of: Moment | datetime | date) -> Moment:
    if isinstance(as_of, Moment):
        return as_of
    return Moment(as_of) if isinstance(as_of, datetime) else Moment.of_day(as_of)


def _cells(tree: Tree, plan: Plan) -> list[Cell]:
    """The cells of the leaves, left to right."""
    if isinstance(tree, Some):
        return [cell for rule in tree.rules for cell in _cells(rule, plan)]
    return _cells(tree.rule, plan) if isinstance(tree, (Not, Named)) else [tree.cell(plan)]


def _truth(tree: Tree, answers: Any) -> BooleanValue:
    """The answer of the tree from those of its leaves, taken left to right."""
    if isinstance(tree, Some):
        parts = [_truth(rule, answers) for rule in tree.rules]
        return ibis.and_(*parts) if isinstance(tree, All) else ibis.or_(*parts)
    if isinstance(tree, Not):
        return ~_truth(tree.rule, answers)
    return _truth(tree.rule, answers) if isinstance(tree, Named) else next(answers)


def _driver(tree: Tree, cells: list[Cell], plan: Plan) -> str | None:
    """A group without whose rows nobody is a member, so that people need not be read first; None if there is none."""
    for group in plan.groups.values():
        idle = iter([cell.idle if cell.group == group.name else None for cell in cells])
        if group.scope == "person" and _known(tree, idle) is False:
            return group.name
    return None


def _known(tree: Tree, answers: Any) -> bool | None:
    """The answer of the tree where some leaves are not known (None): true and false only when they must be."""
    if isinstance(tree, Some):
        parts = [_known(rule, answers) for rule in tree.rules]
        decisive = isinstance(tree, Some) and not isinstance(tree, All)
        if decisive in parts:
            return decisive
        return None if None in parts else not decisive
    if isinstance(tree, Not):
        inner = _known(tree.rule, answers)
        return None if inner is None else not inner
    if isinstance(tree, Named):
        return _known(tree.rule, answers)
    answer: bool | None = next(answers)
    return answer


class _Walk:
    """Goes up the tree, one pair of columns (answer, flip) a group; flips are never null on the way."""

    def __init__(self, leaves: Table, timed: set[str]) -> None:
        self.table = leaves.mutate(**{name: _[name].fill_null(literal(_NEVER)) for name in timed})
        self.timed, self.leaf, self.group = timed, 0, 0

    def node(self, tree: Tree) -> tuple[str, str | None]:
        """The names of the two columns of a tree; no flip where time alone never changes it."""
        if isinstance(tree, Some):
            return self._group(tree)
        if isinstance(tree, (Not, Named)):
            truth, flip = self.node(tree.rule)
            return (self._opposite(truth), flip) if isinstance(tree, Not) else (truth, flip)
        number, self.leaf = self.leaf, self.leaf + 1
        return f"t{number}", f"f{number}" if f"f{number}" in self.timed else None

    def _opposite(self, truth: str) -> str:
        self.group += 1
        self.table = self.table.mutate(**{f"n{self.group}": ~self.table[truth]})
        return f"n{self.group}"

    def _group(self, tree: Some) -> tuple[str, str | None]:
        parts = [self.node(rule) for rule in tree.rules]
        self.group += 1
        truth, flip = f"n{self.group}", f"m{self.group}"
        is_all = isinstance(tree, All)
        tests = [self.table[name] for name, _flip in parts]
        self.table = self.table.mutate(**{truth: ibis.and_(*tests) if is_all else ibis.or_(*tests)})
        if all(each is None for _name, each in parts):
            return truth, None
        self.table = self.table.mutate(**{flip: _composed(self.table, truth, parts, is_all=is_all)})
        return truth, flip


def _composed(
    table: Table, truth: str, parts: list[tuple[str, str | None]], *, is_all: bool
) -> TimestampValue:
    """When a group may change: a true `all` at the first flip of its parts, a false one when the last of its
    false parts may have come true; `any` the other way round.
    """
    flips = [table[flip] if flip else literal(_NEVER) for _name, flip in parts]
    decisive = [~table[name] if is_all else table[name] for name, _flip in parts]
    last = ibis.greatest(
        *(ibis.ifelse(d, f, literal(_AT_ONCE)) for d, f in zip(decisive, flips, strict=True))
    )
    is_decided = ~table[truth] if is_all else table[truth]
    return ibis.ifelse(is_decided, last, ibis.least(*flips))


def _shown_flip(table: Table, flip: str | None, moment: Moment) -> TimestampValue:
    """Never is null; a change at this very moment or before is over."""
    if flip is None:
        return ibis.null("timestamp")
    soonest = ibis.greatest(table[flip], literal(moment.at + TICK))
    return ibis.ifelse(table[flip] < literal(_NEVER), soonest, ibis.null("timestamp"))

"""What did they do, how often, and when first or last? Leaves over what happened to a person or an account."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, cast

import ibis
from ibis.expr.types import BooleanValue, Table, TimestampValue
from ibis.expr.types import Value as Expr

from dangol.core.language import Said
from dangol.core.rules.comparison import Comparison
from dangol.core.rules.conditions import Condition, hold
from dangol.core.rules.conditions import said as conditions_said
from dangol.core.rules.happenings import EVENTS, Source, property_of, source_of
from dangol.core.rules.measures import Measure, Times, Total
from dangol.core.rules.moment import Moment
from dangol.core.rules.phrase import Pair, Phrase
from dangol.core.rules.plan import Cell, Plan, Scope
from dangol.core.rules.rows import Happenings, Turns
from dangol.core.rules.subject import Subject
from dangol.core.rules.windows import Ever, Stretch


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What every leaf over happenings has: the event, whose it is, conditions on its properties, a window."""

    event: str
    scope: Scope
    where: tuple[Condition, ...] = ()
    window: Ever = field(default_factory=Ever)
    path: str = field(compare=False, default="")

    def matches(
        self, rows: Table, source: Source, moment: Moment, among: Stretch | None = None
    ) -> BooleanValue:
        """Which rows of the source are the event, in the window, and pass the conditions.

        `among` is the stretch that the rows are already limited to.
        """
        test = self.window.holds(rows, source, moment, among) & hold(self.where, rows, source, moment)
        return test & (rows.name == self.event) if source is EVENTS else test

    def columns(self, rows: Table, match: Expr, source: Source, *, wants_flip: bool) -> dict[str, Expr]:
        """What is kept of each key, by the name of the column."""
        raise NotImplementedError

    @property
    def event_said(self) -> Pair:
        """The event with its conditions."""
        return conditions_said(self.event, self.where)

    def spelled_rest(self) -> dict[str, Any]:
        """The words for conditions and window, which every leaf spells alike."""
        where = {"where": [each.spelled() for each in self.where]} if self.where else {}
        return where | ({self.window.word: self.window.operand} if self.window.word else {})

    def registered(self, plan: Plan) -> tuple[str, str]:
        """The names of the group and of this leaf's columns in it."""
        source = source_of(self.event, plan.tables, self.path)
        make = partial(Happenings, source=source, scope=self.scope)
        group = cast("Happenings", plan.group((source, self.scope), make))
        return group.name, group.add(self)


@dataclass(frozen=True, slots=True)
class Did(Behaviour):
    """Did, or did not: how often, or with which total or average, in a window."""

    measure: Measure = field(default_factory=Times)
    is_negative: bool = False

    def spelled(self) -> dict[str, Any]:
        """The leaf as a rule spells it."""
        head = f"{_owner(self.scope)}did{' not' if self.is_negative else ''}"
        rest = self.spelled_rest()
        where = {"where": rest.pop("where")} if self.where else {}
        return {head: self.event} | where | self.measure.spelled() | rest

    def phrase(self, *, negative: bool = False) -> Phrase:
        """The leaf as a clause."""
        is_negative = negative != self.is_negative
        return self.measure.phrase(_who(self.scope), self.event_said, self.window.said, is_negative)

    def cell(self, plan: Plan) -> Cell:
        """The leaf over the joined table."""
        group, label = self.registered(plan)
        test = partial(self._test, label=label, moment=plan.moment)
        flip = self._flip_of(plan, label) if plan.wants_flip and self.window.span else None
        return Cell(test, flip, group, self.measure.idle() != self.is_negative)

    def columns(self, rows: Table, match: Expr, source: Source, *, wants_flip: bool) -> dict[str, Expr]:
        """The sums of the measure, and the last matching moment where a flip hangs on it."""
        sums = self.sums(rows, match, source)
        needs_last = wants_flip and self.window.span and self._is_simple
        return sums | ({"last": rows.happened_at.max(where=match)} if needs_last else {})

    def sums(self, rows: Table, match: Expr, source: Source) -> dict[str, Expr]:
        """The sums of the measure; a RequestError when its property is no number."""
        if not isinstance(self.measure, Total):
            return self.measure.sums(match, None)
        value: Subject = property_of(rows, source, self.measure.property, self.path)
        self.measure.comparison.fits(value.kind, self.measure.property, self.path)
        return self.measure.sums(match, value)

    @property
    def _is_simple(self) -> bool:
        return isinstance(self.measure, Times) and self.measure.is_simple

    def _holds(self, table: Table, label: str, moment: Moment) -> BooleanValue:
        names = [n for n in ("count", "total") if f"{label}_{n}" in table.columns]
        return self.measure.holds({n: table[f"{label}_{n}"].fill_null(0) for n in names}, moment)

    def _test(self, table: Table, label: str, moment: Moment) -> BooleanValue:
        holds = self._holds(table, label, moment)
        return ~holds if self.is_negative else holds

    def _flip_of(self, plan: Plan, label: str) -> Any:
        if self._is_simple:
            return partial(self._last, label=label)
        source = source_of(self.event, plan.tables, self.path)
        turns = plan.group(self, partial(Turns, source=source, leaf=self)).name
        return partial(self._turn, label=label, turns=turns, moment=plan.moment)

    def _last(self, table: Table, label: str) -> TimestampValue:
        return self.window.leaves(table[f"{label}_last"])

    def _turn(self, table: Table, label: str, turns: str, moment: Moment) -> TimestampValue:
        holds = self._holds(table, label, moment)
        turn = ibis.ifelse(holds, table[f"{turns}_falls"], table[f"{turns}_rises"])
        return self.window.leaves(turn)


@dataclass(frozen=True, slots=True)
class Edge(Behaviour):
    """The first or the last time ever, compared with a day or a window."""

    which: Literal["first", "last"] = "first"
    comparison: Comparison = field(kw_only=True)

    def spelled(self) -> dict[str, Any]:
        """The leaf as a rule spells it."""
        head = f"{_owner(self.scope)}{self.which} did"
        return {head: self.event} | self.spelled_rest() | {self.comparison.word: self.comparison.operand}

    def phrase(self, *, negative: bool = False) -> Phrase:
        """`whose first Order Completed is within the last 30 days`."""
        en, ko = self.event_said
        owner_en, owner_ko = (" of the account", "거래처의 ") if self.scope == "account" else ("", "")
        korean = {"first": "처음", "last": "마지막으로"}[self.which]
        name = Said(f"{self.which} {en}{owner_en}", f"{owner_ko}{korean} {ko}을(를) 한 시각")
        return self.comparison.phrase(name, negative=negative)

    def cell(self, plan: Plan) -> Cell:
        """The leaf over the joined table: the comparison of one moment."""
        group, label = self.registered(plan)
        flip = partial(self._flip, label=label, moment=plan.moment) if self.comparison.is_timed else None
        return Cell(partial(self._test, label=label, moment=plan.moment), flip, group, idle=False)

    def columns(self, rows: Table, match: Expr, source: Source, *, wants_flip: bool) -> dict[str, Expr]:
        """The first or last matching moment."""
        at = rows.happened_at
        return {"at": at.min(where=match) if self.which == "first" else at.max(where=match)}

    def _test(self, table: Table, label: str, moment: Moment) -> BooleanValue:
        return self.comparison.test(Subject(table[f"{label}_at"], "moment"), moment)

    def _flip(self, table: Table, label: str, moment: Moment) -> TimestampValue:
        return self.comparison.flip(Subject(table[f"{label}_at"], "moment"), moment)


def _owner(scope: Scope) -> str:
    return "account " if scope == "account" else ""


def _who(scope: Scope) -> Pair:
    return ("in whose account somebody", "거래처의 누군가가") if scope == "account" else ("who", "")

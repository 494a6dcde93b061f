"""Did one thing follow another in time? A then B within N days; A and then not B within N days."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import ibis
from ibis.expr.types import Table, TimestampValue

from dangol.core.rules.behaviour import Behaviour
from dangol.core.rules.happenings import EVENTS, rows_of, source_of
from dangol.core.rules.moment import Moment, after, literal
from dangol.core.rules.phrase import Phrase, did, did_not, exists, exists_not, shown, with_particle
from dangol.core.rules.plan import Cell, Plan, Scope, keyed
from dangol.core.rules.span import Span
from dangol.core.rules.subject import certain
from dangol.core.rules.windows import before, from_


@dataclass(frozen=True, slots=True)
class Then(Behaviour):
    """An event, and later than it, at most `within` later, another one (or, when the time is over, none)."""

    then: str = ""
    within: Span = field(default_factory=lambda: Span(7, "day"))
    is_missing: bool = False

    def spelled(self) -> dict[str, Any]:
        """The leaf as a rule spells it."""
        head = "account did" if self.scope == "account" else "did"
        then = f"then{' not' if self.is_missing else ''}"
        return {head: self.event} | self.spelled_rest() | {then: self.then, "within": self.within}

    def phrase(self, *, negative: bool = False) -> Phrase:
        """`who did A in the last 30 days, then did not do B within 7 days`."""
        (en, ko), (window_en, window_ko) = self.event_said, self.window.said
        who_en, who_ko = (
            ("in whose account somebody", "거래처의 누군가가") if self.scope == "account" else ("who", "")
        )
        verb = "did not do" if self.is_missing else "did"
        then = f"then {verb} {shown(self.then)} within {self.within.said.en}"
        did_en = " ".join(filter(None, (who_en, "never" if negative else "", "did", en, window_en)))
        object_, second = with_particle(ko, "을", "를"), with_particle(shown(self.then), "을", "를")
        first = " ".join(filter(None, (who_ko, window_ko, object_)))
        stem = f"{first} 하고 {self.within.said.ko} 안에 {second} "
        if self.is_missing:
            stem += "하지 않은 일이 "
            return Phrase(f"{did_en} and {then}", exists_not(stem) if negative else exists(stem))
        return Phrase(f"{did_en} and {then}", did_not(stem) if negative else did(stem))

    def cell(self, plan: Plan) -> Cell:
        """The leaf over the joined table."""
        group = plan.group(self, partial(Following, leaf=self)).name
        flip = partial(self._flip, group=group) if self._turns else None
        test = lambda table: table[f"{group}_counts"].notnull()
        return Cell(test, flip if plan.wants_flip else None, group, idle=False)

    @property
    def _turns(self) -> bool:
        return self.is_missing or self.window.span is not None

    def _flip(self, table: Table, group: str) -> TimestampValue:
        """Out of the window with the last row that counts; true once a row waited in vain long enough."""
        counts, waits = table[f"{group}_counts"], table[f"{group}_waits"]
        leaves = self.window.leaves(counts)
        comes = after(waits, self.within) if self.is_missing else ibis.null("timestamp")
        return ibis.ifelse(counts.notnull(), leaves, comes)


@dataclass
class Following:
    """For each key: the last first event that counts (followed, or left alone), and the first that still waits."""

    name: str
    leaf: Then

    @property
    def scope(self) -> Scope:
        """Person or account, as the leaf."""
        return self.leaf.scope

    def table(self, plan: Plan) -> Table:
        """One row a key that did the first event."""
        first = self._first(plan).select("key", "happened_at", is_first=True, then_at=ibis.null("timestamp"))
        second = self._second(plan)
        second = second.select("key", "happened_at", is_first=False, then_at=second.happened_at)
        both = first.union(second)
        # At one moment the second event sorts before the first, so that only a later one follows it.
        order = ibis.window(group_by="key", order_by=["happened_at", ibis.asc("is_first")], rows=(1, None))
        both = both.mutate(next_at=both.then_at.min().over(order)).filter(lambda t: t.is_first)
        return self._kept(both, plan.moment)

    def _kept(self, rows: Table, moment: Moment) -> Table:
        until = rows.happened_at + self.leaf.within.interval
        follows = certain(rows.next_at <= until)
        is_over = until < literal(moment.at)
        counts = ~follows & is_over if self.leaf.is_missing else follows
        waits = ~follows & ~is_over
        return rows.group_by(**{f"{self.name}_key": rows.key}).agg(
            **{
                f"{self.name}_counts": rows.happened_at.max(where=counts),
                f"{self.name}_waits": rows.happened_at.min(where=waits),
            }
        )

    def _first(self, plan: Plan) -> Table:
        source = source_of(self.leaf.event, plan.tables, self.leaf.path)
        rows = rows_of(source, plan.tables)
        return keyed(rows.filter(self.leaf.matches(rows, source, plan.moment)), self.scope, plan)

    def _second(self, plan: Plan) -> Table:
        source = source_of(self.leaf.then, plan.tables, self.leaf.path)
        rows = rows_of(source, plan.tables)
        rows = rows.filter(before(rows, source, plan.moment, plan.moment.at))
        start = self.leaf.window.start(plan.moment)
        if start:
            rows = rows.filter(from_(rows, source, plan.moment, start))
        if source is EVENTS:
            rows = rows.filter(rows.name == self.leaf.then)
        return keyed(rows, self.scope, plan)

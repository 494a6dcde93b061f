"""What is kept of many happenings? One row a key: conditional sums for all leaves over the same rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import ibis
from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.rules.happenings import EVENTS, Source, rows_of
from dangol.core.rules.plan import Plan, Scope, keyed
from dangol.core.rules.windows import Stretch, before, from_, nothing_later

if TYPE_CHECKING:
    from dangol.core.rules.behaviour import Behaviour, Did


@dataclass
class Happenings:
    """All leaves over one source and scope in one aggregate, reading only the days that one of them needs."""

    name: str
    source: Source
    scope: Scope
    leaves: list[Behaviour] = field(default_factory=list)

    def add(self, leaf: Behaviour) -> str:
        """The name under which the columns of a leaf stand; equal leaves share theirs."""
        if leaf not in self.leaves:
            self.leaves.append(leaf)
        return f"{self.name}_{self.leaves.index(leaf)}"

    def table(self, plan: Plan) -> Table:
        """One row a key."""
        among = self._stretch(plan)
        rows = self._needed(plan, among)
        columns: dict[str, Expr] = {}
        for number, leaf in enumerate(self.leaves):
            match = leaf.matches(rows, self.source, plan.moment, among)
            kept = leaf.columns(rows, match, self.source, wants_flip=plan.wants_flip)
            columns |= {f"{self.name}_{number}_{name}": each for name, each in kept.items()}
        return rows.group_by(**{f"{self.name}_key": rows.key}).agg(**columns)

    def _stretch(self, plan: Plan) -> Stretch:
        """From the earliest start of any leaf until now."""
        starts = [leaf.window.start(plan.moment) for leaf in self.leaves]
        known = [start for start in starts if start]
        return min(known) if len(known) == len(starts) else None, plan.moment.at

    def _needed(self, plan: Plan, among: Stretch) -> Table:
        rows = rows_of(self.source, plan.tables)
        if not nothing_later(self.source, plan.moment, plan.moment.at):
            rows = rows.filter(before(rows, self.source, plan.moment, plan.moment.at))
        if self.source is EVENTS:
            rows = rows.filter(rows.name.isin(sorted({leaf.event for leaf in self.leaves})))
        if among[0]:
            rows = rows.filter(from_(rows, self.source, plan.moment, among[0]))
        return keyed(rows, self.scope, plan)


@dataclass
class Turns:
    """When does a leaf's answer first turn as its rows leave the window? By key: `falls` and `rises`.

    The rows leave in the order they happened, those of one moment together. After each departure the sums
    are those of the rows that happened later; the first moment whose departure gives another answer is kept.
    """

    name: str
    source: Source
    leaf: Did

    @property
    def scope(self) -> Scope:
        """Person or account, as the leaf."""
        return self.leaf.scope

    def table(self, plan: Plan) -> Table:
        """One row a key: the moment whose departure makes the answer false, and the one that makes it true."""
        rows = rows_of(self.source, plan.tables)
        rows = rows.filter(self.leaf.matches(rows, self.source, plan.moment))
        rows = keyed(rows, self.scope, plan)
        sums = self.leaf.sums(rows, rows.happened_at.notnull(), self.source)
        moments = rows.group_by("key", "happened_at").agg(**sums)
        later = ibis.window(group_by="key", order_by=moments.happened_at.desc(), rows=(None, -1))
        left = {name: moments[name].sum().over(later).fill_null(0) for name in sums}
        moments = moments.mutate(**{f"left_{name}": each for name, each in left.items()})
        holds = self.leaf.measure.holds({name: moments[f"left_{name}"] for name in sums}, plan.moment)
        return moments.group_by(**{f"{self.name}_key": moments.key}).agg(
            **{
                f"{self.name}_falls": moments.happened_at.min(where=~holds),
                f"{self.name}_rises": moments.happened_at.min(where=holds),
            }
        )

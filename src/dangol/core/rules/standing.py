"""Where does somebody stand? Scores and their bands, and a bucket drawn by lot that never changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Literal

import ibis
from ibis.expr.types import BooleanValue, IntegerValue, StringValue, Table

from dangol.core.language import Said
from dangol.core.rules.comparison import Comparison
from dangol.core.rules.moment import Moment
from dangol.core.rules.phrase import Phrase, is_, is_not
from dangol.core.rules.plan import Cell, Plan, Scope
from dangol.core.rules.subject import Subject

BUCKETS: Final = 10_000
_DIGITS: Final = "0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Score:
    """One comparison of the latest value, or band, of a named score."""

    name: str
    column: Literal["value", "band"]
    comparison: Comparison
    path: str = field(compare=False, default="")

    def spelled(self) -> dict[str, Any]:
        """The leaf as a rule spells it."""
        head = "score" if self.column == "value" else "band"
        return {head: self.name, self.comparison.word: self.comparison.operand}

    def phrase(self, *, negative: bool = False) -> Phrase:
        """`whose churn score is over 0.7`."""
        en, ko = ("score", "점수") if self.column == "value" else ("band", "등급")
        return self.comparison.phrase(Said(f"{self.name} {en}", f"{self.name} {ko}"), negative=negative)

    def cell(self, plan: Plan) -> Cell:
        """The leaf over the joined table; who has no score passes only what the word says of nothing."""
        plan.need("scores", self.path)
        group = plan.group(("score", self.name), partial(LatestScore, score=self.name)).name
        return Cell(partial(self._test, group=group, moment=plan.moment), None, group, idle=None)

    def _test(self, table: Table, group: str, moment: Moment) -> BooleanValue:
        kind: Literal["number", "text"] = "number" if self.column == "value" else "text"
        return self.comparison.test(Subject(table[f"{group}_{self.column}"], kind), moment)


@dataclass
class LatestScore:
    """The value and band of the last day on which each person was scored; of two on that day, the higher."""

    name: str
    score: str
    scope: Scope = "person"

    def table(self, plan: Plan) -> Table:
        """One row a scored person."""
        scores = plan.tables["scores"]
        scores = scores.filter(scores.name == self.score)
        scores = scores.filter(scores.scored_on < ibis.literal(plan.moment.first_day_from(plan.moment.at)))
        ranking = [scores.scored_on.desc(), scores.value.desc(nulls_first=False), scores.band]
        last = ibis.window(group_by="person_id", order_by=ranking)
        scores = scores.mutate(place=ibis.row_number().over(last)).filter(lambda t: t.place == 0)
        return scores.select(
            **{
                f"{self.name}_key": scores.person_id,
                f"{self.name}_value": scores.value,
                f"{self.name}_band": scores.band,
            }
        )


@dataclass(frozen=True, slots=True)
class Lot:
    """Whether a bucket from 0 to 99.99 percent, drawn by hash of salt and customer id, is under or between."""

    salt: str
    comparison: Comparison

    def spelled(self) -> dict[str, Any]:
        """The leaf as a rule spells it."""
        return {"random": self.salt, self.comparison.word: self.comparison.operand}

    def phrase(self, *, negative: bool = False) -> Phrase:
        """`whose random percent for 'spring' is under 20`."""
        name = f"whose random percent for '{self.salt}' is {'not ' if negative else ''}"
        low, high = _ends(self.comparison)
        en = f"{name}under {high}" if low is None else f"{name}from {low} to under {high}"
        ko = f"'{self.salt}' 무작위 백분율이 " + (
            f"{high} 미만" if low is None else f"{low} 이상 {high} 미만"
        )
        return Phrase(en, is_not(ko) if negative else is_(ko))

    def cell(self, plan: Plan) -> Cell:
        """The leaf over the joined table; it reads people's `external_id`, or their number without one."""
        return Cell(self._test)

    def _test(self, table: Table) -> BooleanValue:
        who = table.external_id.fill_null(table.person_id.cast("string"))
        drawn = bucket(self.salt, who)
        low, high = _ends(self.comparison)
        return (drawn >= round((low or 0) * 100)) & (drawn < round(high * 100))


def _ends(comparison: Comparison) -> tuple[float | None, float]:
    """From and up to which percent; the upper end is not part of it, so that 0-20 and 20-50 share nobody."""
    return comparison.operand if isinstance(comparison.operand, tuple) else (None, comparison.operand)


def bucket(salt: str, who: StringValue) -> IntegerValue:
    """0 to 9,999: the first eight hex digits of md5(salt:who) modulo 10,000, alike on every engine.

    In Python: int(hashlib.md5(f"{salt}:{who}".encode()).hexdigest()[:8], 16) % 10_000.
    """
    digest = ibis.literal(f"{salt}:").concat(who).hexdigest("md5")
    digits = (ibis.literal(_DIGITS).find(digest.substr(place, 1)).cast("int64") for place in range(8))
    weighted = [digit * pow(16, 7 - place, BUCKETS) for place, digit in enumerate(digits)]
    return sum(weighted[1:], start=weighted[0]) % BUCKETS

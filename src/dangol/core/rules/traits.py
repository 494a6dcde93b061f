"""What is the person, or the person's account, like? One comparison of one column or JSON trait."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from ibis.expr.types import BooleanValue, Table, TimestampValue

from dangol.core.errors import UnknownNameError
from dangol.core.language import Said
from dangol.core.rules.comparison import Comparison
from dangol.core.rules.moment import Moment
from dangol.core.rules.phrase import Phrase
from dangol.core.rules.plan import ACCOUNT, Cell, Plan, Scope
from dangol.core.rules.subject import Kind, Subject, check_key, json_subject, kind_of
from dangol.core.schema import NOUNS

_JSON: Final = "traits."
_HANGUL = re.compile(r"[가-힣]")


@dataclass(frozen=True, slots=True)
class Trait:
    """One comparison of a column of people or accounts, or of `traits.KEY`, a field of their JSON text."""

    name: str
    scope: Scope
    comparison: Comparison
    path: str = field(compare=False, default="")

    def spelled(self) -> dict[str, Any]:
        """The leaf as a rule spells it."""
        head = "account trait" if self.scope == "account" else "trait"
        return {head: self.name, self.comparison.word: self.comparison.operand}

    def phrase(self, *, negative: bool = False) -> Phrase:
        """`whose plan is pro`."""
        return self.comparison.phrase(_title(self.name, self.scope), negative=negative)

    def cell(self, plan: Plan) -> Cell:
        """The leaf over the joined table."""
        if self.scope == "account":
            plan.need("accounts", self.path)
            plan.needs_account = True
        flip = partial(self._flip, moment=plan.moment) if self.comparison.is_timed else None
        return Cell(partial(self._test, moment=plan.moment), flip if plan.wants_flip else None)

    def _test(self, table: Table, moment: Moment) -> BooleanValue:
        return self.comparison.test(self._subject(table), moment)

    def _flip(self, table: Table, moment: Moment) -> TimestampValue:
        return self.comparison.flip(self._subject(table), moment)

    def _subject(self, table: Table) -> Subject:
        prefix = ACCOUNT if self.scope == "account" else ""
        if self.name.startswith(_JSON):
            return json_subject(table[f"{prefix}traits"], self.name.removeprefix(_JSON))
        return Subject(table[prefix + self.name], trait_kind(self.name, self.scope, self.path))


def trait_kind(name: str, scope: Scope, path: str) -> Kind:
    """The kind of a trait; an UnknownNameError with the nearest names when there is none."""
    if name.startswith(_JSON):
        check_key(name.removeprefix(_JSON), path)
        return "json"
    noun = "accounts" if scope == "account" else "people"
    known = {n: d for n, d in NOUNS[noun].dtypes.items() if n not in ("traits", "person_id")}
    if name not in known:
        raise UnknownNameError(
            Said(f"trait of {noun} at {path}", f"{path}의 {noun} 특성"), name, [*known, f"{_JSON}{name}"]
        )
    return kind_of(known[name])


def _title(name: str, scope: Scope) -> Said:
    noun, owner = ("accounts", "account's ") if scope == "account" else ("people", "")
    ko_owner = "거래처의 " if scope == "account" else ""
    if name.startswith(_JSON):
        key = name.removeprefix(_JSON)
        return Said(f"{owner}{key}", f"{ko_owner}{key}")
    headings = (h for h in NOUNS[noun][name].headings if _HANGUL.search(h))
    return Said(f"{owner}{name.replace('_', ' ')}", ko_owner + next(headings, NOUNS[noun][name].means.ko))

"""How does one pass answer a whole tree? Each table read once, one row a person or account, joined to people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from ibis.expr.types import BooleanValue, Table, TimestampValue

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.rules.moment import Moment

Scope = Literal["person", "account"]
ACCOUNT: Final = "account_"
"""What the columns of the person's account are called in the joined table, after this prefix."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One leaf over the joined table: its test (never null), and when time alone changes it (None: never).

    `group` is where its answer comes from, and `idle` what it says of whom that group has no row for;
    without a group it reads the person's own columns.
    """

    test: Callable[[Table], BooleanValue]
    flip: Callable[[Table], TimestampValue] | None = None
    group: str | None = None
    idle: bool | None = None


class Group(Protocol):
    """A table with one row a key: `NAME_key`, and columns that begin with the group's name."""

    @property
    def name(self) -> str:
        """How it is called in the plan."""

    @property
    def scope(self) -> Scope:
        """Whether a key is a person or an account."""

    def table(self, plan: Plan) -> Table:
        """The table, once every leaf has added to it."""


@dataclass
class Plan:
    """The tables, the moment and whether flips are wanted; leaves add their groups to it."""

    tables: Mapping[str, Table]
    moment: Moment
    wants_flip: bool
    groups: dict[object, Group] = field(default_factory=dict)
    needs_account: bool = False

    def need(self, noun: str, path: str) -> Table:
        """A table of the data; a RequestError when the data has none of it."""
        if noun in self.tables:
            return self.tables[noun]
        raise RequestError(
            Said(f"At {path} the table {noun} is needed.", f"{path}에 {noun} 데이터가 필요합니다."),
            Said(f"The data has {', '.join(sorted(self.tables)) or 'none'}.",
                 f"지금 있는 것: {', '.join(sorted(self.tables)) or '없음'}."),
            Said("Add a file that holds it.", "해당 데이터를 담은 파일을 더하십시오."),
        )  # fmt: skip

    def group(self, key: object, make: Callable[[str], Group]) -> Group:
        """The group of this key; leaves over the same rows share one."""
        if key not in self.groups:
            self.groups[key] = make(f"g{len(self.groups)}")
        return self.groups[key]

    def by_name(self, name: str) -> Group:
        """A group by its name."""
        return next(group for group in self.groups.values() if group.name == name)

    def joined(self, driver: str | None = None) -> Table:
        """Everyone with the columns of every group; with a driver, only those its table has a row for."""
        joined = self._people() if driver is None else self._driven(driver)
        for group in self.groups.values():
            if group.name != driver:
                table = group.table(self)
                joined = joined.left_join(table, joined[_own_key(group)] == table[f"{group.name}_key"])
        return joined

    def _driven(self, driver: str) -> Table:
        table, people = self.by_name(driver).table(self), self._people()
        return table.inner_join(people, table[f"{driver}_key"] == people.person_id)

    def _people(self) -> Table:
        people = self.tables["people"]
        if not self.needs_account:
            return people
        accounts = self.tables["accounts"].rename(f"{ACCOUNT}{{name}}")
        return people.left_join(accounts, people.account_id == accounts[f"{ACCOUNT}account_id"])


def _own_key(group: Group) -> str:
    return "person_id" if group.scope == "person" else "account_id"


def keyed(rows: Table, scope: Scope, plan: Plan) -> Table:
    """Rows of people with the column `key`: the person, or the account the person belongs to."""
    if scope == "person":
        return rows.mutate(key=rows.person_id)
    people = plan.tables["people"]
    members = people.filter(people.account_id.notnull()).select(member_id="person_id", key="account_id")
    return rows.inner_join(members, rows.person_id == members.member_id)

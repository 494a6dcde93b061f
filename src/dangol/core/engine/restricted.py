"""What would the numbers be if only some of the people existed? The same world, seen through a list of people."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Final

from dangol.core.engine.duck import DuckDB
from dangol.core.engine.world import World
from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.schema import NOUNS

_ROLLUPS: Final = ("person_day", "person_state")
_numbers = count(1)


class _Scope(DuckDB):
    """A second connection to the same data, whose views hold only these people."""

    def __init__(self, whole: DuckDB, people_sql: str, tables: tuple[str, ...]) -> None:
        self._spill = whole._spill
        self._schema = f"only_{next(_numbers)}"
        self.connection = whole.connection.cursor()
        self.execute("set TimeZone = 'UTC'")
        self.execute(f"create schema {self._schema}")
        self.execute(
            f"create table {self._schema}.only_people as select distinct person_id from ({people_sql})"
        )
        for name in tables:
            self.execute(
                f'create view {self._schema}."{name}" as select * from main."{name}" '
                f"where person_id in (select person_id from {self._schema}.only_people)"
            )
        self.execute(f"set search_path = '{self._schema},main'")

    def close(self) -> None:
        """Take the views away; the whole world stays."""
        self.execute("set search_path = 'main'")
        self.execute(f"drop schema if exists {self._schema} cascade")
        self.connection.close()


def restricted(world: World, people_sql: str) -> World:
    """The world of the people whose `person_id` a DuckDB query gives; close it after use, before `world`.

    Accounts have no person and stay whole. A RequestError on an engine other than DuckDB.
    """
    whole = world.engine
    if not isinstance(whole, DuckDB):
        raise RequestError(
            Said("The numbers of some people only were asked for.", "일부 고객만의 숫자를 요청하셨습니다."),
            Said(f"The engine {whole.name} cannot do that.", f"{whole.name} 엔진은 할 수 없습니다."),
            Said(
                "Use engine='duckdb', or filter the tables first.",
                "engine='duckdb'를 쓰거나 표를 먼저 거르십시오.",
            ),
        )
    own = tuple(noun for noun in sorted(world.nouns) if "person_id" in NOUNS[noun].dtypes)
    rollups = tuple(name for name in _ROLLUPS if name in world.tables())
    return replace(world, engine=_Scope(whole, people_sql, own + rollups), staging=None)

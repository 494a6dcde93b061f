"""What is known as of a day? The lake, and behind it the segments that are not sealed yet, as one core `World`.

First the tables of the lake are looked at, then the list of segments: whatever the sealer moves meanwhile is then
in both, and is read from one of them by its position. So every noun holds everything up to the same position.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

import numpy as np

from dangol.core.engine import Settings, World
from dangol.core.engine.duck import DuckDB
from dangol.core.engine.lake import world_over
from dangol.core.rollups.patience import Silence
from dangol.core.schema import NOUNS
from dangol.platform.kernel import clock
from dangol.platform.kernel.queries import BusinessView, business
from dangol.platform.log import days, lake, segments
from dangol.platform.log.merges import merged
from dangol.platform.log.models import Segment
from dangol.platform.log.projections import (
    BEHAVIOUR,
    FACT,
    KEYED,
    columns_of,
    events_sql,
    facts_sql,
    names_behind,
    noun_sql,
)

MEMORY: Final = "2GB"
Prepare = Callable[[DuckDB], None]


@dataclass(frozen=True, slots=True)
class Moment:
    """One consistent state of everything: tables of the lake, and the segments behind each of them."""

    tables: dict[str, lake.Snapshot]
    segments: list[Segment]
    position: int

    def behind(self, table: str) -> list[Segment]:
        """The segments that a table does not hold yet."""
        return [each for each in self.segments if each.last_position > self.tables[table].position]


TABLES: Final = ("events", "person_day", *KEYED, *(f"facts_{noun}" for noun in KEYED))
"""Facts are looked at last: what is made anew from them must find all that the table before it holds already."""


def moment() -> Moment:
    """The state of the lake and the log now."""
    tables = {name: lake.snapshot(name) for name in TABLES}
    oldest = min(each.position for each in tables.values())
    found = segments.segments_after(oldest)
    last = max([each.position for each in tables.values()] + [each.last_position for each in found])
    return Moment(tables, found, last)


@dataclass
class Opening:
    """A world on its way: which relations it will have."""

    duck: DuckDB
    moment: Moment
    zone: str
    relations: dict[str, str] = field(default_factory=dict)

    def open_events(self) -> None:
        """Everything that was done: files of the lake and rows of the tail."""
        columns = ", ".join(columns_of("events"))
        behind = [s for s in self.moment.behind("events") if segments.may_hold(s, BEHAVIOUR, None)]
        parts = [self.moment.tables["events"].sql(columns)]
        if behind:
            self.duck.define("tail_rows", segments.rows_sql(behind))
            parts.append(f"select {columns} from ({events_sql('tail_rows', self.zone)})")
        self._add("events", parts)

    def open_keyed(self, noun: str) -> None:
        """A noun that follows from facts: the lake's rows, but those of keys of which the tail says more."""
        columns = ", ".join(columns_of(noun))
        stored = self.moment.tables[noun].sql(columns)
        behind = [s for s in self.moment.behind(noun) if segments.may_hold(s, ("track",), names_behind(noun))]
        if behind:
            make_overlay(self.duck, noun, behind, self.moment.tables[f"facts_{noun}"], self.zone)
            if stored is not None:
                stored = f"select * from ({stored}) anti join overlaid_{noun} using (key)"
            self._add(noun, [stored, f"select {columns} from overlay_{noun}"])
        else:
            self._add(noun, [stored])

    def days(self, *, is_merged: bool) -> str:
        """The rollup of persons and days, whole."""
        stored = self.moment.tables[days.TABLE]
        behind = [s for s in self.moment.behind(days.TABLE) if segments.may_hold(s, BEHAVIOUR, None)]
        sql = days.open_days(self.duck, stored, behind, self.moment.tables["facts_orders"], self.zone)
        return days.merged_days(sql, "merged_people", "merged_family") if is_merged else sql

    def _add(self, noun: str, parts: Sequence[str | None]) -> None:
        known = [part for part in parts if part is not None]
        if known:
            self.relations[noun] = " union all ".join(known)


def make_overlay(duck: DuckDB, noun: str, behind: Sequence[Segment], facts: lake.Snapshot, zone: str) -> None:
    """Tables `overlaid_NOUN`, the keys of which these segments speak, and `overlay_NOUN`, their rows as they are now."""
    duck.define("overlay_rows", segments.rows_sql(behind))
    columns = ", ".join(FACT)
    duck.execute(
        f"create or replace temp table overlay_facts as select {columns} from ({facts_sql(noun, 'overlay_rows')})"
    )
    duck.execute(f"create or replace table overlaid_{noun} as select distinct key from overlay_facts")
    older = facts.sql(columns)
    if older is not None:
        duck.execute(
            f"insert into overlay_facts select * from ({older}) semi join overlaid_{noun} using (key)"
        )
    made = ", ".join(columns_of(noun))
    duck.execute(
        f"create or replace table overlay_{noun} as select {made} from ({noun_sql(noun, 'overlay_facts', zone)})"
    )
    duck.execute("drop table overlay_facts")


def opened(
    as_of: date | None = None,
    *,
    tables: Mapping[str, str] | None = None,
    only_people: str | None = None,
    prepare: Prepare | None = None,
    memory: str = MEMORY,
) -> World:
    """Everything that is known before `as_of` (tomorrow, unless given: all that has arrived).

    `tables` adds nouns that the log does not hold (people, accounts) as queries in DuckDB's SQL; `only_people`,
    a query with the column person_id, keeps everybody else out; `prepare` may make tables that both of them use.
    Merges are applied: a person has the histories of everybody who is part of them.
    """
    told = business()
    day = as_of or clock.today(told.time_zone) + timedelta(days=1)
    duck = DuckDB(memory=memory)
    try:
        return _opened(duck, day, told, dict(tables or {}), only_people, prepare)
    except BaseException:
        duck.close()
        raise


def _opened(
    duck: DuckDB,
    as_of: date,
    told: BusinessView,
    tables: dict[str, str],
    only_people: str | None,
    prepare: Prepare | None,
) -> World:
    if prepare is not None:
        prepare(duck)
    if only_people is not None:
        duck.execute(f"create table visible_people as select distinct person_id from ({only_people})")
    opening = Opening(duck, moment(), told.time_zone)
    opening.open_events()
    for noun in KEYED:
        opening.open_keyed(noun)
    winners = merged().winners
    if winners:
        _register_merges(duck, winners)
    is_limited = only_people is not None
    relations = {
        noun: _seen(_resolved(sql, noun, bool(winners)), is_limited)
        for noun, sql in opening.relations.items()
    }
    relations |= {
        noun: _seen(sql, is_limited and "person_id" in NOUNS[noun].dtypes) for noun, sql in tables.items()
    }
    if "people" not in relations:
        relations["people"] = _people_of(relations)
    customers = "orders" if told.kind == "shop" else "auto"
    settings = Settings(
        told.time_zone,
        told.fiscal_start,
        told.inactivity_days,
        told.activity,  # type: ignore[arg-type]
        customers,  # type: ignore[arg-type]
        tuple(Silence(**each) for each in told.inactivity_of),
    )
    is_present = as_of > clock.today(told.time_zone)
    rollup = opening.days(is_merged=bool(winners)) if is_present else days.recounted(sorted(relations))
    rollups = {days.TABLE: _seen(rollup, is_limited and is_present)} if rollup else {}
    world = world_over(duck, relations, as_of, settings, rollups=rollups, is_present=is_present)
    if world.stored is None or not is_present:
        return world
    is_daily = world.activity_noun == "events" or days.currencies(duck, days.TABLE) <= 1
    return replace(world, stored=replace(world.stored, is_daily=is_daily))


def _register_merges(duck: DuckDB, winners: Mapping[int, int]) -> None:
    given = {
        "loser_id": np.fromiter(winners, dtype=np.int64, count=len(winners)),
        "winner_id": np.fromiter(winners.values(), dtype=np.int64, count=len(winners)),
    }
    duck.connection.register("given_merges", given)
    duck.execute("create table merged_people as select * from given_merges")
    duck.connection.unregister("given_merges")
    duck.execute(
        "create table merged_family as select loser_id as person_id from merged_people "
        "union select winner_id from merged_people"
    )


def _resolved(sql: str, noun: str, is_any: bool) -> str:
    """The rows with the person that each stands for now, and only the columns of the noun."""
    names = ", ".join(f"rows.{name}" for name in NOUNS[noun].dtypes if name != "person_id")
    if not is_any:
        return f"select {', '.join(NOUNS[noun].dtypes)} from ({sql})"
    ordered = ", ".join(NOUNS[noun].dtypes)
    return (
        f"select {ordered} from (select coalesce(m.winner_id, rows.person_id) as person_id, {names} "
        f"from ({sql}) rows left join merged_people m on rows.person_id = m.loser_id)"
    )


def _seen(sql: str, is_limited: bool) -> str:
    return f"select * from ({sql}) semi join visible_people using (person_id)" if is_limited else sql


def _people_of(relations: Mapping[str, str]) -> str:
    """Everybody who occurs, where nobody says more about people."""
    owned = [
        f"select person_id from ({sql})"
        for noun, sql in relations.items()
        if "person_id" in NOUNS[noun].dtypes
    ]
    ids = " union all ".join(owned) or "select null::bigint as person_id where false"
    values = ", ".join(
        f"null::{dtype} as {name}"
        for name, dtype in columns_of("people").items()
        if name not in ("person_id", "key")
    )
    return f"select person_id, {values} from (select distinct person_id from ({ids}))"

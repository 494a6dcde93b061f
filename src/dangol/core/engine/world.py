"""What is known as of a day? Typed tables on one engine, and the questions that can be put to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, Literal

import ibis
from ibis.expr.types import Table

from dangol.core.calendar import Period
from dangol.core.engine.answer import Answer
from dangol.core.engine.asked_once import reaches_beyond, says_received
from dangol.core.engine.days import check_something_is_known, day_after_last
from dangol.core.engine.delta import is_lake, lake_relations
from dangol.core.engine.distributed import lies_on_cluster, stage_on_spark
from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import Engine, compiled, load_compiler
from dangol.core.engine.files import Loading
from dangol.core.engine.known import define_known, known_before
from dangol.core.engine.settings import Settings
from dangol.core.engine.spark import Spark
from dangol.core.engine.staging import Staged, stage
from dangol.core.engine.stored import Stored, read_rollups, write_rollups
from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.core.metrics import find
from dangol.core.rollups.activity import activity_of_events, activity_of_orders
from dangol.core.rollups.patience import with_patience
from dangol.core.rollups.stays import stays_of_orders, stays_of_subscriptions
from dangol.core.rollups.tenures import tenures_of_orders, tenures_of_subscriptions
from dangol.core.rules import Known, Moment, Tree, count, members
from dangol.core.rules import rule as read_rule
from dangol.core.schema import NOUNS

if TYPE_CHECKING:
    from dangol.core.features.matrix import FeatureMatrix
    from dangol.core.features.outcomes import Outcomes
    from dangol.core.predict.daily_counts import DailyCounts
    from dangol.core.predict.labelled import Labelled


def _funnel(engine: Engine, **parameters: Any) -> Answer | None:
    from dangol.core.engine.funnel import funnel_by_numpy

    return funnel_by_numpy(engine, **parameters)


SHORTCUTS: Final = {"ordered_funnel": _funnel}
"""Metrics that an engine may answer by other means than the query, loaded when asked; None: ask the query."""


@dataclass(frozen=True)
class World:
    """Everything known before the day `as_of`, as typed tables on one engine.

    `nouns` are the tables that the data holds.
    """

    engine: Engine
    as_of: date
    nouns: frozenset[str]
    settings: Settings = field(default_factory=Settings)
    staging: DuckDB | None = None
    """Holds the typed copies of the source for as long as the world lives."""
    loading: Loading = field(default_factory=Loading, compare=False)
    """What was read from which file, as what, and what was refused and why."""

    stored: Stored | None = None
    """Rollups to read instead of raw rows."""

    def tables(self) -> dict[str, Table]:
        """The unbound tables that metrics and rules may use: the nouns, `activity`, `tenures` and `stays`."""
        return dict(self._tables)

    @cached_property
    def _tables(self) -> dict[str, Table]:
        tables: dict[str, Table] = {name: NOUNS[name].table() for name in sorted(self.nouns)}
        if self.activity_noun == "events":
            tables["activity"] = activity_of_events(tables["events"])
        elif self.activity_noun == "orders":
            tables["activity"] = activity_of_orders(tables["orders"])
        if "subscriptions" in tables and not self._counts_buyers:
            tables["tenures"] = tenures_of_subscriptions(tables["subscriptions"])
            tables["stays"] = stays_of_subscriptions(tables["subscriptions"])
        elif "orders" in tables:
            rhythm = (self._patient(tables), self.settings.gone_after_days, self.as_of)
            tables["tenures"] = tenures_of_orders(*rhythm)
            tables["stays"] = stays_of_orders(*rhythm)
        return tables | (self.stored.tables(self.activity_noun) if self.stored else {})

    def _patient(self, tables: Mapping[str, Table]) -> Table:
        """The orders; where policies tell customers apart, each with the silence after which its buyer is gone."""
        policies = self.settings.inactivity_of
        if not policies or "people" not in tables:
            return tables["orders"]
        return with_patience(tables["orders"], tables["people"], policies, self.settings.gone_after_days)

    @property
    def _counts_buyers(self) -> bool:
        """Whether buying makes a customer, though there are subscriptions as well."""
        return self.settings.customers == "orders" and "orders" in self.nouns

    @property
    def activity_noun(self) -> Literal["orders", "events"] | None:
        """The noun whose rows count as activity here: `orders`, `events`, or None without either."""
        wanted = self.settings.activity
        if wanted == "auto":
            wanted = "orders" if "subscriptions" not in self.nouns or self._counts_buyers else "events"
        order: tuple[Literal["orders", "events"], ...] = ("orders", "events")
        if wanted != "orders":
            order = order[::-1]
        return next((noun for noun in order if noun in self.nouns), None)

    @property
    def customers_by(self) -> Literal["subscriptions", "orders", "events"] | None:
        """What makes a customer here: subscriptions that run, or else purchases or events not long ago."""
        if "subscriptions" in self.nouns and not self._counts_buyers:
            return "subscriptions"
        return self.activity_noun

    def external_ids(self, person_ids: Iterable[int]) -> dict[int, str]:
        """The ids that these people have in the source, for listings; unknown numbers are left out."""
        wanted = sorted(set(person_ids))
        if not wanted:
            return {}
        people = NOUNS["people"].table()
        found = self.ask(people.filter(people.person_id.isin(wanted)).select("person_id", "external_id"))
        return {int(number): str(name) for number, name in found.rows}

    def ask(self, expression: Table) -> Answer:
        """Run an expression over the unbound tables."""
        return self.engine.run(compiled(expression, self.engine.dialect))

    def metric(self, name: str, **parameters: Any) -> Answer:
        """One metric. `as_of` and `fiscal_start` come from the world, `period` from the data, unless given."""
        known = find(name)
        defaults = self._defaults(known.needs)
        given = {key: defaults[key] for key in defaults if key in known.parameters} | parameters
        question = f"{name} {sorted(given.items())}"
        if question not in self._questions:
            self._questions[question] = compiled(known.build(self.tables(), **given), self.engine.dialect)
        shortcut = SHORTCUTS.get(name)
        answer = shortcut(self.engine, **given) if shortcut else None
        return self.engine.run(self._questions[question]) if answer is None else answer

    def audience(self, rule: Any, *, known: Known | None = None) -> Answer:
        """Everyone as of the world's day: person_id, is_member, next_flip_at (UTC, null: time never changes it).

        `rule` is a dict, YAML, JSON or one line of text; `known` holds other audiences and the names to check.
        """
        return self.ask(members(*self._ruled(rule, known)))

    def audience_count(self, rule: Any, *, known: Known | None = None) -> int:
        """How many people are in the audience as of the world's day."""
        (number,) = self.ask(count(*self._ruled(rule, known))).column("member_count")
        return int(number)

    def _ruled(self, rule: Any, known: Known | None) -> tuple[Tree, dict[str, Table], Moment]:
        tables = {name: NOUNS[name].table() for name in self.nouns}
        return (
            read_rule(rule, known),
            tables,
            Moment.of_day(self.as_of, self.settings.time_zone, is_last=True),
        )

    def features(self, as_of: date | None = None, *, events: Sequence[str] | None = None) -> FeatureMatrix:
        """What was known of each customer at risk on the morning of a day: see `engine.foreseeing`."""
        from dangol.core.engine.foreseeing import features

        return features(self, as_of, events=events)

    def outcomes(self, as_of: date, horizon_days: int, gap_days: int = 0) -> Outcomes:
        """Who of them left within the horizon after it: see `engine.foreseeing`."""
        from dangol.core.engine.foreseeing import outcomes

        return outcomes(self, as_of, horizon_days, gap_days)

    def training(
        self, horizon_days: int, gap_days: int = 0, snapshots: int | Sequence[date] = 6
    ) -> tuple[Labelled, ...]:
        """Features of several days and what came of them, the oldest first: see `engine.foreseeing`."""
        from dangol.core.engine.foreseeing import training

        return training(self, horizon_days, gap_days, snapshots)

    def daily_counts(self, as_of: date | None = None, days: int | None = None) -> DailyCounts:
        """On which days each customer of a day was there: see `engine.foreseeing_days`."""
        from dangol.core.engine.foreseeing_days import daily_counts

        return daily_counts(self, as_of, days)

    def period(self, *nouns: str) -> Period:
        """From the first day of the data (of these nouns, or of all) to `as_of`."""
        days = [day for noun, day in self._first_days.items() if not nouns or noun in nouns]
        start = min(days, default=self.as_of - timedelta(days=1))
        return Period(start, max(self.as_of, start + timedelta(days=1)))

    def with_settings(self, **changes: Any) -> World:
        """The same data under other settings; the time zone is part of the data, which is read by it."""
        if changes.get("time_zone", self.settings.time_zone) != self.settings.time_zone:
            raise RequestError(
                Said("Another time zone was asked for.", "다른 시간대를 요청하셨습니다."),
                Said(
                    "The days of this world were read by the old one.",
                    "이 데이터의 날짜는 이전 시간대로 읽었습니다.",
                ),
                Said(
                    "Open it again: world(..., settings=Settings(time_zone=...)).",
                    "다시 여십시오: world(..., settings=Settings(time_zone=...)).",
                ),
            )
        return replace(self, settings=replace(self.settings, **changes))

    def write_rollups(self, folder: str | Path) -> World:
        """Store the person-day and person-state rollups of this world in a folder, and read them from there."""
        if self.activity_noun is None:
            raise RequestError(
                Said("Rollups were to be written.", "집계를 쓰려고 했습니다."),
                Said("The data holds neither events nor orders.", "이벤트도 주문도 없는 데이터입니다."),
                Said("Add a file of events or orders.", "이벤트나 주문 파일을 더하십시오."),
            )
        both: tuple[str, ...] = ("events", "orders")
        raw = {name: NOUNS[name].table() for name in both if name in self.nouns}
        write_rollups(self.engine, raw, self.activity_noun, self.as_of, self._basis, Path(folder))
        return self.with_rollups(folder)

    def with_rollups(self, folder: str | Path) -> World:
        """The same world, whose metrics read the rollups in a folder where those can answer.

        A DataError when they are as of another day, or were made of other data (by its rows) or time zone.
        """
        return replace(self, stored=read_rollups(self.engine, Path(folder), self.as_of, self._basis))

    def close(self) -> None:
        """Let go of the engine and of the staged copies."""
        self.engine.close()
        if self.staging is not None:
            self.staging.close()

    @cached_property
    def _basis(self) -> dict[str, int | str]:
        """What rollups of this world rest on: how many rows, whose people are numbered, and by which zone."""
        tables = [(n, NOUNS[n].table()) for n in ("people", "events", "orders") if n in self.nouns]
        counts = [t.aggregate(row_count=t.count()).mutate(noun=ibis.literal(name)) for name, t in tables]
        found = self.ask(counts[0] if len(counts) == 1 else ibis.union(*counts))
        return {row["noun"]: row["row_count"] for row in found} | {"time_zone": self.settings.time_zone}

    def _defaults(self, needs: tuple[str, ...]) -> dict[str, Any]:
        dated = [noun for noun in needs if noun in self.nouns and NOUNS[noun].happened]
        nouns = dated or list(self.nouns)
        return {
            "as_of": self.as_of,
            "period": self.period(*nouns),
            "fiscal_start": self.settings.fiscal_start,
        }

    @cached_property
    def _questions(self) -> dict[str, str]:
        """The SQL of what was asked before: a dashboard asks the same questions again."""
        return {}

    @cached_property
    def _first_days(self) -> dict[str, date]:
        """The first day of each dated noun that has rows, found once."""
        firsts = []
        for noun in sorted(self.nouns):
            table, happened = NOUNS[noun].table(), NOUNS[noun].happened
            if happened is not None:
                firsts.append(table.aggregate(first=table[happened].min()).mutate(noun=ibis.literal(noun)))
        if not firsts:
            return {}
        found = self.ask(firsts[0] if len(firsts) == 1 else ibis.union(*firsts))
        return {row["noun"]: row["first"] for row in found if row["first"] is not None}


ENGINES = ("duckdb", "spark")
Source = Mapping[str, Any] | str | Path | Sequence[str | Path]


def world(
    source: Source,
    *,
    as_of: date | None = None,
    engine: str | Engine = "duckdb",
    settings: Settings | None = None,
    mapping: Mapping[str, str] | None = None,
    not_after: date | None = None,
) -> World:
    """The world of files, folders, frames or records.

    `source` is a path or a list of paths (CSV, TSV, text in columns, Excel, Parquet, JSON; gzip; folders), or
    tables by noun: lists of dicts, frames, paths. `mapping` says what a heading is where it is not found:
    {"amount": "매출액"}, and may name the "noun", the "encoding" and the "date_order" (mdy or dmy).
    `as_of` is the first day that is not known any more; without it, the day after the last one in the data.
    Rows after the day `not_after` cannot be true yet and are refused.
    """
    settings = settings or Settings()
    Thread(target=load_compiler, name="compiler").start()
    if isinstance(source, Mapping) and lies_on_cluster(source):
        return _world_on_cluster(source, as_of, engine, settings)
    if is_lake(source):
        return _world_of_lake(Path(str(source)), as_of, _engine(engine, None), settings)
    duck = engine if isinstance(engine, DuckDB) else DuckDB()
    staged = stage(duck, source, zone=settings.time_zone, not_after=not_after, mapping=mapping)
    if as_of is not None:
        check_something_is_known(duck, staged.nouns, as_of)
    as_of = as_of or day_after_last(duck, staged.nouns, not_after)
    target = _engine(engine, duck)
    if target is not duck:
        _hand_over(duck, staged, target)
    for noun in sorted(staged.nouns):
        sql = known_before(
            noun,
            as_of,
            target.dialect,
            reaches_beyond=reaches_beyond(duck, noun, as_of),
            is_late_possible=says_received(duck, noun),
        )
        target.define(noun, sql)
    return World(target, as_of, staged.nouns, settings, duck, staged.loading)


def _world_on_cluster(
    source: Mapping[str, Any], as_of: date | None, engine: str | Engine, settings: Settings
) -> World:
    """A world whose tables only the cluster can read."""
    target = _engine(engine, None)
    if not isinstance(target, Spark):
        raise RequestError(
            Said(
                "A world of tables on a cluster was asked for.",
                "클러스터에 있는 표로 세계를 열려고 했습니다.",
            ),
            Said(f"The engine {target.name} cannot read them.", f"{target.name} 엔진은 읽을 수 없습니다."),
            Said(
                "Use engine='spark' or an engine of yours.", "engine='spark' 또는 직접 만든 엔진을 쓰십시오."
            ),
        )
    nouns = stage_on_spark(target, source)
    as_of = as_of or day_after_last(target, nouns, None)
    for noun in sorted(nouns):
        target.define(
            noun, known_before(noun, as_of, target.dialect, reaches_beyond=True, is_late_possible=True)
        )
    return World(target, as_of, nouns, settings)


def _world_of_lake(folder: Path, as_of: date | None, engine: Engine, settings: Settings) -> World:
    """The world of the lake of a platform: everything that is sealed, its merges applied; nothing is copied."""
    relations = lake_relations(folder, engine)
    for noun, sql in relations.items():
        engine.define(f"staged_{noun}", sql)
    as_of = as_of or day_after_last(engine, frozenset(relations), None)
    define_known(engine, relations, as_of)
    return World(engine, as_of, frozenset(relations), settings)


def _hand_over(duck: DuckDB, staged: Staged, target: Engine) -> None:
    """Give another engine the staged tables; Parquet that is ready is read where it lies."""
    if isinstance(target, Spark) and set(staged.ready) >= staged.nouns - {"people"}:
        stage_on_spark(target, staged.ready)
        return
    for noun in sorted(staged.nouns):
        folder = duck.folder / noun
        duck.write_parquet(f"select * from staged_{noun}", folder)
        target.read_parquet(f"staged_{noun}", folder)


def _engine(engine: str | Engine, duck: DuckDB | None) -> Engine:
    if not isinstance(engine, str):
        return engine
    if engine == "spark":
        return Spark()
    if engine == "duckdb":
        return duck or DuckDB()
    raise UnknownNameError("engine", engine, ENGINES)


__all__ = ["ENGINES", "Settings", "World", "world"]

"""How do understood sources become typed tables and a record? Typed, freed of repeats, gathered, people numbered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from dangol.core.engine.duck import DuckDB, quoted
from dangol.core.engine.files import gathering, moments, notes, refusals
from dangol.core.engine.files.gathering import Part
from dangol.core.engine.files.loading import LoadedFile, Loading, RefusedRow
from dangol.core.engine.files.moments import DayOrder
from dangol.core.engine.files.notes import Counts
from dangol.core.engine.files.source import read_error
from dangol.core.engine.files.typing_sql import Reading, sql_type, typed_columns, typed_sql
from dangol.core.engine.files.understanding import Understood, Wishes
from dangol.core.errors import DataError, QueryError
from dangol.core.language import Said
from dangol.core.schema import NOUNS

LARGE: Final = 512 << 20
"""Sources of more bytes than this are typed into Parquet files rather than into memory."""
_ROWS_AT_A_TIME: Final = 10_000


@dataclass
class _Typed:
    """One source on its way: its part, what was counted, refused and noted."""

    part: Part
    counts: Counts
    refused: Counter[str]
    notes: list[Said] = field(default_factory=list)


class TypedTables:
    """The typed tables of one world on one DuckDB."""

    def __init__(self, duck: DuckDB, *, zone: str, not_after: date | None, wished: Wishes) -> None:
        self.duck, self.zone, self.not_after, self.wished = duck, zone, not_after, wished
        self.typed: list[_Typed] = []
        self.nouns: frozenset[str] = frozenset()
        self.is_large = False
        self.repeated_ids: dict[str, bool] = {}

    def load(self, read: Sequence[Understood | LoadedFile]) -> Loading:
        """Stage everything that was understood; the record says what became of every row."""
        tables = [each for each in read if isinstance(each, Understood)]
        self.is_large = sum(table.source.size for table in tables) > LARGE
        decided = [self._type(number, table) for number, table in enumerate(tables)]
        self.typed = [
            _noted(each, self.zone, said) for each, said in zip(self._counted(tables), decided, strict=True)
        ]
        self.nouns = frozenset(table.noun for table in tables)
        self.duck.execute("create or replace table dropped (part integer, row_number bigint, reason varchar)")
        for noun in self.nouns:
            self._define_rows(noun)
        currency = gathering.main_currency(self.duck, sorted(self.nouns))
        said = self._drop(currency)
        totals = self._totals()
        self._number_people()
        for noun in sorted(self.nouns):
            self._stage(noun, totals)
        if "people" not in self.nouns:
            self._stage_people_of_others()
        made = self._made()
        said += self._gathered(made)
        self._keep_refused()
        self._check_something_kept()
        files = [self._record(each) for each in self.typed]
        others = [each for each in read if isinstance(each, LoadedFile)]
        if len(read) > 1 and (others or len(tables) > 1) and any(t.source.is_file for t in tables):
            said.append(notes.of_understanding(Counter(t.noun for t in tables), len(others)))
        return Loading((*files, *others), tuple(said), made, currency, self._reread)

    # Typing one source.

    def _type(self, number: int, table: Understood) -> list[Said]:
        """Make `typed_NUMBER`; gives what was decided about its dates."""
        orders, said = self._day_orders(table)
        reading = Reading(number, self.zone, self.not_after, orders)
        try:
            self._hold(f"typed_{number}", typed_sql(table, reading, table.source.relation))
        except QueryError as error:
            self._type_slowly(table, reading, error)
        return said

    def _type_slowly(self, table: Understood, reading: Reading, error: QueryError) -> None:
        """Text with line breaks inside of cells needs one thread; what fails then too cannot be read."""
        source = table.source
        if not source.is_file:
            raise error
        try:
            if source.slow_relation is None:
                raise error
            self._hold(f"typed_{reading.part}", typed_sql(table, reading, source.slow_relation))
        except QueryError as again:
            first = again.cause.strip().splitlines()[0]
            raise read_error(
                source.path,
                Said(f"Reading stopped: {first}", f"읽는 중에 멈췄습니다: {first}"),
                Said(
                    "Check that the file was written to its end, and save it as CSV in UTF-8.",
                    "파일이 끝까지 저장되었는지 확인하시고, UTF-8 CSV로 저장해 주십시오.",
                ),
            ) from again

    def _hold(self, name: str, sql: str) -> None:
        """Keep the rows of a query: in memory, or as Parquet in the engine's folder when there are many."""
        if not self.is_large:
            self.duck.execute(f"create or replace table {name} as {sql}")
            return
        folder = self.duck.folder / name
        self.duck.write_parquet(sql, folder)
        self.duck.read_parquet(name, folder)

    def _day_orders(self, table: Understood) -> tuple[dict[str, DayOrder], list[Said]]:
        """Month or day first, for each text column of dates that leaves it open."""
        orders: dict[str, DayOrder] = {}
        said: list[Said] = []
        dated = [n for n in table.columns if NOUNS[table.noun].dtypes.get(n) in ("date", "timestamp")]
        for name in (n for n in dated if table.columns[n].dtype == "VARCHAR" and table.source.is_file):
            raw = table.columns[name]
            order, month, day = moments.day_order(self.duck, table.source, raw, table.cells(name))
            if month < 0:
                continue
            wanted = self.wished.date_order
            orders[name] = "dmy" if (wanted or order) == "dmy" else "mdy"
            asked = (-1, -1) if wanted else (month, day)
            said.append(notes.of_day_order(raw.heading, orders[name], *asked))
        return orders, said

    def _counted(self, tables: Sequence[Understood]) -> Iterator[_Typed]:
        """What each typed table holds, in one query."""
        queries = [_counts_sql(number, table.noun) for number, table in enumerate(tables)]
        rows = self.duck.execute(" union all ".join(queries)).fetchall() if queries else []
        for number, table in enumerate(tables):
            own = [row[1:] for row in rows if row[0] == number]
            kept = next((row for row in own if row[0] is None), (None, 0, 0, 0, 0, 0, None, None))
            refused = Counter({row[0]: row[1] for row in own if row[0] is not None})
            counts = Counts(sum(row[1] for row in own), kept[1], sum(row[2] for row in own), *kept[3:6])
            yield _Typed(Part(number, table, kept[6], kept[7]), counts, refused)

    # All sources of a noun together.

    def _parts(self, noun: str) -> list[Part]:
        return [each.part for each in self.typed if each.part.table.noun == noun]

    def _define_rows(self, noun: str) -> None:
        """`kept_NOUN`: the typed rows without a reason against them."""
        parts = " union all ".join(
            f"select * exclude (reason) from typed_{part.number} where reason is null"
            for part in self._parts(noun)
        )
        self.duck.define(
            f"kept_{noun}", f"select * from ({parts}) anti join dropped using (part, row_number)"
        )

    def _drop(self, currency: str | None) -> list[Said]:
        """Refuse other currencies and repeats; what several files had in common is said."""
        for noun in sorted(self.nouns):
            if currency is not None:
                gathering.drop_other_currencies(self.duck, noun, currency)
            repeated = gathering.ids_repeat(self.duck, noun, self._parts(noun))
            self.repeated_ids[noun] = repeated
            gathering.drop_repeated(self.duck, noun, self._parts(noun), ids_are_repeated=repeated)
        for each in self.typed:
            if gathering.has_equal_days(self.duck, each.part):
                each.notes.append(notes.EQUAL_DAYS)
        counted: Counter[str] = Counter()
        rows = self.duck.execute("select part, reason, count(*) from dropped group by all").fetchall()
        for part, reason, count in rows:
            self.typed[part].refused[reason] += count
            counted[reason] += count
        said = []
        if currency is not None:
            said.append(notes.of_currency(currency, counted[refusals.OTHER_CURRENCY]))
        if counted[refusals.DUPLICATE_FILE]:
            said.append(notes.of_overlap(counted[refusals.DUPLICATE_FILE]))
        return said

    def _totals(self) -> list[int]:
        """The parts whose lines all carry the total of their order."""
        parts = self._parts("orders")
        totals = [p.number for p in parts if gathering.has_total_on_every_line(self.duck, p)]
        for number in totals:
            self.typed[number].notes.append(notes.TOTAL_ON_LINES)
        return totals

    def _gathered(self, made: Mapping[str, int]) -> list[Said]:
        lines = [each for each in self.typed if each.part.table.is_lines]
        if not lines:
            return []
        count = sum(
            each.counts.read - each.refused.total() for each in self.typed if each.part.table.noun == "orders"
        )
        has_ids = any("order_id" in each.part.table.columns for each in lines)
        return [notes.of_lines(count, made["orders"], has_ids=has_ids)]

    # People, and the staged tables.

    def _number_people(self) -> None:
        """Whole-number ids stay as they are; any other id gets a number, in the order of the ids."""
        owned = sorted(noun for noun in self.nouns if "person_id" in NOUNS[noun].dtypes)
        union = " union all ".join(
            f"select distinct person_id as external_id from kept_{noun}" for noun in owned
        )
        union = union or "select null::varchar as external_id where false"
        number = "try_cast(external_id as bigint)"
        self.duck.execute(
            f"create or replace table person_numbers as with ids as (select distinct external_id from ({union})), "
            f"whole as (select bool_and(coalesce({number}::varchar = external_id, false)) as yes from ids) "
            f"select external_id, case when whole.yes then {number} "
            "else row_number() over (order by external_id) end as person_id from ids, whole"
        )

    def _stage(self, noun: str, totals: Sequence[int]) -> None:
        """`staged_NOUN` with people by number."""
        rows = f"kept_{noun}"
        if noun == "orders":
            rows = f"({gathering.orders_sql(self._parts(noun), totals, ids_are_repeated=self.repeated_ids[noun])})"
        values = ", ".join(_staged_value(name) for name in NOUNS[noun].dtypes)
        join = (
            "join person_numbers p on p.external_id = l.person_id"
            if "person_id" in typed_columns(noun)
            else ""
        )
        if noun == "people":
            rows, join = (
                f"person_numbers p left join {rows} l on p.external_id = l.person_id",
                ("left join person_numbers q on q.external_id = l.referrer_id"),
            )
            self._hold("staged_people", f"select {values} from {rows} {join}")
        else:
            self._hold(f"staged_{noun}", f"select {values} from {rows} l {join}")

    def _made(self) -> dict[str, int]:
        """Rows of each noun."""
        counts = " union all ".join(
            f"select '{noun}', count(*) from staged_{noun}" for noun in sorted(self.nouns)
        )
        return dict(self.duck.execute(counts).fetchall()) if counts else {}

    def _stage_people_of_others(self) -> None:
        values = ", ".join(
            f"p.{name}" if name in ("person_id", "external_id") else f"null::{sql_type(dtype)} as {name}"
            for name, dtype in NOUNS["people"].dtypes.items()
        )
        self.duck.execute(f"create or replace table staged_people as select {values} from person_numbers p")

    # The record.

    def _keep_refused(self) -> None:
        """Keep only which rows were refused; the typed tables make room."""
        parts = [
            f"select part, row_number, reason from typed_{each.part.number} where reason is not null"
            for each in self.typed
            if each.refused
        ]
        self.duck.execute(
            f"create or replace table refused as {' union all '.join([*parts, 'from dropped'])}"
        )
        done = [f"drop view kept_{noun}" for noun in self.nouns]
        if not self.is_large:
            done += [f"drop table typed_{each.part.number}" for each in self.typed]
        self.duck.execute("; ".join(done))

    def _check_something_kept(self) -> None:
        """A file of which nothing is left is an error that says why."""
        if not self.typed or not any(each.part.table.source.is_file for each in self.typed):
            return
        read = sum(each.counts.read for each in self.typed)
        refused = sum((each.refused for each in self.typed), Counter[str]())
        if refused.total() < read:
            return
        paths = ", ".join(dict.fromkeys(each.part.table.source.path for each in self.typed))
        asked = Said(
            f"Customer data was to be read from {paths}.", f"{paths}에서 고객 데이터를 읽으려고 했습니다."
        )
        if not read:
            no_rows = Said("There are headings but no rows.", "제목만 있고 행이 없습니다.")
            raise DataError(asked, no_rows, Said("Give a file that has rows.", "행이 있는 파일을 주십시오."))
        why_en = " ".join(f"{count:,}: {refusals.REFUSALS[code].en}" for code, count in refused.most_common())
        why_ko = " ".join(
            f"{count:,}행: {refusals.REFUSALS[code].ko}" for code, count in refused.most_common()
        )
        columns = ", ".join(
            f"{f.column} <- {f.heading}" for each in self.typed for f in each.part.table.found
        )
        raise DataError(
            asked,
            Said(f"All {read:,} rows were refused. {why_en}", f"{read:,}행이 모두 거부되었습니다. {why_ko}"),
            Said(
                f"Check the columns ({columns}); name others with --map column=heading.",
                f"열을 확인해 주십시오({columns}). 다른 열은 --map 열=제목으로 지정합니다.",
            ),
        )

    def _record(self, each: _Typed) -> LoadedFile:
        table, source = each.part.table, each.part.table.source
        kept = each.counts.read - each.refused.total()
        ignored = tuple(raw.heading for raw in table.rest)
        return LoadedFile(
            source.path, source.format, source.encoding, source.sheet, table.noun, table.found, ignored,
            each.counts.read, kept, dict(each.refused.most_common()), tuple(each.notes),
        )  # fmt: skip

    def _reread(self, path: str | None) -> Iterator[RefusedRow]:
        """The refused rows with their cells, from the sources."""
        for each in self.typed:
            source = each.part.table.source
            if each.refused and path in (None, source.path):
                yield from self._refused_of(each)

    def _refused_of(self, each: _Typed) -> Iterator[RefusedRow]:
        source = each.part.table.source
        cells = ", ".join(f"{quoted(raw.heading)}, {raw.sql}" for raw in source.columns)
        relation = source.slow_relation or source.relation
        sql = (
            f"select s.row_number, reason, cells from (select {source.row_number} as row_number, "
            f"json_object({cells})::varchar as cells from {relation}) s "
            f"join refused r on r.part = {each.part.number} and r.row_number = s.row_number order by 1"
        )
        for number, code, row in self._streamed(sql, is_file=source.is_file):
            yield {
                "path": source.path, "sheet": source.sheet, "row_number": number,
                "noun": each.part.table.noun, "code": code, "row": row,
            }  # fmt: skip

    def _streamed(self, sql: str, *, is_file: bool) -> Iterator[tuple[Any, ...]]:
        """Rows of a query a few at a time; a frame is known to the connection alone, and fits in memory anyway."""
        if not is_file:
            yield from self.duck.execute(sql).fetchall()
            return
        cursor = self.duck.connection.cursor().execute(sql)
        while rows := cursor.fetchmany(_ROWS_AT_A_TIME):
            yield from rows


def _staged_value(name: str) -> str:
    if name in ("person_id", "external_id"):
        return f"p.{name}"
    return "q.person_id as referrer_id" if name == "referrer_id" else f"l.{name}"


def _noted(each: _Typed, zone: str, decided: Sequence[Said]) -> _Typed:
    each.notes += [*notes.of_table(each.part.table, each.counts, zone), *decided]
    return each


def _counts_sql(number: int, noun: str) -> str:
    """Per reason (null: kept): rows, rows with a zone, zero amounts, returns, blank amounts, first and last moment."""
    is_order = noun == "orders"
    amount = "amount" if is_order else "null::decimal(18, 4)"
    at = f"{gathering.moment_of(noun)}::timestamp" if NOUNS[noun].happened else "null::timestamp"
    return (
        f"select {number}, reason, count(*), count(*) filter (has_zone), count(*) filter ({amount} = 0), "
        f"count(*) filter ({'is_return' if is_order else 'false'}), count(*) filter ({amount} is null), "
        f"min({at}), max({at}) from typed_{number} group by reason"
    )

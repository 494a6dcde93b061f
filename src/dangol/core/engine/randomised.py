"""What is in a table that was randomised? One row a unit: its arm, its outcomes, and what was known before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import ibis
from ibis.expr.types import Table

from dangol.core.engine.answer import Answer
from dangol.core.engine.duck import DuckDB, quoted
from dangol.core.engine.engine import compiled
from dangol.core.engine.files import moments, money
from dangol.core.engine.files.content import is_number
from dangol.core.engine.files.paths import sources_at
from dangol.core.engine.files.source import Raw, Source, identifier
from dangol.core.errors import DataError
from dangol.core.experiments.readout import Measured
from dangol.core.experiments.refusals import check_order, duplicated, one_arm
from dangol.core.experiments.roles import Roles, Wanted, measured_of, roles_of
from dangol.core.experiments.summarise import DAY, Judged
from dangol.core.language import Said
from dangol.core.stats.capping import Cap, capped, limits

MOST_ARMS: Final = 20
_YES_NO: Final = {
    "true": 1, "yes": 1, "y": 1, "t": 1, "예": 1, "네": 1, "참": 1, "o": 1,
    "false": 0, "no": 0, "n": 0, "f": 0, "아니오": 0, "아니요": 0, "거짓": 0, "x": 0,
}  # fmt: skip
_STAGED: Final = "randomised"


@dataclass(frozen=True, eq=False)
class Randomised:
    """A table of units on an engine, with what its columns are. `arms` are in the order of their names."""

    duck: DuckDB
    name: str
    units: Table
    roles: Roles
    judged: tuple[Judged, ...]
    arms: tuple[str, ...]
    row_count: int
    notes: tuple[Said, ...] = ()
    caps: tuple[Cap, ...] = ()

    def ask(self, expression: Table) -> Answer:
        """Run an expression over `units`."""
        return self.duck.run(compiled(expression, self.duck.dialect))

    def with_cap(self, share: float) -> Randomised:
        """The same with every outcome that is a mean cut off where `share` of the units lie at or below it."""
        names = tuple(each.value for each in self.judged if each.measured.kind == "mean")
        if not names:
            return self
        (row,) = self.ask(limits(self.units, names, share))
        found = {name: float(row[name]) for name in names if row[name] is not None}
        caps = tuple(self._cap(name, limit, share) for name, limit in found.items())
        return replace(self, units=capped(self.units, found), caps=caps)

    def _cap(self, name: str, limit: float, share: float) -> Cap:
        above = self.units.filter(self.units[name] > limit)
        (count,) = self.ask(above.aggregate(n=above.count())).column("n")
        said = next(each.measured.said.en for each in self.judged if each.value == name)
        return Cap(said, limit, share, int(count))

    def close(self) -> None:
        """Let go of the engine."""
        self.duck.close()


def randomised(path: str | Path, wanted: Wanted | None = None) -> Randomised:
    """Read a file of one row a unit. A DataError or RequestError says what is wrong and what would work."""
    duck = DuckDB()
    try:
        return _read(duck, Path(path), wanted or Wanted())
    except BaseException:
        duck.close()
        raise


def _read(duck: DuckDB, path: Path, wanted: Wanted) -> Randomised:
    moments.prepare(duck)
    money.prepare(duck)
    source = next(each for each in sources_at(duck, [path]) if isinstance(each, Source))
    sample = source.sample(duck)
    roles = roles_of(source.headings, [name for name in sample if _is_numeric(sample[name])], wanted)
    duck.execute(f"create table {_STAGED} as {_typed(duck, source, roles, sample)}")
    notes = [*_without_arm(duck), *_unreadable(duck, roles)]
    arms = _arms(duck, path.name)
    _check(duck, path.name, roles)
    return Randomised(
        duck, path.name, _units(duck, roles), roles, _judged(duck, roles), arms, _counted(duck), tuple(notes)
    )


def _is_numeric(values: Sequence[Any]) -> bool:
    filled = [str(value).strip().casefold() for value in values if value is not None]
    return is_number(values) or (bool(filled) and set(filled) <= set(_YES_NO))


def _typed(duck: DuckDB, source: Source, roles: Roles, sample: Mapping[str, Sequence[Any]]) -> str:
    """The query of the typed rows: unit_id, arm, NAME and `is_bad_NAME` of each number, segments, and moments."""
    raw = {column.heading: column for column in source.columns}
    columns = [f"{_text(raw[roles.unit])} as unit_id" if roles.unit else "row_number() over () as unit_id"]
    columns.append(f"{_text(raw[roles.arm])} as arm")
    for heading in roles.numbers:
        number = _number(raw[heading], sample[heading])
        columns.append(f"{number} as {_column(heading)}")
        is_bad = f"({number}) is null and {_text(raw[heading])} is not null"
        columns.append(f"{is_bad} as {_column(f'is_bad_{heading}')}")
    columns += [f"coalesce({_text(raw[name])}, '-') as {_column(name)}" for name in roles.segments]
    found = {"assigned_at": roles.assigned, "happened_at": roles.happened}
    reading = {name: _moment(duck, source, raw[h], sample[h], name) for name, h in found.items() if h}
    columns += [f"{raw[h].sql} as r_{name}" for name, h in found.items() if h]
    inner = f"select {', '.join(columns)} from {source.relation}"
    quick = "".join(f", {each.quick} as q_{name}" for name, each in reading.items())
    moment = "".join(f", {moments.utc(each, 'UTC')} as {name}" for name, each in reading.items())
    gone = "".join(f", r_{name}, q_{name}" for name in reading).lstrip(", ")
    day = f", assigned_at::date as {DAY}" if "assigned_at" in reading else ""
    read = f"select *{moment} from (select *{quick} from ({inner}))"
    return f"select *{f' exclude ({gone})' if gone else ''}{day} from ({read})"


def _column(heading: str) -> str:
    """A heading as a column that no word of ours is taken for."""
    return identifier(f"_{heading}")


def _text(raw: Raw) -> str:
    return f"nullif(trim(({raw.sql})::varchar), '')"


def _number(raw: Raw, sample: Sequence[Any]) -> str:
    if raw.dtype == "BOOLEAN":
        return f"({raw.sql})::int::double"
    if raw.dtype != "VARCHAR":
        return f"nullif(({raw.sql})::double, 'nan'::double)"
    words = " ".join(f"when {quoted(word)} then {number}" for word, number in _YES_NO.items())
    cell = money.amount(raw.sql, raw.dtype, sample)
    return f"coalesce(({cell})::double, (case lower({_text(raw)}) {words} end)::double)"


def _moment(duck: DuckDB, source: Source, raw: Raw, sample: Sequence[Any], name: str) -> moments.Moment:
    order, _, _ = moments.day_order(duck, source, raw, sample)
    return moments.moment(f"r_{name}", raw.dtype, order or "mdy", is_utc=False)


def _without_arm(duck: DuckDB) -> list[Said]:
    """Take rows without an arm out, and say so: nobody knows what was done to them."""
    (count,) = duck.run(f"select count(*) as n from {_STAGED} where arm is null").column("n")
    if not count:
        return []
    duck.execute(f"delete from {_STAGED} where arm is null")
    return [
        Said(f"{count:,} rows have no arm; they are left out.", f"실험군이 없는 {count:,}개 행은 뺐습니다.")
    ]


def _unreadable(duck: DuckDB, roles: Roles) -> list[Said]:
    """Cells that are not numbers, by column; they are unknown."""
    notes = []
    for heading in roles.numbers:
        bad = _column(f"is_bad_{heading}")
        (count,) = duck.run(f"select count(*) as n from {_STAGED} where {bad}").column("n")
        duck.execute(f"alter table {_STAGED} drop column {bad}")
        if count:
            notes.append(
                Said(
                    f"In {count:,} rows “{heading}” is no number; it counts as unknown.",
                    f"“{heading}” 값이 숫자가 아닌 {count:,}개 행은 알 수 없는 것으로 봅니다.",
                )
            )
    return notes


def _arms(duck: DuckDB, name: str) -> tuple[str, ...]:
    found = tuple(duck.run(f"select distinct arm from {_STAGED} order by arm").column("arm"))
    if len(found) < 2:
        raise one_arm(name, found)
    if len(found) > MOST_ARMS:
        raise DataError(
            Said(f"The experiment {name!r} was to be read.", f"실험 {name!r}의 결과를 읽으려고 했습니다."),
            Said(
                f"Its arm has {len(found):,} different values, more than any experiment.",
                f"실험군 열의 값이 {len(found):,}가지로, 실험군으로 보기에는 너무 많습니다.",
            ),
            Said("Name the column of the arm with --arm.", "실험군 열을 --arm으로 알려 주십시오."),
        )
    return found


def _check(duck: DuckDB, name: str, roles: Roles) -> None:
    """Units in several rows, and outcomes before their assignment, are refused."""
    if roles.unit:
        counts = f"select count(*) - count(distinct unit_id) as n from {_STAGED} where unit_id is not null"
        (extra,) = duck.run(counts).column("n")
        if extra:
            raise duplicated(name, int(extra))
    if roles.assigned and roles.happened:
        both = f"select assigned_at, happened_at from {_STAGED} where happened_at is not null"
        found = duck.columns(both)
        check_order(name, found["assigned_at"], found["happened_at"])


def _units(duck: DuckDB, roles: Roles) -> Table:
    types = {"unit_id": "string" if roles.unit else "int64", "arm": "string"}
    types |= {f"_{heading}": "float64" for heading in roles.numbers}
    types |= {f"_{heading}": "string" for heading in roles.segments}
    types |= {DAY: "date"} if roles.assigned else {}
    table = ibis.table(types, name=_STAGED)
    return table.rename({heading: f"_{heading}" for heading in roles.segments})


def _judged(duck: DuckDB, roles: Roles) -> tuple[Judged, ...]:
    before = tuple(f"_{heading}" for heading in roles.before)
    single = [
        Judged(measured_of(heading, is_share=_is_share(duck, heading)), f"_{heading}", None, before)
        for heading in roles.outcomes
    ]
    return (*(_ratio(*pair, before) for pair in roles.ratios), *single)


def _ratio(above: str, below: str, before: tuple[str, ...]) -> Judged:
    name = f"{above}/{below}"
    measured = Measured(name, Said(f"{above} per {below}", f"{below}당 {above}"), "ratio")
    return Judged(measured, f"_{above}", f"_{below}", before)


def _is_share(duck: DuckDB, heading: str) -> bool:
    """Whether all cells are 0 or 1."""
    cell = _column(heading)
    sql = f"select bool_and({cell} in (0, 1)) as is_share from {_STAGED} where {cell} is not null"
    (found,) = duck.run(sql).column("is_share")
    return bool(found)


def _counted(duck: DuckDB) -> int:
    (count,) = duck.run(f"select count(*) as n from {_STAGED}").column("n")
    return int(count)

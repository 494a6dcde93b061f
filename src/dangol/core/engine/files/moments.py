"""When does a cell say it was? Days and moments in the many ways people write them, as SQL of DuckDB.

A moment without an offset is in the business's own time zone; one with an offset is an instant. A cell that is
neither gives null on both sides, and its row is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from dangol.core.engine.duck import DuckDB, quoted
from dangol.core.engine.files.source import Raw, Source

DayOrder = Literal["mdy", "dmy"]
_NUMERIC: Final = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "HUGEINT")
_SLASHED: Final = re.compile(r"\s*(\d{1,2})[-./](\d{1,2})[-./](\d{4})")
_OPEN_END: Final = 2900  # 9999-12-31, 2999-12-31: how sources write that there is no end
_YEARS: Final = (1900, 2200)

_QUICK: Final = "['%Y-%m-%d %H:%M:%S', '%Y-%m-%d', '%Y-%m-%d %H:%M', '%Y-%m-%dT%H:%M:%S']"

# Macros, so that the queries stay readable. x is trimmed text.
MACROS: Final = r"""
create or replace macro wall_of_serial(n) as
    case when n >= 20000 and n < 80000 then timestamp '1899-12-30' + to_microseconds((n * 86400000000)::bigint) end;
create or replace macro has_offset(x) as
    contains(x, ':') and (right(x, 1) in ('Z', 'z') or regexp_matches(x, '(:\d{2}|\.\d+) ?([+-]\d{2}(:?\d{2})?|UTC|GMT)$'));
create or replace macro instant_of_text(x) as
    try_cast(regexp_replace(regexp_replace(x, ' ?(UTC|GMT)$', 'Z'), ' ([+-]\d{2}:?\d{0,2})$', '\1') as timestamptz);
create or replace macro year_first(x) as
    regexp_replace(x, '^(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?\s*(\([월화수목금토일]\))?[\sT,]*', '\1-\2-\3 ');
create or replace macro hours(x) as
    regexp_replace(regexp_replace(regexp_replace(replace(replace(upper(x), '오전', 'AM'), '오후', 'PM'),
        '(\d{1,2})\s*시\s*(\d{1,2})\s*분\s*(\d{1,2})\s*초', '\1:\2:\3'),
        '(\d{1,2})\s*시\s*(\d{1,2})\s*분', '\1:\2'),
        '\b(AM|PM)\s*(\d{1,2}(:\d{1,2}){1,2})', '\2 \1');
create or replace macro wall_of_digits(x) as
    case when regexp_matches(x, '^[0-9]{4}[-/][0-9]+[-/][0-9]+([ T]+[0-9:.]+)?$') then try_cast(x as timestamp) end;
create or replace macro wall_of_iso(x) as coalesce(
    wall_of_digits(trim(x)),
    wall_of_digits(trim(hours(x))),
    try_strptime(trim(hours(x)), ['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p', '%Y-%m-%d %I %p']));
create or replace macro wall_of_text(x, order_of_days) as coalesce(
    wall_of_digits(x),
    wall_of_iso(year_first(x)),
    wall_of_iso(regexp_replace(x, '^(\d{1,2})[-./](\d{1,2})[-./](\d{4})[\sT,]*', order_of_days)),
    wall_of_iso(regexp_replace(x, '^(\d{1,2})[-./](\d{1,2})[-./](\d{4})[\sT,]*', case when order_of_days = '\3-\1-\2 ' then '\3-\2-\1 ' else '\3-\1-\2 ' end)),
    try_strptime(x, ['%Y%m%d', '%Y%m%d%H%M%S', '%Y%m%d%H%M', '%Y%m%d %H:%M:%S', '%Y%m%d %H:%M', '%Y%m%dT%H%M%S',
        '%b %d, %Y', '%B %d, %Y', '%d %b %Y', '%d %B %Y', '%d-%b-%y', '%d-%b-%Y',
        '%b %d, %Y %H:%M:%S', '%b %d, %Y %H:%M', '%b %d, %Y %I:%M:%S %p', '%b %d, %Y, %I:%M %p', '%b %d, %Y %I:%M %p',
        '%d %b %Y %H:%M:%S', '%d %b %Y %H:%M', '%a, %d %b %Y %H:%M:%S']),
    wall_of_serial(try_cast(x as double)));
create or replace macro instant_of_number(n) as case
    when n >= 5e8 and n < 5e9 then to_timestamp(n)
    when n >= 5e11 and n < 5e12 then to_timestamp(n / 1000)
    when n >= 5e14 and n < 5e15 then to_timestamp(n / 1000000) end;
create or replace macro wall_of_number(n) as coalesce(
    wall_of_serial(n::double), case when n >= 19000101 and n < 22000101 then try_strptime(n::bigint::varchar, '%Y%m%d') end);
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """SQL of one column: `wall` a timestamp in the business's zone or null, `instant` one with a zone or null.

    Text is first read the quick way, as `q_NAME`: most files write moments as ISO does, and it costs a tenth.
    """

    wall: str
    instant: str
    quick: str = "null::timestamp"


def prepare(duck: DuckDB) -> None:
    """Teach the connection to read moments."""
    duck.execute(MACROS)


def moment(raw: str, dtype: str, order: DayOrder, *, is_utc: bool) -> Moment:
    """How to read a column whose SQL is `raw`."""
    if dtype == "DATE":
        return Moment(f"{raw}::timestamp", "null::timestamptz")
    if dtype.startswith("TIMESTAMP WITH TIME ZONE"):
        return Moment("null::timestamp", raw)
    if dtype.startswith("TIMESTAMP"):
        return _zoned(f"{raw}::timestamp", "null::timestamptz", is_utc=is_utc)
    if any(kind in dtype for kind in _NUMERIC):
        return _zoned(f"wall_of_number({raw})", f"instant_of_number({raw})", is_utc=is_utc)
    text, quick = f"trim({raw})", "q_" + raw.removeprefix("r_")
    pattern = r"\3-\1-\2 " if order == "mdy" else r"\3-\2-\1 "
    wall = f"case when not has_offset({text}) then wall_of_text({text}, {quoted(pattern)}) end"
    instant = (
        f"case when {quick} is not null then null when has_offset({text}) then instant_of_text({text}) "
        f"else instant_of_number(try_cast({text} as double)) end"
    )
    found = _zoned(f"coalesce({quick}, {wall})", instant, is_utc=is_utc)
    return Moment(found.wall, found.instant, f"try_strptime({raw}, {_QUICK})")


def _zoned(wall: str, instant: str, *, is_utc: bool) -> Moment:
    if not is_utc:
        return Moment(wall, instant)
    return Moment("null::timestamp", f"coalesce({instant}, timezone('UTC', {wall}))")


def utc(found: Moment, zone: str) -> str:
    """The moment in UTC, as a plain timestamp."""
    local = found.wall if zone == "UTC" else f"timezone('UTC', timezone({quoted(zone)}, {found.wall}))"
    return f"coalesce({local}, timezone('UTC', {found.instant}))"


def day(found: Moment, zone: str) -> str:
    """The day in the business's zone."""
    return f"coalesce({found.wall}, timezone({quoted(zone)}, {found.instant}))::date"


def plausible(value: str) -> str:
    """The value, or null where its year cannot be meant."""
    return f"case when {value} between '{_YEARS[0]}-01-01' and '{_YEARS[1]}-01-01' then {value} end"


def open_ended(value: str) -> str:
    """Whether a day stands for "no end"."""
    return f"year({value}) >= {_OPEN_END}"


def day_order(
    duck: DuckDB, source: Source, raw: Raw, sample: Sequence[Any]
) -> tuple[DayOrder | None, int, int]:
    """Month or day first, by every cell of the column that can be read in one way only.

    Gives the order (None when no such dates occur at all in the sample, or none can tell) and how many
    cells speak for month first and for day first.
    """
    if not any(value is not None and _SLASHED.match(str(value)) for value in sample):
        return None, -1, -1
    cells = f"regexp_extract({raw.sql}, '^\\s*(\\d{{1,2}})[-./](\\d{{1,2}})[-./]\\d{{4}}', ['a', 'b'])"
    counts = duck.execute(
        "select count(*) filter (try_cast(d.b as int) > 12), count(*) filter (try_cast(d.a as int) > 12) "
        f"from (select {cells} as d from {source.slow_relation or source.relation})"
    ).fetchall()[0]
    month_first, day_first = int(counts[0]), int(counts[1])
    if not month_first and not day_first:
        return None, 0, 0
    return ("mdy" if month_first >= day_first else "dmy"), month_first, day_first

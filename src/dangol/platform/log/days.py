"""What did each person do on each day? The rollup that dashboards read: sealed by pieces, whole with the tail.

    <lake>/person_day   columns as in `core.rollups.person_day`, one row a person, day and currency in each file

A piece is what a batch of the log changed: events add to their day; an order that comes, changes or goes adds the
difference. The rollup is the sum of all pieces; it equals a recount of the raw rows. What is done to people rather
than by them (a message sent, an invoice paid) is not activity.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import compiled
from dangol.core.engine.files.typing_sql import sql_type
from dangol.core.rollups.person_day import PERSON_DAY, person_day
from dangol.core.schema import NOUNS
from dangol.platform.log import delta, lake, segments
from dangol.platform.log.duck import listed
from dangol.platform.log.models import Segment
from dangol.platform.log.projections import BEHAVIOUR, FACT, PASSIVE, day_of, facts_sql, noun_sql

TABLE: Final = "person_day"
COLUMNS: Final = {name: sql_type(dtype) for name, dtype in PERSON_DAY.items()}
ORDER: Final = "person_id, active_on, currency"
_KEY: Final = "person_id, active_on, currency"
_SUMS: Final = """
    sum(event_count)::bigint as event_count, sum(order_count)::bigint as order_count,
    case when sum(event_count) > 0 then sum(event_amount)::decimal(18,4) end as event_amount,
    case when sum(order_count) > 0 then sum(order_amount)::decimal(18,4) end as order_amount
"""


def summed(rows: str) -> str:
    """Pieces of the same days as one row a person, day and currency; days on which nothing is left are gone."""
    return f"select {_KEY}, {_SUMS} from ({rows}) group by all having sum(event_count) <> 0 or sum(order_count) <> 0"


def differences(rows: str) -> str:
    """Pieces as one piece: unlike `summed` it keeps what only corrects an amount of another piece."""
    return (
        f"select {_KEY}, sum(event_count)::bigint as event_count, sum(order_count)::bigint as order_count, "
        "sum(event_amount)::decimal(18,4) as event_amount, sum(order_amount)::decimal(18,4) as order_amount "
        f"from ({rows}) group by all having sum(event_count) <> 0 or sum(order_count) <> 0 "
        "or sum(coalesce(order_amount, 0)) <> 0"
    )


def make_piece(engine: DuckDB, new: Sequence[Segment], facts: lake.Snapshot, zone: str) -> None:
    """The table `days_piece` of what these segments change, with the `month` of each row."""
    engine.define("days_rows", segments.rows_sql(new))
    columns = ", ".join(FACT)
    engine.execute(
        f"create or replace temp table days_facts as select {columns} from ({facts_sql('orders', 'days_rows')})"
    )
    older = facts.sql(columns) or segments.empty_sql(FACT)
    engine.execute(
        f"create or replace temp table days_before as select * from ({older}) "
        f"where position < {new[0].first_position} and key in (select key from days_facts)"
    )
    engine.execute("insert into days_facts select * from days_before")
    parts = (_events(zone), _orders("days_facts", 1, zone), _orders("days_before", -1, zone))
    rows = " union all ".join(f"select {', '.join(COLUMNS)} from ({part})" for part in parts)
    engine.execute(
        "create or replace table days_piece as "
        f"select *, strftime(active_on, '%Y-%m') as month from ({differences(rows)})"
    )
    engine.execute("drop table days_facts")
    engine.execute("drop table days_before")


def _events(zone: str) -> str:
    return f"""
select person_id, {day_of("occurred_at", zone)} as active_on, null::varchar as currency, 1::bigint as event_count,
    0::bigint as order_count, amount as event_amount, null::decimal(18,4) as order_amount
from days_rows
where type in ({listed(list(BEHAVIOUR))}) and person_id > 0 and name not in ({listed(sorted(PASSIVE))})
"""


def _orders(facts: str, sign: int, zone: str) -> str:
    return f"""
select person_id, ordered_on as active_on, currency, 0::bigint as event_count, {sign}::bigint as order_count,
    null::decimal(18,4) as event_amount, ({sign} * amount)::decimal(18,4) as order_amount
from ({noun_sql("orders", facts, zone)}) where not is_return
"""


def seal(batch: Sequence[Segment], engine: DuckDB, zone: str) -> None:
    """The days of these segments, into the lake."""
    position = lake.snapshot(TABLE).position
    new = [
        each for each in batch if each.last_position > position and segments.may_hold(each, BEHAVIOUR, None)
    ]
    if not new:
        return
    make_piece(engine, new, lake.snapshot("facts_orders"), zone)
    change = delta.write_months(engine, TABLE, "days_piece", COLUMNS, ORDER)
    delta.commit(TABLE, COLUMNS, change, new[-1].last_position)
    engine.execute("drop table days_piece")


def open_days(
    duck: DuckDB, stored: lake.Snapshot, behind: Sequence[Segment], facts: lake.Snapshot, zone: str
) -> str:
    """A query of the whole rollup; only months of several pieces are added up, the others are read as they lie."""
    touched: set[str] = set()
    pieces = []
    if behind:
        make_piece(duck, behind, facts, zone)
        touched = {row[0] for row in duck.execute("select distinct month from days_piece").fetchall()}
        pieces.append(f"select {', '.join(COLUMNS)} from days_piece")
    whole: list[str] = []
    parts: list[str] = []
    for month, files in _by_month(stored).items():
        (parts if len(files) > 1 or month in touched else whole).extend(files)
    if parts:
        pieces.append(_read(parts))
    queries = ([_read(whole)] if whole else []) + ([summed(" union all ".join(pieces))] if pieces else [])
    return " union all ".join(queries) or segments.empty_sql(COLUMNS)


def merged_days(days: str, winners: str, family: str) -> str:
    """The rollup with merges applied: only the people of merges (`family`) are added up anew."""
    rows = (
        f"select coalesce(m.winner_id, d.person_id) as person_id, d.* exclude (person_id) from ({days}) d "
        f"left join {winners} m on d.person_id = m.loser_id where d.person_id in (select person_id from {family})"
    )
    others = (
        f"select {', '.join(COLUMNS)} from ({days}) where person_id not in (select person_id from {family})"
    )
    return f"{others} union all {summed(rows)}"


def recounted(nouns: Sequence[str]) -> str:
    """The rollup of the raw rows in the views `events` and `orders`: what the stored one must equal; empty without any."""
    tables = {noun: NOUNS[noun].table() for noun in ("events", "orders") if noun in nouns}
    if not tables:
        return ""
    if "events" in tables:
        tables["events"] = tables["events"].filter(tables["events"].name.notin(sorted(PASSIVE)))
    return compiled(person_day(tables.get("events"), tables.get("orders")), "duckdb")


def currencies(duck: DuckDB, sql: str) -> int:
    """How many currencies purchases are in, an unknown one included."""
    found = duck.execute(f"select count(distinct coalesce(currency, '')) from ({sql}) where order_count > 0")
    return int(found.fetchall()[0][0])


def _by_month(stored: lake.Snapshot) -> dict[str, list[str]]:
    months: dict[str, list[str]] = {}
    for path in stored.files:
        months.setdefault(path.rsplit("/", 2)[-2].removeprefix("month="), []).append(path)
    return months


def _read(files: Sequence[str]) -> str:
    return f"select {', '.join(COLUMNS)} from read_parquet([{listed(list(files))}], hive_partitioning=false)"

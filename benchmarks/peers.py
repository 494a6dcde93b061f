"""How do others answer the same questions? SQL as it is usually written, and ClickHouse through chDB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

EVENTS = "read_parquet('{folder}/events/**/*.parquet', hive_partitioning = false)"
SUBSCRIPTIONS = "read_parquet('{folder}/subscriptions/**/*.parquet')"


def duck(folder: Path, sql: str) -> Any:
    """Ask DuckDB by hand-written SQL; returns a function that fetches all rows."""
    import duckdb

    connection = duckdb.connect(":memory:", config={"memory_limit": "1300MB"})
    text = sql.replace("EVENTS", EVENTS).replace("SUBSCRIPTIONS", SUBSCRIPTIONS).format(folder=folder)
    return lambda: connection.execute(text).fetchall()


def clickhouse(folder: Path, sql: str) -> Any:
    """Ask ClickHouse, embedded, on the same Parquet files; returns a function that gives rows of integers."""
    import chdb

    events = f"file('{folder}/events/**/*.parquet', Parquet)"
    text = sql.replace("EVENTS", events)

    def ask() -> list[list[int]]:
        answer = str(chdb.query(text, "TabSeparated"))
        return [[int(cell) for cell in line.split("\t")] for line in answer.splitlines()]

    return ask


RETENTION_DISTINCT_JOIN = """
with weeks as (select distinct person_id, date_trunc('week', occurred_on) as week from EVENTS),
     firsts as (select person_id, min(week) as cohort from weeks group by person_id)
select datediff('day', date '2024-12-30', cohort) // 7, datediff('day', cohort, week) // 7, count(*)
from weeks join firsts using (person_id) group by 1, 2
"""

# The shape of PostHog's retention query: an array of distinct week starts for each person, exploded against the
# date range, and distinct people counted for each pair.
RETENTION_POSTHOG = """
select start_interval_index, intervals_from_base, count(distinct actor_id) from (
    select person_id as actor_id,
           arraySort(groupUniqArray(toStartOfWeek(occurred_on, 1))) as timestamps,
           arrayMap(x -> toDate('2024-12-30') + toIntervalWeek(x), range(0, 53)) as date_range,
           arrayJoin(arrayMap(i -> i - 1,
               arrayFilter((i, day) -> day = timestamps[1], arrayEnumerate(date_range), date_range)))
               as start_interval_index,
           arrayJoin(arrayFilter(x -> x >= 0, arrayMap(i -> toInt64(i) - 1 - toInt64(start_interval_index),
               arrayFilter((i, day) -> has(timestamps, day), arrayEnumerate(date_range), date_range))))
               as intervals_from_base
    from EVENTS group by person_id)
group by start_interval_index, intervals_from_base
"""

ACTIVE_RANGE_JOIN = """
with days as (select distinct person_id, occurred_on from EVENTS),
     calendar as (select unnest(generate_series(date '2025-01-01', date '2025-12-31', interval 1 day))::date as day)
select (day - date '2025-01-01')::int, count(distinct person_id) from calendar
join days on occurred_on <= day and occurred_on > day - 28 group by 1
"""

FUNNEL_WINDOW = """
select level, count() from (
    select person_id, windowFunnel(604800000)(toUInt64(toUnixTimestamp64Milli(toDateTime64(occurred_at, 3))),
        {conditions}) as level
    from EVENTS where name in ({names}) group by person_id)
where level > 0 group by level
"""

AUDIENCE = """
select count(*) from (
    select person_id from EVENTS where occurred_on >= date '{since}'
    group by person_id
    having count(*) filter (where name = '{did}' and occurred_at >= timestamp '{since}') >= 3
       and count(*) filter (where name = '{didnt}' and occurred_at >= timestamp '{since7}') = 0)
"""

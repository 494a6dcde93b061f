"""On which of the last days was each customer of a day there? One query, columnar."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import ibis
import numpy as np
import numpy.typing as npt
from ibis import _
from ibis.expr.types import Table

from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import compiled
from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.predict.daily_counts import DailyCounts

if TYPE_CHECKING:
    from dangol.core.engine.world import World

VISIT_DAYS: Final = 140
PURCHASE_DAYS: Final = 730
"""So far back rhythms are read from visits and from purchases."""
SLOTS: Final = 48
THIRDS: Final = 3
"""Ten minutes each in a third of a day: as many bits as a whole number holds on every engine."""


def daily_counts(world: World, as_of: date | None = None, days: int | None = None) -> DailyCounts:
    """The counts of everybody who is a customer on `as_of`, of the `days` before it.

    Visits are stretches of use with ten empty minutes or more between them; without events, or in a shop,
    purchases are counted. A RequestError where the data holds neither, or days after the last one known are asked for.
    """
    as_of = as_of or world.as_of
    noun = world.activity_noun
    if noun is None or as_of > world.as_of:
        raise _nothing_known(world, as_of)
    is_visits = noun == "events"
    days = days or (VISIT_DAYS if is_visits else PURCHASE_DAYS)
    tables = world.tables()
    found = _columns(world, by_day(tables, noun, as_of, days))
    person_ids, row = np.unique(found["person_id"], return_inverse=True)
    known = np.full(len(person_ids), days, dtype=np.int64)
    known[row] = np.minimum(found["known_days"], days)
    count = visits(*(found[f"third_{n}"] for n in range(THIRDS))) if is_visits else found["happened"]
    return DailyCounts(
        as_of, days, "visits" if is_visits else "purchases", person_ids, known, row.astype(np.int64),
        found["ago"], count.astype(np.float64),
    )  # fmt: skip


def by_day(tables: dict[str, Table], noun: str, as_of: date, days: int) -> Table:
    """One row a person and day: person_id, ago, happened, known_days; of events also third_0 to third_2.

    Each third is 8 hours of the day (UTC) with a bit for each ten minutes with an event.
    """
    end, start = ibis.literal(as_of), ibis.literal(as_of - timedelta(days=days))
    if noun == "events":
        events = tables["events"].filter((_.occurred_on >= start) & (_.occurred_on < end))
        slot = (events.occurred_at.hour() * 6 + events.occurred_at.minute() // 10).cast("int64")
        # A bare 1 would be of 32 bits on Spark.
        bit = ibis.literal(1).cast("int64") << (slot % SLOTS)
        thirds = {f"third_{n}": bit.bit_or(where=slot // SLOTS == n).fill_null(0) for n in range(THIRDS)}
        each = events.group_by("person_id", day=events.occurred_on).agg(happened=_.count(), **thirds)
    else:
        active = tables["activity"].filter((_.active_on >= start) & (_.active_on < end))
        each = active.group_by("person_id", day=active.active_on).agg(happened=_.count())
    each = each.mutate(ago=end.delta(each.day, unit="day").cast("int64"))
    if "stays" not in tables:
        first = each.group_by("person_id").agg(known_days=_.ago.max())
    else:
        stays = tables["stays"]
        there = (stays.started_on < end) & (stays.ended_on.isnull() | (stays.ended_on >= end))
        first = stays.filter(there).group_by("person_id").agg(started_on=_.started_on.min())
        first = first.select("person_id", known_days=end.delta(first.started_on, unit="day").cast("int64"))
    return each.inner_join(first, "person_id").drop("day")


def visits(*thirds: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Stretches of use in each day, from the bits of its thirds: those whose ten minutes before are empty.

    >>> visits(np.array([0b1101]), np.array([0]), np.array([1])).tolist()
    [3]
    """
    count, before = np.zeros(len(thirds[0]), dtype=np.int64), np.zeros(len(thirds[0]), dtype=np.int64)
    for third in thirds:
        count += np.bitwise_count(third & ~(third << 1 | before))
        before = third >> (SLOTS - 1) & 1
    return np.maximum(count, 1)


def _columns(world: World, expression: Table) -> dict[str, Any]:
    """The answer as int64 columns; DuckDB hands them over without a row in between."""
    if isinstance(world.engine, DuckDB):
        found = world.engine.execute(compiled(expression, world.engine.dialect)).fetchnumpy()
        return {name: np.asarray(column).astype(np.int64) for name, column in found.items()}
    answer = world.ask(expression)
    return {name: np.asarray(answer.column(name), dtype=np.int64) for name in answer.columns}


def _nothing_known(world: World, as_of: date) -> RequestError:
    asked = Said(
        f"The days of every customer before {as_of} were asked for.",
        f"{as_of} 이전 고객별 날짜 기록을 요청하셨습니다.",
    )
    if as_of > world.as_of:
        return RequestError(
            asked,
            Said(f"This data ends before {world.as_of}.", f"이 데이터는 {world.as_of} 전에 끝납니다."),
            Said(f"Ask for {world.as_of} or earlier.", f"{world.as_of} 또는 그 이전을 요청하십시오."),
        )
    return RequestError(
        asked,
        Said("The data holds neither events nor orders.", "이벤트도 주문도 없는 데이터입니다."),
        Said("Add a file of events or orders.", "이벤트나 주문 파일을 더하십시오."),
    )

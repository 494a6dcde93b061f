"""On which of the last days was each customer there? One query, columnar."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import ibis
import numpy as np
import numpy.typing as npt
from ibis import _
from ibis.expr.types import Table

from dangol.core.engine.engine import compiled
from dangol.core.errors import RequestError
from dangol.core.features.events import uses
from dangol.core.features.known import Cut
from dangol.core.language import Said
from dangol.core.predict.daily_counts import HISTORY_DAYS, DailyCounts, DailyRecord

if TYPE_CHECKING:
    from dangol.core.engine.world import World

SLOTS: Final = 48
THIRDS: Final = 3
"""Ten minutes each in a third of a day: as many bits as a whole number holds on every engine."""
FAR: Final = date(1970, 1, 1)


def daily_counts(world: World, as_of: date | None = None, days: int | None = None) -> DailyCounts:
    """The counts of everybody who is a customer on `as_of`, of the `days` before it.

    Visits are stretches of use with ten empty minutes or more between them; without events, or in a shop,
    purchases are counted. A RequestError where the data holds neither, or days after the last one known are
    asked for.
    """
    as_of = as_of or world.as_of
    noun, tables = _known(world, as_of)
    days = days or HISTORY_DAYS["visits" if noun == "events" else "purchases"]
    if noun == "events":
        # What was sent later than it happened is not known yet on an earlier day than the world's.
        tables["events"] = Cut(as_of, world.settings.time_zone).known("events", tables["events"])
    each = by_day(tables, noun, as_of, days)
    return _counts(world, noun, as_of, days, by_customer(each, tables.get("stays"), as_of))


def counts_before_loss(world: World, days: int = 120) -> DailyCounts:
    """The counts of everybody who has left, of the `days` before each one's own last loss.

    `ago` and `known_days` count from that loss. A RequestError as for `daily_counts`, or without tenures.
    """
    noun, tables = _known(world, world.as_of)
    if "stays" not in tables:
        raise _nothing_known(world, world.as_of)
    each = by_day(tables, noun, world.as_of, (world.as_of - FAR).days)
    return _counts(world, noun, world.as_of, days, by_loss(each, tables["stays"], days))


def daily_record(world: World, days: int) -> DailyRecord:
    """What everybody did on each of the `days` before the world's, in one query, with the stays of all.

    A RequestError as for `daily_counts`, or without tenures.
    """
    noun, tables = _known(world, world.as_of)
    if "stays" not in tables:
        raise _nothing_known(world, world.as_of)
    each, stays, end = by_day(tables, noun, world.as_of, days), tables["stays"], (world.as_of - FAR).days
    found = columns(world, each.mutate(day=day_number(each.day)))
    lasting = columns(
        world,
        stays.select(
            "person_id",
            started=day_number(stays.started_on),
            ended=day_number(stays.ended_on).fill_null(end + 1),
        ),
    )
    ended = np.where(lasting["ended"] > end, np.nan, lasting["ended"].astype(np.float64))
    return DailyRecord(
        "visits" if noun == "events" else "purchases", found["person_id"], found["day"], _counted(found, noun),
        lasting["person_id"], lasting["started"], ended,
    )  # fmt: skip


def day_number(day: Any) -> Any:
    """Days since 1970-01-01."""
    return day.delta(ibis.literal(FAR), unit="day").cast("int64")


def by_day(tables: dict[str, Table], noun: str, as_of: date, days: int) -> Table:
    """One row a person and day: person_id, day, happened; of events also third_0 to third_2.

    Each third is 8 hours of the day (UTC) with a bit for each ten minutes with an event.
    """
    end, start = ibis.literal(as_of), ibis.literal(as_of - timedelta(days=days))
    if noun == "events":
        events = tables["events"]
        events = uses(events.filter((events.occurred_on >= start) & (events.occurred_on < end)))
        slot = (events.occurred_at.hour() * 6 + events.occurred_at.minute() // 10).cast("int64")
        # A bare 1 would be of 32 bits on Spark.
        bit = ibis.literal(1).cast("int64") << (slot % SLOTS)
        thirds = {f"third_{n}": bit.bit_or(where=slot // SLOTS == n).fill_null(0) for n in range(THIRDS)}
        return events.group_by("person_id", day=events.occurred_on).agg(happened=_.count(), **thirds)
    active = tables["activity"]
    active = active.filter((active.active_on >= start) & (active.active_on < end))
    return active.group_by("person_id", day=active.active_on).agg(happened=_.count())


def by_customer(each: Table, stays: Table | None, as_of: date) -> Table:
    """The days of who is a customer on `as_of`, with `ago` and `known_days`; of everybody without tenures."""
    end = ibis.literal(as_of)
    each = each.mutate(ago=end.delta(each.day, unit="day").cast("int64")).drop("day")
    if stays is None:
        first = each.group_by("person_id").agg(known_days=_.ago.max())
    else:
        there = (stays.started_on < end) & (stays.ended_on.isnull() | (stays.ended_on >= end))
        first = stays.filter(there).group_by("person_id").agg(started_on=_.started_on.min())
        first = first.select("person_id", known_days=end.delta(first.started_on, unit="day").cast("int64"))
    return each.inner_join(first, "person_id")


def by_loss(each: Table, stays: Table, days: int) -> Table:
    """The `days` before the last loss of who has left, with `ago` and `known_days` counted from it."""
    over = stays.filter(stays.ended_on.notnull())
    last = over.group_by("person_id").agg(ended_on=_.ended_on.max())
    ends = over.inner_join(last, ["person_id", "ended_on"]).select("person_id", "started_on", "ended_on")
    joined = each.inner_join(ends, "person_id")
    joined = joined.mutate(
        ago=joined.ended_on.delta(joined.day, unit="day").cast("int64"),
        known_days=joined.ended_on.delta(joined.started_on, unit="day").cast("int64"),
    )
    return joined.filter((_.ago >= 1) & (_.ago <= days)).drop("day", "started_on", "ended_on")


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


def _counts(world: World, noun: str, as_of: date, days: int, expression: Table) -> DailyCounts:
    found = columns(world, expression)
    person_ids, row = np.unique(found["person_id"], return_inverse=True)
    known = np.full(len(person_ids), days, dtype=np.int64)
    known[row] = np.minimum(found["known_days"], days)
    return DailyCounts(
        as_of, days, "visits" if noun == "events" else "purchases", person_ids, known, row.astype(np.int64),
        found["ago"], _counted(found, noun),
    )  # fmt: skip


def _counted(found: dict[str, Any], noun: str) -> npt.NDArray[np.float64]:
    """Visits or purchases of each row."""
    if noun != "events":
        return np.asarray(found["happened"], dtype=np.float64)
    return visits(*(found[f"third_{n}"] for n in range(THIRDS))).astype(np.float64)


def columns(world: World, expression: Table) -> dict[str, npt.NDArray[np.int64]]:
    """An answer of whole numbers as columns."""
    found = world.engine.columns(compiled(expression, world.engine.dialect))
    return {name: column.astype(np.int64) for name, column in found.items()}


def _known(world: World, as_of: date) -> tuple[str, dict[str, Table]]:
    if world.activity_noun is None or as_of > world.as_of:
        raise _nothing_known(world, as_of)
    return world.activity_noun, world.tables()


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

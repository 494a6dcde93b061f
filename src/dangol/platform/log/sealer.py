"""How do segments become the lake? Exactly once, table by table; a crash at any line changes no answer.

Each table is brought from its own position to the end of the batch in one Delta commit that says the new position.
Killed between two commits, some tables are further than others: every reader takes each table with the segments
behind that table, so all of them hold the same. Segments go when all tables have them, all reactions have read
them, and worlds that were opened before have had time to be done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import numpy as np
from django.db import transaction

from dangol.core.engine.delta import MERGED
from dangol.core.engine.duck import DuckDB, quoted
from dangol.core.schema import NOUNS
from dangol.platform.kernel import clock
from dangol.platform.kernel.environment import environment
from dangol.platform.kernel.queries import business
from dangol.platform.log import days, delta, following, lake, segments
from dangol.platform.log.compaction import order_of
from dangol.platform.log.duck import listed, tables
from dangol.platform.log.merges import merged
from dangol.platform.log.models import Segment
from dangol.platform.log.opening import make_overlay
from dangol.platform.log.projections import (
    BEHAVIOUR,
    FACT,
    KEYED,
    columns_of,
    events_sql,
    facts_sql,
    names_behind,
)
from dangol.platform.log.turns import go_on, lake_turn

DUE_ROWS: Final = 50_000
DUE_SEGMENTS: Final = 30
DUE_AFTER: Final = timedelta(minutes=5)
MOST_ROWS: Final = 1_000_000
"""Rows that one round moves at most."""
GRACE: Final = timedelta(minutes=15)
"""How long a sealed segment is kept for worlds that read it."""

SHOWN: Final = 3
"""So many of the newest segments stay, for whoever looks at what came last."""


def seal_once(*, is_forced: bool = False) -> bool:
    """Move the next segments into the lake, when there are enough of them; whether there is more to do."""
    waiting = list(Segment.objects.filter(sealed_at=None).order_by("first_position"))
    if not waiting or not (is_forced or _is_due(waiting)):
        return False
    batch = _batch(waiting)
    with lake_turn():
        _seal(batch)
    Segment.objects.filter(id__in=[each.id for each in batch]).update(sealed_at=clock.now())
    write_merged()
    return len(batch) < len(waiting)


def _seal(batch: Sequence[Segment]) -> None:
    for noun in KEYED:
        seal_facts(noun, batch)
        seal_keyed(noun, batch)
        go_on()
    seal_events(batch)
    with tables("days_piece") as engine:
        days.seal(batch, engine, business().time_zone)


def _is_due(waiting: Sequence[Segment]) -> bool:
    return (
        sum(each.row_count for each in waiting) >= DUE_ROWS
        or len(waiting) >= DUE_SEGMENTS
        or waiting[0].made_at <= clock.now() - DUE_AFTER
    )


def _batch(waiting: Sequence[Segment]) -> list[Segment]:
    chosen: list[Segment] = []
    rows = 0
    for each in waiting:
        rows += each.row_count
        if chosen and rows > MOST_ROWS:
            break
        chosen.append(each)
    return chosen


def write_merged() -> None:
    """Leave beside the tables who is part of whom, for those who read the lake without the platform."""
    winners = merged().winners
    path = environment().lake_folder / MERGED
    if not winners:
        path.unlink(missing_ok=True)
        return
    given = {
        "loser_id": np.fromiter(winners, dtype=np.int64, count=len(winners)),
        "winner_id": np.fromiter(winners.values(), dtype=np.int64, count=len(winners)),
    }
    with tables() as engine:
        engine.connection.register("given_merges", given)
        half = path.with_suffix(".half")
        engine.execute(f"copy (select * from given_merges) to {quoted(str(half))} (format parquet)")
        engine.connection.unregister("given_merges")
    half.replace(path)


def seal_events(batch: Sequence[Segment]) -> None:
    """What was done, into the table of events."""
    new = _new("events", [each for each in batch if segments.may_hold(each, BEHAVIOUR, None)])
    if not new:
        return
    columns = columns_of("events")
    with tables("sealing") as engine:
        engine.define("sealing_rows", segments.rows_sql(new))
        _make_sealing(engine, events_sql("sealing_rows", business().time_zone), "occurred_on")
        change = delta.write_months(engine, "events", "sealing", columns, order_of("events"))
        delta.commit("events", columns, change, new[-1].last_position)


def seal_facts(noun: str, batch: Sequence[Segment]) -> None:
    """What a keyed noun follows from, into its table of facts."""
    table = f"facts_{noun}"
    new = _new(table, _about(noun, batch))
    if not new:
        return
    with tables("sealing") as engine:
        engine.define("sealing_rows", segments.rows_sql(new))
        _make_sealing(engine, facts_sql(noun, "sealing_rows"), "occurred_at")
        change = delta.write_months(engine, table, "sealing", FACT, order_of(table))
        delta.commit(table, FACT, change, new[-1].last_position)


def seal_keyed(noun: str, batch: Sequence[Segment]) -> None:
    """The rows of a keyed noun: those of keys that the batch speaks of are made anew from all their facts."""
    new = _new(noun, _about(noun, batch))
    if not new:
        return
    columns = columns_of(noun)
    with tables("sealing", f"overlay_{noun}", f"overlaid_{noun}") as engine:
        make_overlay(engine, noun, new, lake.snapshot(f"facts_{noun}"), business().time_zone)
        _make_sealing(engine, f"select * from overlay_{noun}", str(NOUNS[noun].happened))
        change = without_rows(engine, noun, columns, f"select key from overlaid_{noun}", "key")
        change.added += delta.write_months(engine, noun, "sealing", columns, order_of(noun)).added
        delta.commit(noun, columns, change, new[-1].last_position)


def without_rows(engine: DuckDB, table: str, columns: Mapping[str, str], gone: str, by: str) -> delta.Change:
    """The files of a table that hold rows whose `by` is in a query (or list), written again without those rows."""
    return rewritten(engine, table, columns, delta.files_of(table), f"{by} in ({gone})")


def rewritten(
    engine: DuckDB, table: str, columns: Mapping[str, str], candidates: Sequence[delta.File], gone: str
) -> delta.Change:
    """Those of these files in which the condition `gone` holds for a row, written again without such rows."""
    change = delta.Change()
    files = {str(delta.full_path(table, each)): each for each in candidates}
    if not files:
        return change
    touched = engine.execute(
        f"select distinct filename from read_parquet([{listed(list(files))}], filename=true, hive_partitioning=false) "
        f"where {gone}"
    ).fetchall()
    for (path,) in touched:
        each = files[path]
        rest = (
            f"select {', '.join(columns)} from read_parquet({quoted(path)}, hive_partitioning=false) "
            f"where not coalesce({gone}, false)"
        )
        if engine.execute(f"select 1 from ({rest}) limit 1").fetchall():
            change.added.append(delta.write_file(engine, table, each.month, rest))
        change.removed.append(delta.removal(each))
    return change


def _about(noun: str, batch: Sequence[Segment]) -> list[Segment]:
    return [each for each in batch if segments.may_hold(each, ("track",), names_behind(noun))]


def _new(table: str, batch: Sequence[Segment]) -> list[Segment]:
    """Those of the batch that a table does not hold yet."""
    position = lake.snapshot(table).position
    return [each for each in batch if each.last_position > position]


def _make_sealing(engine: DuckDB, sql: str, happened: str) -> None:
    engine.execute(
        f"create or replace temp table sealing as select *, strftime({happened}, '%Y-%m') as month from ({sql})"
    )


def drop_sealed() -> int:
    """Let go of segments that nobody needs any more; how many."""
    old = Segment.objects.filter(sealed_at__lt=clock.now() - GRACE)
    newest = list(Segment.objects.order_by("-last_position").values_list("id", flat=True)[:SHOWN])
    gone = list(old.filter(last_position__lte=following.passed_by_all()).exclude(id__in=newest))
    if not gone:
        return 0
    with transaction.atomic():
        Segment.objects.filter(id__in=[each.id for each in gone]).delete()
    for each in gone:
        segments.full_path(each).unlink(missing_ok=True)
    return len(gone)

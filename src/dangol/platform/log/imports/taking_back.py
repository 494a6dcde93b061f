"""How does all that an import brought leave the log again? Its rows are emptied, and what follows from them is made anew.

Every step can be done again after a kill: the rows themselves go last, and until then they say what to do.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction

from dangol.core.engine.duck import DuckDB, quoted
from dangol.core.schema import NOUNS
from dangol.platform.kernel import clock
from dangol.platform.kernel.queries import business
from dangol.platform.log import days, delta, lake, segments
from dangol.platform.log.duck import listed, working_engine
from dangol.platform.log.imports import places
from dangol.platform.log.imports.models import Import
from dangol.platform.log.models import Envelope, Segment
from dangol.platform.log.projections import FACT, KEYED, PASSIVE, columns_of, noun_sql
from dangol.platform.log.sealer import seal_once, without_rows
from dangol.platform.log.sequencer import sequence_once
from dangol.platform.log.turns import go_on, lake_turn

_JSON: Final = ("properties", "traits", "context")
_KEPT: Final = ("occurred_at", "received_at")


def take_back(found: Import) -> None:
    """Take out of the log, the lake and the rollups whatever this import brought."""
    while Envelope.objects.filter(source_id=found.source_id).exists():
        sequence_once()
    while seal_once(is_forced=True):
        pass
    with lake_turn():
        engine = working_engine()
        _make_taken(engine, found)
        _take_days(engine, found)
        for noun in KEYED:
            _remake(engine, noun)
            go_on()
        _take_events(engine)
        for each in Segment.objects.all():
            _empty_rows(engine, each, _is_of(found))
        engine.execute("drop table taken")
    Import.objects.filter(pk=found.pk).update(state=Import.State.UNDONE, stage="", ended_at=clock.now())
    places.drop_folder(found.pk)


def _is_of(found: Import) -> str:
    return f"(source_id = {int(found.source_id)} and context->>'$.import' = '{int(found.pk)}')"


def _make_taken(engine: DuckDB, found: Import) -> None:
    """The table `taken`: the positions of its events, in the lake."""
    events = lake.snapshot("events").sql("position, source_id, context, occurred_on")
    rows = f"select position, strftime(occurred_on, '%Y-%m') as month from ({events}) where {_is_of(found)}"
    nothing = "select null::bigint as position, null::varchar as month where false"
    engine.execute(f"create or replace temp table taken as {rows if events else nothing}")


def _remake(engine: DuckDB, noun: str) -> None:
    """The rows of a keyed noun from the facts that stay; then the facts that go."""
    table = f"facts_{noun}"
    facts = lake.snapshot(table).sql(", ".join(FACT))
    if facts is None:
        return
    engine.execute(
        f"create or replace temp table touched as select distinct key from ({facts}) "
        "where position in (select position from taken)"
    )
    engine.execute(
        f"create or replace temp table left_facts as select * from ({facts}) semi join touched using (key) "
        "where position not in (select position from taken)"
    )
    columns = columns_of(noun)
    engine.execute(
        f"create or replace temp table remade as select *, strftime({NOUNS[noun].happened}, '%Y-%m') as month "
        f"from ({noun_sql(noun, 'left_facts', business().time_zone)})"
    )
    change = without_rows(engine, noun, columns, "select key from touched", "key")
    order = f"person_id, {NOUNS[noun].happened}, key"
    change.added += delta.write_months(engine, noun, "remade", columns, order).added
    if change:
        delta.commit(noun, columns, change)
    gone = without_rows(engine, table, FACT, "select position from taken", "position")
    if gone:
        delta.commit(table, FACT, gone)
    for name in ("touched", "left_facts", "remade"):
        engine.execute(f"drop table {name}")


def _take_days(engine: DuckDB, found: Import) -> None:
    """What the import added to the days of people, taken off again as a piece of the rollup.

    Nothing is counted anew: the raw events of others may be gone by retention, and their days stay. The commit
    says whose it is, so that it is done once however often it is tried.
    """
    undo = f"dangol.undo.{found.pk}"
    if delta.is_done(days.TABLE, undo):
        return
    events = lake.snapshot("events").sql("position, person_id, name, occurred_on, amount")
    facts = lake.snapshot("facts_orders").sql(", ".join(FACT))
    parts = ([_events_taken(events)] if events else []) + (_orders_taken(facts) if facts else [])
    if not parts:
        return
    engine.execute(
        "create or replace temp table days_taken as select *, strftime(active_on, '%Y-%m') as month "
        f"from ({days.differences(' union all '.join(parts))})"
    )
    change = delta.write_months(engine, days.TABLE, "days_taken", days.COLUMNS, days.ORDER)
    if change:
        delta.commit(days.TABLE, days.COLUMNS, change, once=undo)
    engine.execute("drop table days_taken")


def _events_taken(events: str) -> str:
    return (
        "select person_id, occurred_on as active_on, null::varchar as currency, -1::bigint as event_count, "
        "0::bigint as order_count, -amount as event_amount, null::decimal(18,4) as order_amount "
        f"from ({events}) where name not in ({listed(sorted(PASSIVE))}) "
        "and position in (select position from taken)"
    )


def _orders_taken(facts: str) -> list[str]:
    """The orders that the import touched, as they were with its facts (taken off) and as they are without."""
    touched = (
        f"select * from ({facts}) where key in "
        f"(select key from ({facts}) where position in (select position from taken))"
    )
    left = f"select * from ({touched}) where position not in (select position from taken)"
    return [_days_of_orders(touched, -1), _days_of_orders(left, 1)]


def _days_of_orders(facts: str, sign: int) -> str:
    rows = noun_sql("orders", f"({facts})", business().time_zone)
    return (
        f"select person_id, ordered_on as active_on, currency, 0::bigint as event_count, {sign}::bigint as order_count, "
        f"null::decimal(18,4) as event_amount, ({sign} * amount)::decimal(18,4) as order_amount "
        f"from ({rows}) where not is_return"
    )


def _take_events(engine: DuckDB) -> None:
    columns = columns_of("events")
    change = without_rows(engine, "events", columns, "select position from taken", "position")
    if change:
        delta.commit("events", columns, change)


def _empty_rows(engine: DuckDB, segment: Segment, is_theirs: str) -> None:
    """Empty its rows in one segment; they keep their places, for positions count them."""
    old = segments.full_path(segment)
    source = f"read_parquet({quoted(str(old))}, file_row_number=true)"
    if not engine.execute(f"select 1 from {source} where {is_theirs} limit 1").fetchall():
        return
    values = ", ".join(
        f"case when coalesce({is_theirs}, false) then {_emptied(name)} else {name} end::{dtype} as {name}"
        for name, dtype in segments.ROW.items()
        if name != "position"
    )
    path = segments.written(engine, f"select {values} from {source} order by file_row_number", "log")
    with transaction.atomic():
        Segment.objects.filter(pk=segment.pk).update(path=segments.relative(path))
    old.unlink(missing_ok=True)


def _emptied(name: str) -> str:
    if name in _JSON:
        return "'{}'"
    if name in _KEPT:
        return name
    numbers = ("person_id", "source_id")
    return (
        "0"
        if name in numbers
        else "false"
        if name.startswith("is_")
        else "''"
        if name in ("type", "name")
        else "null"
    )

"""In which order did everything happen to us? Envelopes become numbered rows in a segment, each message once.

What is read, decoded and written to a file happens outside of any transaction. One transaction then says that the
file counts, remembers its messages, moves the position and empties the envelopes: all of it or nothing. Killed
before that, the same envelopes are taken again, and the file that nobody knows is swept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.db import transaction

from dangol.core.engine.duck import DuckDB
from dangol.core.errors import QueryError
from dangol.platform.kernel import clock, cursors
from dangol.platform.log import seen, segments
from dangol.platform.log.decoding import Lines, decode, unreadable
from dangol.platform.log.duck import tables
from dangol.platform.log.identities import links_held, links_stamp
from dangol.platform.log.models import Envelope, Refused, Segment, Source
from dangol.platform.log.naming import name_people
from dangol.platform.log.seats import Seats

POSITION: Final = "log.position"
"""The cursor that says how far the log is numbered."""
MOST_EVENTS: Final = 20_000
MOST_BYTES: Final = 64_000_000
MOST_ENVELOPES: Final = 5_000
_TABLES: Final = ("messages", "fresh", "named", "unreadable")


class RacedError(RuntimeError):
    """Another process did this work meanwhile; nothing of ours was written."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The envelopes of one round, opened."""

    envelope_ids: list[int]
    lines: Lines
    unreadable: list[tuple[int, int, str]] = field(default_factory=list)
    """Source, moment of receipt and text of what is not JSON after all."""


def sequence_once() -> bool:
    """Take the next envelopes into the log; whether there may be more."""
    batch = _opened(_next_envelopes())
    if not batch.envelope_ids:
        return False
    with tables(*_TABLES) as engine:
        batch = _decoded(engine, batch)
        keys = _fresh_keys(engine)
        stamp = links_stamp()
        if keys:
            seats = name_people(engine)
        path = segments.written(engine, rows_in_order("named", "n"), "log") if keys else None
        try:
            _commit(engine, batch, keys, path, seats if keys else None, stamp)
        except BaseException as error:
            if path is not None:
                path.unlink(missing_ok=True)
            if not isinstance(error, RacedError):
                raise
    return True


def _next_envelopes() -> list[tuple[int, int, int, bytes]]:
    """The oldest envelopes that make a batch; at least one, if there is any."""
    sizes = Envelope.objects.order_by("id").values_list("id", "event_count")[:MOST_ENVELOPES]
    ids: list[int] = []
    events = 0
    for number, count in sizes:
        if ids and events + count > MOST_EVENTS:
            break
        ids.append(number)
        events += count
    if not ids:
        return []
    chosen: list[tuple[int, int, int, bytes]] = []
    size = 0
    rows = Envelope.objects.filter(id__lte=ids[-1]).order_by("id")
    for row in rows.values_list("id", "source_id", "received_at", "body").iterator(chunk_size=200):
        size += len(row[3])
        if chosen and (size > MOST_BYTES or len(chosen) == len(ids)):
            break
        chosen.append((*row[:3], bytes(row[3])))
    return chosen


def _opened(envelopes: Sequence[tuple[int, int, int, bytes]]) -> Batch:
    kinds = dict(Source.objects.filter(id__in={row[1] for row in envelopes}).values_list("id", "kind"))
    lines = Lines([], [], [], [])
    for _, source_id, received, body in envelopes:
        texts = body.decode("utf-8", "replace").split("\n")
        lines.bodies.extend(texts)
        lines.source_ids.extend([source_id] * len(texts))
        lines.received.extend([received] * len(texts))
        lines.kinds.extend([kinds[source_id]] * len(texts))
    return Batch([row[0] for row in envelopes], lines)


def _decoded(engine: DuckDB, batch: Batch) -> Batch:
    """The batch with the table `messages` made of it; lines that the engine cannot take are set aside."""
    try:
        decode(engine, batch.lines)
        wrong = unreadable(engine)
    except QueryError:
        wrong = [
            n for n in range(len(batch.lines.bodies)) if not _is_readable(engine, _chosen(batch.lines, [n]))
        ]
        right = sorted(set(range(len(batch.lines.bodies))) - set(wrong))
        decode(engine, _chosen(batch.lines, right))
        wrong = sorted([*wrong, *(right[n] for n in unreadable(engine))])
    lines = batch.lines
    found = [(lines.source_ids[n], lines.received[n], lines.bodies[n]) for n in wrong if lines.bodies[n]]
    return Batch(batch.envelope_ids, lines, found)


def _is_readable(engine: DuckDB, one: Lines) -> bool:
    try:
        decode(engine, one)
    except QueryError:
        return False
    return True


def _chosen(lines: Lines, numbers: Sequence[int]) -> Lines:
    return Lines(
        [lines.bodies[n] for n in numbers],
        [lines.source_ids[n] for n in numbers],
        [lines.received[n] for n in numbers],
        [lines.kinds[n] for n in numbers],
    )


def _fresh_keys(engine: DuckDB) -> list[seen.Key]:
    """Make the table `fresh` of the messages that never came before; their keys."""
    engine.execute(
        "create or replace temp table fresh as select * from messages "
        "qualify row_number() over (partition by hour, hash order by n) = 1"
    )
    keys: list[seen.Key] = engine.execute("select hour, hash from fresh").fetchall()
    known = seen.seen(keys)
    if known:
        engine.execute("create or replace temp table known (hour bigint, hash bigint)")
        engine.connection.executemany("insert into known values (?, ?)", [list(key) for key in known])
        engine.execute(
            "delete from fresh using known where fresh.hour = known.hour and fresh.hash = known.hash"
        )
        engine.execute("drop table known")
    return [key for key in keys if key not in known]


def rows_in_order(relation: str, order: str) -> str:
    """The query of what a segment's file holds."""
    columns = ", ".join(
        f"{name}::{dtype} as {name}" for name, dtype in segments.ROW.items() if name != "position"
    )
    return f"select {columns} from {relation} order by {order}"


def _commit(
    engine: DuckDB, batch: Batch, keys: Sequence[seen.Key], path: Path | None, seats: Seats | None, stamp: int,
) -> None:  # fmt: skip
    about = Contents.of(engine, "named") if path is not None else None
    with transaction.atomic():
        # Somebody who was erased while we named the rows must not come back by their old number.
        if not links_held(stamp):
            raise RacedError
        if seen.remember(keys) != len(keys):
            raise RacedError
        if Envelope.objects.filter(id__in=batch.envelope_ids).delete()[0] != len(batch.envelope_ids):
            raise RacedError
        Refused.objects.bulk_create(_refusals(batch.unreadable))
        if path is not None and about is not None:
            record(path, about)
        if seats is not None:
            seats.save()


@dataclass(frozen=True, slots=True)
class Contents:
    """What a segment holds, as its row in the database says it."""

    row_count: int
    first_occurred_at: datetime
    last_occurred_at: datetime
    contents: dict[str, list[str]] | None

    @classmethod
    def of(cls, engine: DuckDB, relation: str) -> Contents:
        """Of a relation that was written."""
        count, first, last = engine.execute(
            f"select count(*), min(occurred_at), max(occurred_at) from {relation}"
        ).fetchall()[0]
        return cls(count, _aware(first), _aware(last), segments.contents_of(engine, relation))


def record(path: Path, about: Contents) -> Segment:
    """Give a file the next positions: it counts from now on. Part of the transaction that took its rows in."""
    start = cursors.position(POSITION)
    if not cursors.move(POSITION, start=start, end=start + about.row_count):
        raise RacedError
    return Segment.objects.create(
        first_position=start + 1,
        last_position=start + about.row_count,
        path=segments.relative(path),
        row_count=about.row_count,
        first_occurred_at=about.first_occurred_at,
        last_occurred_at=about.last_occurred_at,
        contents=about.contents,
        made_at=clock.now(),
    )


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


def _refusals(lines: Iterable[tuple[int, int, str]]) -> list[Refused]:
    sentence = {
        "en": "The engine could not read this message. It was kept here as it came.",
        "ko": "이 메시지를 읽을 수 없어 받은 그대로 이곳에 보관했습니다.",
    }
    return [
        Refused(
            source_id=source_id,
            received_at=datetime.fromtimestamp(received / 1e6, UTC),
            body=body,
            reason="unreadable",
            sentence=sentence,
        )
        for source_id, received, body in lines
    ]

"""How do all traces of somebody leave the log? Segments and lake are written anew without them, now and for good."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from django.db import transaction
from django.db.models import Q

from dangol.core.engine.duck import DuckDB, quoted
from dangol.platform.log import delta, segments
from dangol.platform.log.compaction import tables
from dangol.platform.log.duck import working_engine
from dangol.platform.log.identities import DIRECTORY, links_changed
from dangol.platform.log.imports.forgetting import forget
from dangol.platform.log.models import Envelope, Identifier, Merge, Refused, Seat, Segment
from dangol.platform.log.sealer import without_rows
from dangol.platform.log.sequencer import sequence_once
from dangol.platform.log.turns import go_on, lake_turn

SHORTEST: Final = 5
"""A shorter name could stand by chance in a text about somebody else."""
_MOST_ROUNDS: Final = 10_000
_EMPTY: Final = {
    "is_trusted": "false",
    "is_live": "false",
    "is_import": "false",
    "person_id": "0",
    "source_id": "0",
}


def erased(person_ids: Collection[int]) -> dict[str, int]:
    """Erase these people from envelopes, segments, lake, rollups, refused rows and names; rows erased, by place.

    It may be done again, and is safe to kill at any line: what is erased is erased, and the rest is next time.
    """
    people = sorted({int(each) for each in person_ids})
    if not people:
        return {}
    numbers = ", ".join(map(str, people))
    names = list(Identifier.objects.filter(person_id__in=people).values_list("value", flat=True))
    _number_what_waits()
    counts = {"imports": forget(names, SHORTEST)}
    # The names go before the rows: a batch that resolved them earlier is then either here or not written any more.
    with transaction.atomic():
        links_changed()
        counts["refused"] = _refused(names)
        counts["names"] = Identifier.objects.filter(person_id__in=people).delete()[0]
        Seat.objects.filter(person_id__in=people).delete()
        Merge.objects.filter(Q(loser_id__in=people) | Q(winner_id__in=people)).delete()
    DIRECTORY.forget()
    with lake_turn():
        engine = working_engine()
        counts["segments"] = sum(_from_segment(engine, each, numbers) for each in Segment.objects.all())
        counts["lake"] = sum(
            _from_table(engine, name, columns, numbers) for name, (columns, _) in tables().items()
        )
    return counts


def _number_what_waits() -> None:
    """Envelopes become rows first: only then it is known whom they are about."""
    last = Envelope.objects.order_by("-id").values_list("id", flat=True).first()
    for _ in range(_MOST_ROUNDS if last else 0):
        if not Envelope.objects.filter(id__lte=last).exists() or not sequence_once():
            return


def _from_segment(engine: DuckDB, segment: Segment, numbers: str) -> int:
    """Empty the rows of these people; they keep their places, for positions count them."""
    old = segments.full_path(segment)
    source = f"read_parquet({quoted(str(old))}, file_row_number=true)"
    is_theirs = f"(person_id in ({numbers}) or coalesce(anonymous_person_id in ({numbers}), false))"
    count = int(engine.execute(f"select count(*) from {source} where {is_theirs}").fetchall()[0][0])
    if not count:
        return 0
    values = ", ".join(
        f"case when {is_theirs} then {_emptied(name)} else {name} end::{dtype} as {name}"
        for name, dtype in segments.ROW.items()
        if name != "position"
    )
    path = segments.written(engine, f"select {values} from {source} order by file_row_number", "log")
    with transaction.atomic():
        Segment.objects.filter(pk=segment.pk).update(path=segments.relative(path))
    old.unlink(missing_ok=True)
    go_on()
    return count


def _emptied(name: str) -> str:
    if name in ("properties", "traits", "context"):
        return "'{}'"
    if name in ("occurred_at", "received_at"):
        return name
    return _EMPTY.get(name, "''" if name in ("type", "name") else "null")


def _from_table(engine: DuckDB, table: str, columns: Mapping[str, str], numbers: str) -> int:
    """The files of a table without these people, and the old ones off the disk."""
    before = {each.path: each.row_count for each in delta.files_of(table)}
    change = without_rows(engine, table, columns, numbers, "person_id")
    if change:
        delta.commit(table, columns, change)
    delta.vacuum(table, hours=0)
    go_on()
    after = {each.path: each.row_count for each in delta.files_of(table)}
    return sum(before.values()) - sum(after.values())


def _refused(names: Sequence[str]) -> int:
    """Refused messages in which one of the names stands."""
    about = Q(pk=None)
    for name in names:
        if len(name) >= SHORTEST:
            about |= Q(body__contains=name)
    return int(Refused.objects.filter(about).delete()[0])

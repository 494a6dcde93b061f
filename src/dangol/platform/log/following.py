"""How do reactions keep up with the log? Batch by batch, each exactly once, poisoned rows put aside."""

from __future__ import annotations

from typing import Final

import msgspec
from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from dangol.platform.kernel import clock, cursors, setbacks
from dangol.platform.log import segments
from dangol.platform.log.models import Envelope, Segment
from dangol.platform.log.reacting import PREFIX, REACTIONS, Reaction
from dangol.platform.log.reading import rows_after
from dangol.platform.log.rows import LogRow

BATCH: Final = 2_000
SEGMENTS: Final = 50
"""How many segments are looked at in one round."""
OWN_READERS: Final = ("log.schemas",)
"""Readers of this room that are no reactions."""
BEHIND_SECONDS: Final = 1.0
_PASSING: Final = (OperationalError, InterfaceError)
"""Faults of the moment (a locked table, a lost connection): the batch is tried again, no row is to blame."""


class _MovedError(RuntimeError):
    """Another process did this batch."""


def react_once() -> bool:
    """One batch for every reaction; whether any has more. A reaction that fails does not stop the others.

    While messages wait to be numbered the reactions wait too: what happened is visible first.
    """
    if _is_behind():
        return False
    more, failures = False, []
    for each in list(REACTIONS.values()):
        try:
            more |= follow(each)
        except DatabaseError as error:
            failures.append(error)
    if failures:
        raise failures[0]
    return more


def _is_behind() -> bool:
    oldest = Envelope.objects.order_by("id").values_list("received_at", flat=True).first()
    return oldest is not None and clock.now().timestamp() - oldest / 1e6 > BEHIND_SECONDS


def follow(reaction: Reaction) -> bool:
    """The next batch of one reaction; whether there is more."""
    start = cursors.position(reaction.cursor)
    ahead = list(Segment.objects.filter(last_position__gt=start).order_by("first_position")[:SEGMENTS])
    if not ahead:
        return False
    found = [each for each in ahead if segments.may_hold(each, reaction.types, reaction.names)]
    rows = _rows(reaction, start, found)
    end = rows[-1].position if len(rows) == BATCH else ahead[-1].last_position
    try:
        _react(reaction, rows, start, end)
    except _MovedError:
        return True
    except _PASSING:
        raise
    except Exception:  # noqa: BLE001 whatever a room raises: find the row that it is about
        _one_by_one(reaction, rows, start, end)
    return True


def _rows(reaction: Reaction, start: int, found: list[Segment]) -> list[LogRow]:
    types = sorted(reaction.types) if reaction.types is not None else None
    names = sorted(reaction.names) if reaction.names is not None else None
    return rows_after(start, found, BATCH, types=types, names=names, is_live_only=reaction.is_live_only)


def _react(reaction: Reaction, rows: list[LogRow], start: int, end: int) -> None:
    with transaction.atomic():
        if rows:
            reaction.react(rows)
        if not cursors.move(reaction.cursor, start=start, end=end):
            raise _MovedError


def _one_by_one(reaction: Reaction, rows: list[LogRow], start: int, end: int) -> None:
    for row in rows:
        try:
            _react(reaction, [row], start, row.position)
        except _MovedError:
            return
        except _PASSING:
            raise
        except Exception as error:  # noqa: BLE001 this row is the poisoned one
            _set_aside(reaction, row, start, error)
        start = row.position
    if start < end:
        _react(reaction, [], start, end)


def _set_aside(reaction: Reaction, row: LogRow, start: int, error: Exception) -> None:
    with transaction.atomic():
        text = msgspec.json.encode(row).decode()
        setbacks.note(reaction.cursor, row.position, text, f"{type(error).__name__}: {error}")
        if not cursors.move(reaction.cursor, start=start, end=row.position):
            raise _MovedError


@setbacks.retries(PREFIX)
def try_again(reader: str, position: int) -> None:
    """Give a row that was set aside to its reaction once more."""
    reaction = REACTIONS[reader.removeprefix(PREFIX)]
    found = list(Segment.objects.filter(first_position__lte=position, last_position__gte=position))
    rows = rows_after(position - 1, found, 1)
    if not rows:
        raise LookupError(f"Row {position} is no longer kept as a segment.")
    with transaction.atomic():
        reaction.react(rows)


def passed_by_all() -> int:
    """The position up to which every reaction has read, rows set aside included."""
    places = [
        cursors.position(name) for name in (*OWN_READERS, *(each.cursor for each in REACTIONS.values()))
    ]
    aside = setbacks.first_position(PREFIX)
    return min(places if aside is None else [*places, aside - 1])

"""Which rows could a reader not work on? They are kept with their error, out of the way, until somebody resolves them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Min

from dangol.platform.kernel import clock
from dangol.platform.kernel.models import Setback

LONGEST: Final = 20_000
"""Characters of a row and of its error that are kept."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A setback as it is listed."""

    id: int
    reader: str
    position: int
    what: str
    error: str
    happened_at: datetime


RETRIERS: Final[dict[str, Callable[[str, int], None]]] = {}


def note(reader: str, position: int, what: str, error: str) -> None:
    """Set a row aside, in the transaction in which the reader goes on; the same row again replaces its error."""
    told = {"what": what[:LONGEST], "error": error[:LONGEST].replace("\x00", ""), "resolved_at": None}
    Setback.objects.update_or_create(reader=reader, position=position, defaults=told)


def unresolved(reader: str = "", limit: int = 200) -> list[Shown]:
    """What is set aside, newest first, of readers whose name begins so."""
    rows = Setback.objects.filter(resolved_at=None, reader__startswith=reader).order_by("-id")[:limit]
    return [Shown(r.pk, r.reader, r.position, r.what, r.error, r.happened_at) for r in rows]


def first_position(reader: str = "") -> int | None:
    """The lowest position that is set aside for readers whose name begins so; None without any."""
    rows = Setback.objects.filter(resolved_at=None, reader__startswith=reader)
    found: int | None = rows.aggregate(first=Min("position"))["first"]
    return found


def retries(prefix: str) -> Callable[[Callable[[str, int], None]], Callable[[str, int], None]]:
    """Register how rows of readers whose name begins so are worked on again: a function of reader and position."""

    def registered(work: Callable[[str, int], None]) -> Callable[[str, int], None]:
        RETRIERS[prefix] = work
        return work

    return registered


def retry(setback_id: int) -> bool:
    """Work on a row again. True: it is resolved. False: it failed again, and its error is the new one."""
    row = Setback.objects.filter(pk=setback_id, resolved_at=None).first()
    work = next((w for prefix, w in RETRIERS.items() if row and row.reader.startswith(prefix)), None)
    if row is None or work is None:
        return False
    try:
        work(row.reader, row.position)
    except Exception as error:  # noqa: BLE001 the new error is what is shown
        note(row.reader, row.position, row.what, f"{type(error).__name__}: {error}")
        return False
    return resolve(setback_id)


def resolve(setback_id: int) -> bool:
    """Take a row off the list: it was mended, or shall be left as it is."""
    return Setback.objects.filter(pk=setback_id, resolved_at=None).update(resolved_at=clock.now()) == 1

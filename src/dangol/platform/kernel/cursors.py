"""How far has a reader of the log come? Its position moves in the transaction of what it did."""

from __future__ import annotations

from django.db import transaction

from dangol.platform.kernel import clock
from dangol.platform.kernel.models import Cursor


def position(name: str) -> int:
    """The position up to which a reader has read; 0 before the first."""
    found = Cursor.objects.filter(name=name).values_list("position", flat=True).first()
    return found or 0


def move(name: str, *, start: int, end: int) -> bool:
    """Move a reader from `start` to `end`, inside the transaction of its work; False when another moved it first.

    On False the work must be rolled back: it was done already.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(
            f"The cursor {name} was moved outside the transaction of the work that it stands for."
        )
    if start == 0:
        Cursor.objects.bulk_create([Cursor(name=name)], ignore_conflicts=True)
    return Cursor.objects.filter(name=name, position=start).update(position=end, moved_at=clock.now()) == 1


def slowest(prefix: str = "") -> int | None:
    """The position that every reader (whose name begins so) has passed; None without readers."""
    found = (
        Cursor.objects.filter(name__startswith=prefix).order_by("position").values_list("position", flat=True)
    )
    return found.first()


def reset(name: str, to: int = 0) -> None:
    """Let a reader begin anew from a position."""
    Cursor.objects.update_or_create(name=name, defaults={"position": to})

"""Has a watched number crossed its line? Looked at again and again; the crossing is told once, not the state."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from dangol.core.errors import DangolError
from dangol.platform.insight.figures import read
from dangol.platform.insight.models import Watch
from dangol.platform.kernel import clock, effects
from dangol.platform.kernel.access.viewer import SYSTEM


def look() -> int:
    """Look at every watch; how many crossed their line just now."""
    return sum(map(_look_at, Watch.objects.order_by("pk")))


def _look_at(watch: Watch) -> bool:
    value = _value(watch)
    is_crossed = None if value is None else is_wrong(value, watch.side, watch.line)
    has_just_crossed = bool(is_crossed) and watch.is_crossed is not True
    now = clock.now()
    with transaction.atomic():
        changed: dict[str, Any] = {"value": value, "is_crossed": is_crossed, "looked_at": now}
        if has_just_crossed:
            changed["crossed_at"] = now
        # Whoever looks at the same moment finds the state changed, and tells nobody a second time.
        mine = Watch.objects.filter(pk=watch.pk, is_crossed=watch.is_crossed).update(**changed)
        if mine and has_just_crossed:
            effects.plan("notify", f"watch:{watch.pk}:{now.isoformat()}", _told(watch, value))
    return bool(mine and has_just_crossed)


def _value(watch: Watch) -> float | None:
    try:
        found = read(
            SYSTEM,
            watch.metric,
            span=watch.span,
            column=watch.column,
            segment=watch.segment,
            **watch.given,
        )
    except DangolError:  # its metric or its segment is gone: unknown, and shown as such
        return None
    return None if found.value is None else float(found.value)


def is_wrong(value: float, side: str, line: float) -> bool:
    """Whether a value is on the wrong side; on the line is still right.

    >>> is_wrong(0.84, "below", 0.85), is_wrong(0.85, "below", 0.85), is_wrong(3, "above", 2)
    (True, False, True)
    """
    return value < line if side == Watch.Side.BELOW else value > line


def _told(watch: Watch, value: float | None) -> dict[str, Any]:
    return {"what": "watch", "watch": watch.pk, "name": watch.name, "value": value, "user": watch.owner_id}

"""Has a watched number crossed its line? Looked at again and again; the crossing is told once, not the state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from dangol.core.errors import DangolError
from dangol.core.language import Language, Said
from dangol.core.metrics import find
from dangol.core.report.voice import Voice
from dangol.platform.insight.figures import read
from dangol.platform.insight.models import Watch
from dangol.platform.kernel import clock, effects
from dangol.platform.kernel.access.viewer import SYSTEM, Viewer


def look() -> int:
    """Look at every watch; how many crossed their line just now."""
    return sum(map(_look_at, Watch.objects.order_by("pk")))


def look_now(number: int) -> None:
    """Look at one watch, so that whoever made it sees where it stands."""
    for each in Watch.objects.filter(pk=number):
        _look_at(each)


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
    """What the owner is told, and where it can be looked at."""
    figure = Said(
        worded(watch.metric, watch.column, value, "en"), worded(watch.metric, watch.column, value, "ko")
    )
    line = Said(
        worded(watch.metric, watch.column, watch.line, "en"),
        worded(watch.metric, watch.column, watch.line, "ko"),
    )
    side_en, side_ko = ("below", "아래") if watch.side == Watch.Side.BELOW else ("above", "위")
    return {
        "title": {"en": watch.name, "ko": watch.name},
        "text": {
            "en": f"{find(watch.metric).title.en} is {figure.en}, {side_en} {line.en}.",
            "ko": f"{find(watch.metric).title.ko}: {figure.ko}, 기준 {line.ko}보다 {side_ko}입니다.",
        },
        "user": watch.owner_id,
        "right": "edit_insight",
        "link": f"/metrics/{watch.metric}?span={watch.span}" if watch.span else f"/metrics/{watch.metric}",
    }


def worded(metric: str, column: str, value: float | None, language: Language) -> str:
    """A watched figure in words: a share in percent, anything else as a number."""
    if value is None:
        return "–"
    voice = Voice(language)
    is_share = column.endswith("rate") and metric != "quick_ratio"
    return voice.percent(value) if is_share else voice.decimal(value, 0 if abs(value) >= 1000 else 2)


@dataclass(frozen=True, slots=True)
class WatchView:
    """A watched number as a list shows it."""

    id: int
    name: str
    metric: str
    column: str
    side: str
    line: float
    span: str
    segment: str
    owner_id: int | None
    owner: str
    is_crossed: bool | None
    value: float | None
    looked_at: datetime | None
    crossed_at: datetime | None


def watches(viewer: Viewer) -> list[WatchView]:
    """Every watched number, those that are crossed first. They are of the whole business: nobody of a unit sees them."""
    if viewer.units is not None:
        return []
    rows = Watch.objects.select_related("owner").order_by("name", "pk")
    shown = [
        WatchView(
            each.pk, each.name, each.metric, each.column, each.side, each.line, each.span, each.segment,
            each.owner_id, (each.owner.name or each.owner.email) if each.owner else "", each.is_crossed,
            each.value, each.looked_at, each.crossed_at,
        )
        for each in rows
    ]  # fmt: skip
    return sorted(shown, key=lambda each: each.is_crossed is not True)

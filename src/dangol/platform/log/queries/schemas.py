"""Which events are there, and is anything late? For whoever looks after the data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Sum

from dangol.platform.kernel import clock
from dangol.platform.kernel.access.refusals import check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.models import Cursor
from dangol.platform.log import faults
from dangol.platform.log.models import Envelope, EventSchema, Segment, Source
from dangol.platform.log.sequencer import POSITION
from dangol.platform.log.vocabulary import EVENTS


@dataclass(frozen=True, slots=True)
class SchemaView:
    """One event as it is seen: from which source, how often, since when, with which properties of which kinds."""

    source_id: int
    type: str
    name: str
    count: int
    first_at: datetime
    last_at: datetime
    received_at: datetime
    properties: dict[str, list[str]]
    is_known: bool
    """Whether it is in the vocabulary, and so means something to tables and metrics."""


@dataclass(frozen=True, slots=True)
class SourceFreshness:
    """When a source was last heard."""

    source_id: int
    name: str
    kind: str
    received_at: datetime | None
    occurred_at: datetime | None
    count: int


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far everything is: what waits to be numbered, what waits to be sealed, and what cannot be read."""

    position: int
    waiting_count: int
    waiting_seconds: float
    """How long the oldest message that is not numbered yet has waited."""
    unsealed_count: int
    numbered_at: datetime | None
    sources: tuple[SourceFreshness, ...]
    faults: tuple[faults.Fault, ...]


def schemas(viewer: Viewer) -> list[SchemaView]:
    """Every event that was seen, the latest first; counts of the whole business are not for viewers of units."""
    check_may(viewer, "see_numbers")
    if viewer.units is not None:
        return []
    return [
        SchemaView(
            row.source_id, row.type, row.name, row.count, row.first_at, row.last_at, row.received_at, row.properties,
            row.type != "track" or row.name in EVENTS,
        )
        for row in EventSchema.objects.order_by("-received_at", "name")
    ]  # fmt: skip


def freshness(viewer: Viewer) -> Freshness:
    """How fresh the data is, by source and on its way into the lake."""
    check_may(viewer, "see_numbers")
    waiting = Envelope.objects.aggregate(count=Sum("event_count"))["count"] or 0
    oldest = Envelope.objects.order_by("id").values_list("received_at", flat=True).first()
    unsealed = Segment.objects.filter(sealed_at=None).aggregate(count=Sum("row_count"))["count"] or 0
    moved = Cursor.objects.filter(name=POSITION).first()
    return Freshness(
        position=moved.position if moved else 0,
        waiting_count=waiting,
        waiting_seconds=max(0.0, clock.now().timestamp() - oldest / 1e6) if oldest else 0.0,
        unsealed_count=unsealed,
        numbered_at=moved.moved_at if moved else None,
        sources=tuple(_sources()),
        faults=tuple(faults.found()),
    )


def _sources() -> list[SourceFreshness]:
    told = EventSchema.objects.values("source_id").annotate(
        received=Max("received_at"), occurred=Max("last_at"), n=Sum("count")
    )
    seen: dict[int, Any] = {row["source_id"]: row for row in told}
    found = []
    for each in Source.objects.filter(revoked_at=None).order_by("name"):
        row: dict[str, Any] = seen.get(each.pk, {})
        found.append(
            SourceFreshness(
                each.pk, each.name, each.kind, row.get("received"), row.get("occurred"), row.get("n", 0)
            )
        )
    return found

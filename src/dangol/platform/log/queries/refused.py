"""What was not let in, and why?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from dangol.core.language import Said
from dangol.platform.kernel.access.refusals import check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.models import Refused
from dangol.platform.log.refusals import REASONS


@dataclass(frozen=True, slots=True)
class RefusedView:
    """One message that was not let in."""

    id: int
    source_id: int | None
    source_name: str
    received_at: datetime
    reason: str
    title: Said
    sentence: Said
    body: str


def refused(
    viewer: Viewer,
    *,
    reason: str = "",
    source_id: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[RefusedView]:
    """The newest first; `before` is the id of the last one of the page before."""
    found = visible_refused(viewer, reason=reason, source_id=source_id)
    if before is not None:
        found = found.filter(pk__lt=before)
    return [refused_view(each) for each in found.select_related("source").order_by("-pk")[:limit]]


def refused_counts(viewer: Viewer) -> list[tuple[str, Said, int]]:
    """How many for each reason: code, title, count; the most frequent first."""
    found = (
        visible_refused(viewer).values_list("reason").annotate(count=Count("pk")).order_by("-count", "reason")
    )
    return [(reason, title_of(reason), count) for reason, count in found]


def visible_refused(viewer: Viewer, *, reason: str = "", source_id: int | None = None) -> QuerySet[Refused]:
    """The rows that a viewer may see: none for who works for some units only."""
    check_may(viewer, "bring_data")
    found = Refused.objects.all() if viewer.units is None else Refused.objects.none()
    if reason:
        found = found.filter(reason=reason.replace("\x00", ""))  # PostgreSQL compares with no U+0000
    return found if source_id is None else found.filter(source_id=source_id)


def refused_view(row: Refused) -> RefusedView:
    """The view of a row."""
    told = row.sentence
    return RefusedView(
        row.pk,
        row.source_id,
        row.source.name if row.source else "",
        row.received_at,
        row.reason,
        title_of(row.reason),
        Said(told.get("en") or "-", told.get("ko") or "-"),
        row.body,
    )


def title_of(reason: str) -> Said:
    """The title of a reason; the code itself when it is none of the door's."""
    return REASONS.get(reason, Said(reason, reason))

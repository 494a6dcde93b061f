"""Where do events come from?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dangol.core.language import Said
from dangol.platform.kernel import clock
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.models import Source


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source, as pages and programs see it; its signing secret is never in it."""

    id: int
    name: str
    kind: str
    write_key: str
    allowed_origins: tuple[str, ...]
    has_signing_secret: bool
    previous_keys: dict[str, datetime]
    """Keys that were rotated and still open, with their end."""
    created_at: datetime
    revoked_at: datetime | None
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def provider(self) -> str:
        """Who calls a webhook: stripe or generic."""
        return str(self.settings.get("provider", "generic"))


def source_view(source: Source) -> SourceView:
    """The view of a row."""
    now = clock.now()
    settings = dict(source.settings)
    previous = {
        key: datetime.fromisoformat(until) for key, until in settings.pop("previous_keys", {}).items()
    }
    return SourceView(
        source.pk,
        source.name,
        source.kind,
        source.write_key,
        tuple(source.allowed_origins),
        bool(source.signing_secret),
        {key: until for key, until in previous.items() if until > now},
        source.created_at,
        source.revoked_at,
        settings,
    )


def sources(viewer: Viewer, *, with_revoked: bool = False) -> list[SourceView]:
    """Every source, in the order of their names; none for who works for some units only."""
    check_may(viewer, "bring_data")
    if viewer.units is not None:
        return []
    found = Source.objects.order_by("name", "pk")
    return [source_view(each) for each in (found if with_revoked else found.filter(revoked_at=None))]


def source(viewer: Viewer, source_id: int) -> SourceView:
    """One source."""
    check_may(viewer, "bring_data")
    found = Source.objects.filter(pk=source_id).first() if viewer.units is None else None
    if found is None:
        raise NotThereError(Said("source", "소스"), source_id)
    return source_view(found)

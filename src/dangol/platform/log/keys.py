"""Which keys open the door at the moment, and to what?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from dangol.platform.kernel import clock
from dangol.platform.kernel.access.sealing import unsealed
from dangol.platform.log.models import Source

SEAL: Final = "source.signing_secret"
"""The purpose for which signing secrets are sealed."""
PREVIOUS: Final = "previous_keys"
"""Where a source's settings keep keys that still open for a while."""


@dataclass(frozen=True, slots=True)
class OpenSource:
    """A source as the door sees it."""

    id: int
    kind: str
    allowed_origins: frozenset[str]
    signing_secret: str = field(repr=False)
    settings: dict[str, Any]

    @property
    def is_browser(self) -> bool:
        """Whether anybody can read its key in a page."""
        return self.kind == Source.Kind.BROWSER

    @property
    def takes_messages(self) -> bool:
        """Whether messages of the Segment specification come in with its key."""
        return self.kind in (Source.Kind.SERVER, Source.Kind.BROWSER)

    @property
    def takes_webhooks(self) -> bool:
        """Whether signed calls of another program come in with its key."""
        return self.kind == Source.Kind.WEBHOOK


class _Changes:
    """How often sources were changed in this process: whoever remembers keys looks whether it moved."""

    count = 0


def noted_change() -> None:
    """Say that sources have changed."""
    _Changes.count += 1


def change_count() -> int:
    """Moves whenever a source is changed in this process."""
    return _Changes.count


def open_sources() -> dict[str, OpenSource]:
    """Every key that opens now, with its source; a rotated key opens until its overlap ends."""
    now = clock.now()
    found: dict[str, OpenSource] = {}
    for source in Source.objects.filter(revoked_at=None):
        opened = OpenSource(
            source.pk,
            source.kind,
            frozenset(source.allowed_origins),
            unsealed(source.signing_secret, SEAL) if source.signing_secret else "",
            source.settings,
        )
        found[source.write_key] = opened
        for key, until in source.settings.get(PREVIOUS, {}).items():
            if datetime.fromisoformat(until) > now:
                found[key] = opened
    return found

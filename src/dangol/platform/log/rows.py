"""What does one row of the log say? The shape that reactions, projections and segments share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class LogRow:
    """One message after validation, deduplication, clock correction and the naming of its person."""

    position: int
    """Its place in the one order of everything; 1, 2, 3, ... and never skipped by a reader."""
    type: str
    """identify, track, page, screen, group or alias"""
    source_id: int
    is_trusted: bool
    """Said by a server, an import or a signed browser; a browser's own claims are not."""
    is_live: bool
    """Neither imported nor late: may trigger something."""
    person_id: int
    account_id: str | None
    name: str
    """The event's name; `Page Viewed`, `Screen Viewed` for page and screen; empty for the other types."""
    occurred_at: datetime
    received_at: datetime
    user_id: str | None
    anonymous_id: str | None
    anonymous_person_id: int | None
    """Whose anonymous history came along with a user id, when both were sent."""
    object_id: str | None
    amount: Decimal | None
    currency: str | None
    properties: dict[str, Any]
    traits: dict[str, Any]
    context: dict[str, Any]

"""How does a test say that something happened? Rows of the log, as the sequencer would hand them to a reaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from dangol.platform.log.rows import LogRow

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
_positions = count(1)
PLAIN = LogRow(
    position=0, type="identify", source_id=1, is_trusted=True, is_live=True, person_id=0, account_id=None, name="",
    occurred_at=NOON, received_at=NOON, user_id=None, anonymous_id=None, anonymous_person_id=None, object_id=None,
    amount=None, currency=None, properties={}, traits={}, context={},
)  # fmt: skip


def row(type_: str, person_id: int, **told: Any) -> LogRow:
    """A row of the log; it stands behind every row that was made before it."""
    return replace(PLAIN, position=next(_positions), type=type_, person_id=person_id, **told)


def identify(person_id: int, **traits: Any) -> LogRow:
    """A trusted source says what somebody is like."""
    return row("identify", person_id, user_id=f"u{person_id}", traits=traits)


def claim(person_id: int, user_id: str | None = None, **traits: Any) -> LogRow:
    """A browser says so, without a signature."""
    return row("identify", person_id, is_trusted=False, user_id=user_id, traits=traits)


def track(person_id: int, name: str, **told: Any) -> LogRow:
    """Somebody did something."""
    return row("track", person_id, name=name, **told)

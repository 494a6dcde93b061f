"""Has this session lasted too long? Asked of every request, also of those that Django does not see."""

from __future__ import annotations

from typing import Final

from django.contrib.sessions.backends.base import SessionBase

from dangol.platform.kernel import clock
from dangol.platform.kernel.access.queries import policy

SIGNED_IN: Final = "dangol_signed_in_at"
SEEN: Final = "dangol_seen_at"


def is_over(session: SessionBase) -> bool:
    """Whether a session was idle, or open, for longer than the policy allows."""
    moment, told = clock.now().timestamp(), policy()
    since, seen = session.get(SIGNED_IN, moment), session.get(SEEN, moment)
    return bool(moment - seen > told.idle_minutes * 60 or moment - since > told.longest_hours * 3600)

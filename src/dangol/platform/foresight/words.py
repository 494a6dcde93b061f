"""How do rows of this room become what is shown?"""

from __future__ import annotations

from dangol.platform.foresight.models import Closing
from dangol.platform.foresight.views import ClosingView
from dangol.platform.kernel.access.models import User


def name_of_user(user: User | None) -> str:
    """What somebody of the team is called; empty for nobody."""
    return (user.name or user.email) if user else ""


def closing_view(row: Closing) -> ClosingView:
    """A closing as it is shown."""
    return ClosingView(
        row.person_id, row.reason, row.note, row.value, row.band, name_of_user(row.closed_by), row.closed_at,
        row.reopened_at,
    )  # fmt: skip

"""Whose own rhythm is broken now?"""

from __future__ import annotations

from typing import Any

from dangol.platform.foresight.models import EarlyWarning, Run
from dangol.platform.foresight.schedule import last_run
from dangol.platform.foresight.seeing import of_visible
from dangol.platform.foresight.views import WarningView, said_of
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.seeing import visible_to


def warnings(viewer: Viewer, *, limit: int = 50, after: int = 0) -> list[WarningView]:
    """Those that hold, the surest first; `after` so many."""
    rows = of_visible(viewer, EarlyWarning.objects.filter(ended_at=None))
    found = list(rows.order_by("q_value", "p_value", "pk")[after : after + limit])
    people = visible_to(viewer).in_bulk([each.person_id for each in found])
    return [warning_view(each, people[each.person_id].title) for each in found if each.person_id in people]


def warning_counts(viewer: Viewer) -> dict[str, Any]:
    """How many are warned of, among how many who are watched (None: nobody was looked at, or not for this viewer),
    the share of false alarms that is allowed for, and the reason where nobody could be watched.
    """
    held = of_visible(viewer, EarlyWarning.objects.filter(ended_at=None)).count()
    last = last_run(Run.Job.SCORE)
    told = (last.told if last else {}).get("warnings") or {}
    watched = told.get("watched") if viewer.units is None else None
    reason = said_of(told["reason"]) if told.get("reason") else None
    rate = told.get("false_discovery_rate")
    return {"warned": held, "watched": watched, "false_discovery_rate": rate, "reason": reason}


def warning_view(row: EarlyWarning, name: str) -> WarningView:
    """A warning as it is shown."""
    return WarningView(
        row.person_id, name or f"#{row.person_id}", row.since, row.usual_rate, row.recent_count, row.window_days,
        row.usual_gap, row.silent_days, row.q_value, said_of(row.said), row.began_at,
    )  # fmt: skip

"""What does this room do when somebody is erased? It forgets what was foreseen of them, and what was done about it."""

from __future__ import annotations

from dangol.platform.foresight.models import Closing, EarlyWarning, RiskPoint, Score
from dangol.platform.people.erasing import Counts, Erased, eraser


@eraser("foresight")
def forget(whom: Erased) -> Counts:
    """Scores with their reasons, how they moved, warnings, and why somebody took them off the list."""
    own = {"person_id__in": whom.person_ids}
    return {
        "scores": Score.objects.filter(**own).delete()[1].get("foresight.Score", 0),
        "risk_points": RiskPoint.objects.filter(**own).delete()[0],
        "early_warnings": EarlyWarning.objects.filter(**own).delete()[0],
        "risk_closings": Closing.objects.filter(**own).delete()[0],
    }

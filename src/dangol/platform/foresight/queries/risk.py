"""How has one customer's risk moved, why, and what was done about it?"""

from __future__ import annotations

from typing import Final

from dangol.platform.foresight.models import Closing, EarlyWarning, RiskPoint, Score
from dangol.platform.foresight.objections import has_objected
from dangol.platform.foresight.queries.at_risk import line_of
from dangol.platform.foresight.queries.warnings import warning_view
from dangol.platform.foresight.seeing import of_visible
from dangol.platform.foresight.views import ClosingView, PointView, RiskView
from dangol.platform.foresight.words import closing_view
from dangol.platform.kernel.access.queries import members
from dangol.platform.kernel.access.viewer import RIGHTS, SYSTEM, Viewer
from dangol.platform.people.merging import lineage
from dangol.platform.people.seeing import seen_person

POINTS: Final = 200
CLOSINGS: Final = 50


def risk_of(viewer: Viewer, person_id: int) -> RiskView:
    """One customer's risk; a NotThereError when the viewer may not see them."""
    person = seen_person(viewer, person_id)
    own = lineage(person.pk)
    row = Score.objects.select_related("owner", "closing__closed_by").filter(pk=person.pk).first()
    points = RiskPoint.objects.filter(person_id__in=own).order_by("-day")[:POINTS]
    closed = Closing.objects.filter(person_id__in=own).select_related("closed_by").order_by("-closed_at")
    warning = EarlyWarning.objects.filter(person_id=person.pk, ended_at=None).first()
    return RiskView(
        line_of(row, person) if row else None,
        tuple(PointView(each.day, each.value, each.band) for each in reversed(points)),
        tuple(closing_view(each) for each in closed[:CLOSINGS]),
        warning_view(warning, person.title) if warning else None,
        has_objected(person.pk),
    )


def closings(viewer: Viewer, *, limit: int = CLOSINGS) -> list[ClosingView]:
    """The entries that were taken off the list last."""
    rows = of_visible(viewer, Closing.objects.select_related("closed_by"))
    return [closing_view(each) for each in rows.order_by("-closed_at", "-pk")[:limit]]


def owners() -> list[tuple[int, str]]:
    """Who can look after a customer: everybody of the team who sees people."""
    team = (each for each in members(SYSTEM) if each.is_active)
    return [(each.user_id, each.name or each.email) for each in team if each.role in RIGHTS["see_people"]]

"""How well do the accounts do?"""

from __future__ import annotations

from django.db.models import Count, F

from dangol.core.features.feature import FAMILIES
from dangol.core.language import Said
from dangol.platform.foresight.models import Run
from dangol.platform.foresight.schedule import last_run
from dangol.platform.foresight.seeing import health_visible_to
from dangol.platform.foresight.views import HealthView, said_of
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.seeing import accounts_visible_to


def accounts_health(viewer: Viewer, *, band: str = "", limit: int = 50, after: int = 0) -> list[HealthView]:
    """The weakest first, of one band or of all; `after` so many."""
    rows = health_visible_to(viewer)
    if band:
        rows = rows.filter(band=band)
    found = list(rows.order_by(F("value").asc(nulls_last=True), "pk")[after : after + limit])
    seen = accounts_visible_to(viewer).filter(account_id__in=[each.account_id for each in found])
    names = dict(seen.values_list("account_id", "name"))
    return [
        HealthView(
            each.account_id, names.get(each.account_id) or each.account_id, each.value, each.band, each.coverage,
            FAMILIES.get(each.worst),
            said_of(each.said) if each.said else None, each.as_of,
        )
        for each in found
    ]  # fmt: skip


def health_counts(viewer: Viewer) -> dict[str, int]:
    """How many accounts are in each band."""
    rows = health_visible_to(viewer).order_by()
    return dict(rows.values_list("band").annotate(n=Count("pk")))


def health_reason() -> Said | None:
    """Why no account is scored; None where there is nothing to say."""
    last = last_run(Run.Job.SCORE)
    told = ((last.told if last else {}).get("health") or {}).get("reason")
    return said_of(told) if told else None

"""Whose risk may a viewer see? Of the people of their units only; lists, counts, files and pages go through this."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from dangol.platform.foresight.models import AccountHealth, Score
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.seeing import accounts_visible_to, visible_to

M = TypeVar("M", bound=Model)


def scores_visible_to(viewer: Viewer) -> QuerySet[Score]:
    """The scores of the people that a viewer sees."""
    return of_visible(viewer, Score.objects.all())


def of_visible(viewer: Viewer, rows: QuerySet[M]) -> QuerySet[M]:
    """Rows with a `person_id`, of the people that a viewer sees."""
    return rows.filter(Exists(visible_to(viewer).filter(pk=OuterRef("person_id"))))


def health_visible_to(viewer: Viewer) -> QuerySet[AccountHealth]:
    """The health of the accounts that a viewer sees."""
    seen = accounts_visible_to(viewer).filter(account_id=OuterRef("account_id"))
    return AccountHealth.objects.filter(Exists(seen))

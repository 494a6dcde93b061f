"""Whom may a viewer see? The one door that lists, search, exports, counters and pages of this room go through."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from dangol.core.language import Said
from dangol.platform.kernel.access.refusals import NotAllowedError, NotThereError, check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.models import Account, Person
from dangol.platform.people.models.person import LISTED

M = TypeVar("M", bound=Model)


def check_rights(viewer: Viewer) -> None:
    """Requests about personal data belong to the whole business: a viewer of units handles none."""
    check_may(viewer, "handle_rights_requests")
    check_whole(viewer, "handle_rights_requests")


def check_whole(viewer: Viewer, right: str) -> None:
    """What holds for everybody is not for those who see some units only."""
    if viewer.units is not None:
        raise NotAllowedError(right)


def visible_to(viewer: Viewer) -> QuerySet[Person]:
    """Everybody a viewer sees: listed people, of their units only where they are limited to some."""
    if not viewer.may("see_people"):
        return Person.objects.none()
    return _of_units(Person.objects.filter(LISTED), viewer)


def accounts_visible_to(viewer: Viewer) -> QuerySet[Account]:
    """Every account a viewer sees."""
    if not viewer.may("see_people"):
        return Account.objects.none()
    return _of_units(Account.objects.all(), viewer)


def _of_units(rows: QuerySet[M], viewer: Viewer) -> QuerySet[M]:
    return rows if viewer.units is None else rows.filter(Q(unit__in=viewer.units))


def seen_person(viewer: Viewer, person_id: int) -> Person:
    """One person, by their own number; a number that was merged leads to who they are part of now."""
    found = visible_to(viewer).filter(pk=person_id).first()
    if found is None:
        into = Person.objects.filter(pk=person_id).values_list("merged_into", flat=True).first()
        found = seen_person(viewer, into) if into is not None else None
    if found is None:
        raise NotThereError(Said("person", "고객"), person_id)
    return found


def seen_account(viewer: Viewer, account_id: str) -> Account:
    """One account, by the id that sources give it."""
    found = accounts_visible_to(viewer).filter(account_id=account_id).first()
    if found is None:
        raise NotThereError(Said("account", "거래처"), account_id)
    return found

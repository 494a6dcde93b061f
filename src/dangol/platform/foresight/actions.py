"""What can be done about a customer at risk? Somebody looks after them, and the entry is closed with its reason."""

from __future__ import annotations

from django.db import transaction

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.platform.foresight.models import Closing, Score
from dangol.platform.foresight.queries.risk import owners
from dangol.platform.foresight.views import BANDS, REASONS
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.mending import without_nul
from dangol.platform.people.seeing import seen_person

RIGHT = "edit_people"
LONGEST_NOTE = 2_000
ENTRY = Said("entry of the list", "목록 항목")


@transaction.atomic
def close(viewer: Viewer, person_id: int, reason: str, note: str = "") -> int:
    """Take a customer off the list, with the reason; it comes back when the risk rises, or after two months.

    The number of the closing, which `reopen` takes back.
    """
    check_may(viewer, RIGHT)
    note = without_nul(note).strip()[:LONGEST_NOTE]
    _check_reason(reason, note)
    row = _seen(viewer, person_id)
    if row.closing_id is not None:
        raise _closed_already(row.pk)
    made = Closing.objects.create(
        person_id=row.pk, reason=reason, note=note, value=row.value, band=row.band, closed_by_id=viewer.user_id,
        closed_at=clock.now(),
    )  # fmt: skip
    if not Score.objects.filter(pk=row.pk, closing=None).update(closing=made):
        raise _closed_already(row.pk)
    audit.record(viewer, "risk closed", f"person {row.pk}", reason=reason, band=row.band)
    return made.pk


@transaction.atomic
def reopen(viewer: Viewer, person_id: int) -> None:
    """Put an entry back on the list."""
    check_may(viewer, RIGHT)
    row = _seen(viewer, person_id)
    if row.closing_id is None:
        return
    Closing.objects.filter(pk=row.closing_id).update(reopened_at=clock.now())
    Score.objects.filter(pk=row.pk).update(closing=None)
    audit.record(viewer, "risk reopened", f"person {row.pk}")


@transaction.atomic
def assign(viewer: Viewer, person_id: int, owner_id: int | None) -> None:
    """Somebody of the team looks after this customer; None: nobody does any more."""
    check_may(viewer, RIGHT)
    row = _seen(viewer, person_id)
    if owner_id is not None and owner_id not in dict(owners()):
        raise NotThereError(Said("member of the team", "구성원"), owner_id)
    Score.objects.filter(pk=row.pk).update(owner=owner_id)
    audit.record(viewer, "risk assigned", f"person {row.pk}", owner=owner_id)


def _seen(viewer: Viewer, person_id: int) -> Score:
    person = seen_person(viewer, person_id)
    found = Score.objects.filter(pk=person.pk).first()
    if found is None or found.band not in BANDS:
        raise NotThereError(ENTRY, person_id)
    return found


def _check_reason(reason: str, note: str) -> None:
    if reason not in REASONS:
        raise UnknownNameError(Said("reason", "사유"), reason, REASONS)
    if reason == Closing.Reason.OTHER and not note:
        raise RequestError(
            Said("An entry was to be closed for another reason.", "다른 사유로 항목을 닫으려고 했습니다."),
            Said("The reason is not said.", "사유가 적혀 있지 않습니다."),
            Said("Write a note, or choose one of the reasons.", "메모를 적거나 사유를 고르십시오."),
        )


def _closed_already(person_id: int) -> RequestError:
    return RequestError(
        Said(
            f"The entry of customer {person_id} was to be closed.",
            f"고객 {person_id} 항목을 닫으려고 했습니다.",
        ),
        Said("It is closed already.", "이미 닫혀 있습니다."),
        Said("Reopen it first.", "먼저 다시 여십시오."),
    )

"""How does data leave, and who took it? Exports leave an audit entry."""

from __future__ import annotations

from django.db import transaction

from dangol.core.language import Said
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.refusals import NotAllowedError, NotThereError
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.actions.requests import check_identified
from dangol.platform.people.exporting import archive_of
from dangol.platform.people.models import RightsRequest, RightsStep
from dangol.platform.people.seeing import check_rights, seen_person


def export_of(viewer: Viewer, person_id: int) -> bytes:
    """Everything about one person as a zip archive (JSON and CSV)."""
    if not (viewer.may("export") or viewer.may("handle_rights_requests")):
        raise NotAllowedError("export")
    number = seen_person(viewer, person_id).pk
    made = archive_of(viewer, number)
    audit.record(viewer, "people.exported", f"person {number}", bytes=len(made))
    return made


def export_for_request(viewer: Viewer, request_id: int) -> bytes:
    """The archive that answers a request for access; only when it is established who asks."""
    check_rights(viewer)
    row = RightsRequest.objects.filter(pk=request_id).first()
    if row is None:
        raise NotThereError(Said("request", "요청"), request_id)
    check_identified(row)
    made = export_of(viewer, int(row.person_id or 0))
    with transaction.atomic():
        RightsStep.objects.create(
            request=row,
            step="exported",
            made_by=viewer.name[:200],
            made_at=clock.now(),
            counts={"bytes": len(made)},
        )
    return made


def record_list_export(viewer: Viewer, what: str, **filters: object) -> None:
    """Note that a list was taken out; refused without the right."""
    if not viewer.may("export"):
        raise NotAllowedError("export")
    audit.record(viewer, "people.list_exported", what, **filters)

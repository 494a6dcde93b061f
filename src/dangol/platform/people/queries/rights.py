"""What did people ask of their data, and until when is it due?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from dangol.core.language import Said
from dangol.platform.kernel import clock
from dangol.platform.kernel.access.refusals import NotThereError
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.models import ErasureCertificate, RightsRequest
from dangol.platform.people.queries.consenting import people_settings
from dangol.platform.people.queries.listing import PersonLine, line_of
from dangol.platform.people.seeing import check_rights, visible_to

OPEN = (RightsRequest.State.RECEIVED, RightsRequest.State.IDENTIFIED, RightsRequest.State.WORKING)


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request in the inbox."""

    id: int
    kind: str
    law: str
    state: str
    person_id: int | None
    requester: str
    received_at: datetime
    due_at: datetime
    days_left: int
    is_overdue: bool
    is_open: bool
    identified_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepLine:
    """One thing that was done about a request."""

    step: str
    made_by: str
    made_at: datetime
    counts: dict[str, int]
    note: str


@dataclass(frozen=True, slots=True)
class CertificateView:
    """What was erased where."""

    person_hash: str
    counts: dict[str, int]
    kept: list[str]
    made_at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request with its steps and, after an erasure, its certificate."""

    line: RequestLine
    message: str
    identity_proof: str
    identified_by: str
    answer: str
    steps: list[StepLine]
    certificate: CertificateView | None


def requests(viewer: Viewer, *, is_open: bool | None = None, limit: int = 200) -> list[RequestLine]:
    """The inbox: what is open first, by when it is due; overdue ones stand on top by themselves."""
    check_rights(viewer)
    rows = RightsRequest.objects.all()
    if is_open is not None:
        rows = rows.filter(state__in=OPEN) if is_open else rows.exclude(state__in=OPEN)
    found = [_line(row) for row in rows.order_by("due_at")[:limit]]
    return sorted(found, key=lambda line: not line.is_open)


def request(viewer: Viewer, request_id: int) -> RequestView:
    """One request."""
    check_rights(viewer)
    row = RightsRequest.objects.filter(pk=request_id).first()
    if row is None:
        raise NotThereError(Said("request", "요청"), request_id)
    steps = [StepLine(s.step, s.made_by, s.made_at, s.counts, s.note) for s in row.steps.all()]
    certificate = ErasureCertificate.objects.filter(request=row).first()
    view = CertificateView(certificate.person_hash, certificate.counts, certificate.kept, certificate.made_at,
                           certificate.digest) if certificate else None  # fmt: skip
    return RequestView(
        _line(row), row.message, row.identity_proof, row.identified_by, row.answer, steps, view
    )


def _line(row: RightsRequest) -> RequestLine:
    due = row.extended_until or row.due_at
    left = due - clock.now()
    is_open = row.state in OPEN
    return RequestLine(
        row.pk, row.kind, row.law, row.state, row.person_id, row.requester, row.received_at, due, left.days,
        is_open and left < timedelta(0), is_open, row.identified_at, row.closed_at,
    )  # fmt: skip


def silent_people(viewer: Viewer, limit: int = 500) -> list[PersonLine]:
    """Who has been silent for longer than the policy keeps people: a list of reminders, nothing is done by itself."""
    check_rights(viewer)
    years = people_settings().retention_years
    if not years:
        return []
    before = clock.now() - timedelta(days=round(365.25 * years))
    silent = Q(last_seen_at__lt=before) | Q(last_seen_at=None, first_seen_at__lt=before)
    rows = visible_to(viewer).filter(silent).select_related("unit").order_by("last_seen_at", "id")
    return [line_of(each) for each in rows[:limit]]

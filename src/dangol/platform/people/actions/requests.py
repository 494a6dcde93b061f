"""How is a request about somebody's data received, checked, answered in time?"""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.platform.kernel import audit, clock, effects
from dangol.platform.kernel.access.refusals import NotThereError
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.consents import add_lines, suppress_address
from dangol.platform.people.models import Consent, Person, RightsRequest, RightsStep, Suppression
from dangol.platform.people.queries.consenting import ANY_CHANNEL, people_settings
from dangol.platform.people.seeing import check_rights, seen_person

PIPA_DAYS: Final = 10
"""PIPA Decree §41④ (access), §43③ (correction, erasure), §44② (stop): within 10 days."""
PIPA_DECISION_DAYS: Final = 30
"""PIPA Decree §44의3: an automated decision is explained within 30 days."""
_STOPPED: Final = {
    RightsRequest.Kind.STOP: ("marketing", "night_marketing", "marketing_profiling"),
    RightsRequest.Kind.OBJECTION: ("marketing_profiling",),
}


def due_of(kind: str, law: str, received_at: datetime) -> datetime:
    """Until when an answer is due: GDPR 12(3) one month; PIPA 10 days, 30 for the explanation of a decision."""
    if law == RightsRequest.Law.GDPR:
        return months_after(received_at, 1)
    days = PIPA_DECISION_DAYS if kind == RightsRequest.Kind.EXPLANATION else PIPA_DAYS
    return received_at + timedelta(days=days)


def months_after(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or its last day where it has no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


@transaction.atomic
def receive_request(
    viewer: Viewer,
    kind: str,
    *,
    requester: str = "",
    person_id: int | None = None,
    message: str = "",
    law: str | None = None,
    received_at: datetime | None = None,
) -> int:
    """Write down that somebody asks something of their data; the clock runs from here. Its number."""
    check_rights(viewer)
    if kind not in RightsRequest.Kind.values:
        raise UnknownNameError(Said("kind of request", "요청 종류"), kind, RightsRequest.Kind.values)
    law = law or people_settings().law
    if law not in RightsRequest.Law.values:
        raise UnknownNameError(Said("law", "법"), law, RightsRequest.Law.values)
    if person_id is not None:
        person_id = seen_person(viewer, person_id).pk
    received_at = received_at or clock.now()
    made = RightsRequest.objects.create(
        kind=kind, law=law, person_id=person_id, requester=requester.strip()[:320], message=message.strip()[:10_000],
        received_at=received_at, due_at=due_of(kind, law, received_at),
    )  # fmt: skip
    _step(viewer, made, "received")
    audit.record(viewer, "rights.received", f"request {made.pk}", kind=kind, law=law)
    return made.pk


@transaction.atomic
def identify_requester(viewer: Viewer, request_id: int, person_id: int, proof: str) -> None:
    """Say who asks and how that was checked (PIPA Decree §46); nothing is handed out or erased before."""
    row = _open(viewer, request_id)
    person = seen_person(viewer, person_id)
    if not proof.strip():
        raise RequestError(
            Said("The requester's identity was to be noted.", "요청자의 본인 확인을 기록하려고 했습니다."),
            Said("It is not said how it was checked.", "어떻게 확인했는지 적혀 있지 않습니다."),
            Said(
                "Write for example: answered from the registered e-mail address.",
                "예: 등록된 이메일 주소로 회신을 받음.",
            ),
        )
    row.person_id, row.identity_proof = person.pk, proof.strip()[:300]
    row.identified_by, row.identified_at = viewer.name[:200], clock.now()
    row.state = RightsRequest.State.IDENTIFIED
    row.save()
    _step(viewer, row, "identified")
    audit.record(viewer, "rights.identified", f"request {row.pk}", person=person.pk)


@transaction.atomic
def begin_erasure(viewer: Viewer, request_id: int) -> None:
    """Let the person of an identified request be erased; a worker does it, and can be stopped in between."""
    row = _open(viewer, request_id)
    check_identified(row)
    if row.kind != RightsRequest.Kind.ERASURE:
        raise RequestError(
            Said(f"Request {row.pk} was to be carried out as an erasure.", f"요청 {row.pk}을(를) 삭제로 처리하려고 했습니다."),
            Said(f"It asks for something else: {row.kind}.", f"다른 종류의 요청입니다: {row.kind}."),
            Said("Receive a request for erasure.", "삭제 요청을 접수하십시오."),
        )  # fmt: skip
    RightsRequest.objects.filter(pk=row.pk).update(state=RightsRequest.State.WORKING)
    effects.plan("people.erase", f"people.erase:{row.pk}", {"request_id": row.pk})
    _step(viewer, row, "erasure_begun")
    audit.record(viewer, "rights.erasure_begun", f"request {row.pk}", person=row.person_id)


def check_identified(row: RightsRequest) -> None:
    """Refuse what must not happen before it is known who asks."""
    if row.identified_at is None or row.person_id is None:
        raise RequestError(
            Said(f"Request {row.pk} was to be carried out.", f"요청 {row.pk}을(를) 처리하려고 했습니다."),
            Said("It is not established who asks.", "누가 요청했는지 확인되지 않았습니다."),
            Said("Check their identity first and note how.", "먼저 본인 확인을 하고 방법을 적으십시오."),
        )


@transaction.atomic
def extend_request(viewer: Viewer, request_id: int, until: datetime, reason: str) -> None:
    """Take more time, with a reason that the requester is told (GDPR 12(3): two further months at most)."""
    row = _open(viewer, request_id)
    latest = (
        months_after(row.due_at, 2) if row.law == RightsRequest.Law.GDPR else row.due_at + timedelta(days=60)
    )
    if not (row.due_at < until <= latest and reason.strip()):
        raise RequestError(
            Said(f"Request {row.pk} was to be extended.", f"요청 {row.pk}의 기한을 늘리려고 했습니다."),
            Said("The date or the reason will not do.", "날짜나 사유가 맞지 않습니다."),
            Said(f"Give a reason and a day up to {latest:%Y-%m-%d}.", f"사유와 {latest:%Y-%m-%d}까지의 날짜를 주십시오."),
        )  # fmt: skip
    row.extended_until = until
    row.save(update_fields=["extended_until"])
    _step(viewer, row, "extended", reason.strip())
    audit.record(viewer, "rights.extended", f"request {row.pk}", until=until)


@transaction.atomic
def close_request(viewer: Viewer, request_id: int, answer: str, *, is_refused: bool = False) -> None:
    """Answer a request. To stop processing or profiling is carried out by this; a refusal needs its reason."""
    row = _open(viewer, request_id)
    if is_refused and not answer.strip():
        raise RequestError(
            Said(f"Request {row.pk} was to be refused.", f"요청 {row.pk}을(를) 거절하려고 했습니다."),
            Said("There is no reason.", "사유가 없습니다."),
            Said("Write the reason that the requester is told.", "요청자에게 알릴 사유를 쓰십시오."),
        )
    if not is_refused:
        check_identified(row)
        _check_not_erasure(row)
        _stop(viewer, row)
    row.state = RightsRequest.State.REFUSED if is_refused else RightsRequest.State.DONE
    row.answer, row.closed_at = answer.strip()[:10_000], clock.now()
    row.save()
    _step(viewer, row, "refused" if is_refused else "answered")
    audit.record(viewer, "rights.closed", f"request {row.pk}", state=row.state)


def _check_not_erasure(row: RightsRequest) -> None:
    if row.kind == RightsRequest.Kind.ERASURE:
        raise RequestError(
            Said(f"Request {row.pk} was to be closed as done.", f"요청 {row.pk}을(를) 완료로 닫으려고 했습니다."),
            Said("It asks for erasure, and nothing is erased yet.", "삭제 요청이며, 아직 삭제되지 않았습니다."),
            Said("Begin the erasure; it closes by itself with a certificate.", "삭제를 시작하십시오. 끝나면 확인서와 함께 저절로 닫힙니다."),
        )  # fmt: skip


def _stop(viewer: Viewer, row: RightsRequest) -> None:
    """PIPA §37, GDPR 21(2)-(3): no more advertising, or no more profiling for it, on any channel."""
    purposes = _STOPPED.get(RightsRequest.Kind(row.kind), ())
    person = Person.objects.get(pk=row.person_id or 0)
    now = clock.now()
    add_lines([
        Consent(
            person_id=person.pk, channel=ANY_CHANNEL, purpose=purpose, state=Consent.State.WITHDRAWN,
            source=f"rights request {row.pk}", proof={"entered_by": viewer.name}, happened_at=now, recorded_at=now,
        )
        for purpose in purposes
    ])  # fmt: skip
    if row.kind == RightsRequest.Kind.STOP:
        for channel, address in (("email", person.email), ("sms", person.phone)):
            if address:
                told: dict[str, Any] = {"reason": "stop_processing", "scope": Suppression.Scope.MARKETING}
                suppress_address(channel, address, made_by=viewer.name, **told)


def _open(viewer: Viewer, request_id: int) -> RightsRequest:
    check_rights(viewer)
    row = RightsRequest.objects.select_for_update().filter(pk=request_id).first()
    if row is None:
        raise NotThereError(Said("request", "요청"), request_id)
    if row.closed_at is not None or row.state == RightsRequest.State.WORKING:
        raise RequestError(
            Said(f"Request {row.pk} was to be changed.", f"요청 {row.pk}을(를) 바꾸려고 했습니다."),
            Said(f"It is {row.state} already.", f"이미 처리 중이거나 끝났습니다: {row.state}."),
            Said("Receive a new request.", "새 요청을 접수하십시오."),
        )
    return row


def _step(viewer: Viewer, row: RightsRequest, step: str, note: str = "") -> None:
    RightsStep.objects.create(
        request=row, step=step, made_by=viewer.name[:200], made_at=clock.now(), note=note
    )

"""What do people ask of their data? Requests under PIPA and GDPR over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from dangol.platform.people import actions, queries
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import Id
from dangol.platform.web.api.people import Made, Number

router = Router()
RIGHT = "handle_rights_requests"


class Line(Schema):
    """One request."""

    id: int
    kind: str
    law: str
    state: str
    person_id: int | None = None
    requester: str
    received_at: datetime
    due_at: datetime
    is_overdue: bool
    is_open: bool
    closed_at: datetime | None = None


class Step(Schema):
    """One thing that was done."""

    step: str
    made_by: str
    made_at: datetime
    counts: dict[str, int]


class Certificate(Schema):
    """What was erased where."""

    person_hash: str
    counts: dict[str, int]
    kept: list[str]
    made_at: datetime
    digest: str


class Whole(Schema):
    """One request with its steps."""

    line: Line
    message: str
    identity_proof: str
    answer: str
    steps: list[Step]
    certificate: Certificate | None = None


class Asked(Schema):
    """What somebody asks."""

    kind: str = Field(
        max_length=20,
        examples=["erasure"],
        description="access, correction, erasure, stop_processing, objection or explanation",
    )
    requester: str = Field("", max_length=320)
    message: str = Field("", max_length=10_000)
    law: str | None = Field(None, max_length=10, description="pipa or gdpr; null: as the policy says")
    person_id: Number | None = None


class Identity(Schema):
    """Who asks, and how that was checked."""

    person_id: Number
    proof: str = Field(min_length=1, max_length=300)


class Answer(Schema):
    """What they are told."""

    answer: str = Field("", max_length=10_000)
    is_refused: bool = False


@router.get("", response=list[Line], summary="The inbox of requests")
@needs(RIGHT)
def requests(request: HttpRequest, is_open: Annotated[bool | None, Query()] = None) -> Any:
    """Open ones first, by when they are due."""
    return queries.requests(caller(request), is_open=is_open)


@router.post("", response={201: Made}, summary="Receive a request")
@needs(RIGHT)
def receive(request: HttpRequest, told: Asked) -> Any:
    """The clock runs from now."""
    return Status(201, {"id": actions.receive_request(caller(request), **told.dict())})


@router.get("{request_id}/", response=Whole, summary="One request")
@needs(RIGHT)
def one(request: HttpRequest, request_id: Id) -> Any:
    """With its steps and, after an erasure, its certificate."""
    return queries.request(caller(request), request_id)


@router.post("{request_id}/identity/", response={204: None}, summary="Note who asks")
@needs(RIGHT)
def identify(request: HttpRequest, request_id: Id, told: Identity) -> Any:
    """Nothing is handed out or erased before."""
    actions.identify_requester(caller(request), request_id, told.person_id, told.proof)
    return Status(204, None)


@router.post("{request_id}/erasure/", response={202: None}, summary="Erase the person of a request")
@needs(RIGHT)
def erase(request: HttpRequest, request_id: Id) -> Any:
    """A worker does it; the request closes with a certificate."""
    actions.begin_erasure(caller(request), request_id)
    return Status(202, None)


@router.post("{request_id}/answer/", response={204: None}, summary="Answer a request")
@needs(RIGHT)
def close(request: HttpRequest, request_id: Id, told: Answer) -> Any:
    """To stop processing or profiling is carried out by this."""
    actions.close_request(caller(request), request_id, told.answer, is_refused=told.is_refused)
    return Status(204, None)

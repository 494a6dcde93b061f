"""What did people agree to, and may they be contacted? Consent over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from dangol.platform.kernel import clock
from dangol.platform.people import actions, queries
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import Id
from dangol.platform.web.api.people import Made

router = Router()


class Line(Schema):
    """One line of the ledger."""

    id: int
    channel: str
    purpose: str
    state: str = Field(description="given, refused or withdrawn")
    basis: str = Field(description="opt_in or transaction_until")
    valid_until: datetime | None = None
    source: str
    wording: str
    version: int | None = None
    proof: dict[str, Any]
    happened_at: datetime
    recorded_at: datetime


class Told(Schema):
    """What a person said."""

    channel: str = Field(max_length=40, examples=["email"])
    purpose: str = Field(max_length=60, examples=["marketing"])
    state: str = Field(max_length=10, examples=["given"])
    basis: str = Field("opt_in", max_length=20)
    valid_until: datetime | None = None
    document: str = Field("", max_length=300, description="Where the proof lies")


class Verdict(Schema):
    """Whether somebody may be contacted, and why."""

    is_allowed: bool
    reason: str


class Address(Schema):
    """An address that is not to be written to."""

    channel: str = Field(max_length=40, examples=["email"])
    address: str = Field(min_length=1, max_length=320)
    scope: str = Field("marketing", max_length=10, description="marketing or all")


class Wording(Schema):
    """One version of a wording."""

    id: int
    purpose: str
    language: str
    version: int
    text: str
    made_by: str
    made_at: datetime


@router.get("texts/", response=list[Wording], summary="The wordings that people agree to")
@needs("see_people")
def texts(request: HttpRequest) -> Any:
    """Every version, the newest of each purpose first."""
    return queries.consent_texts(caller(request))


@router.get("people/{person_id}/", response=list[Line], summary="A customer's consent ledger")
@needs("see_people")
def ledger(request: HttpRequest, person_id: Id) -> Any:
    """Every word, newest first, with wording and proof."""
    return queries.consents_of(caller(request), person_id)


@router.post("people/{person_id}/", response={201: Made}, summary="Write down what a customer said")
@needs("edit_people")
def record(request: HttpRequest, person_id: Id, told: Told) -> Any:
    """A new line; lines are never changed."""
    return Status(201, {"id": actions.record_consent(caller(request), person_id, **told.dict())})


@router.get("people/{person_id}/verdict/", response=Verdict, summary="May a customer be contacted?")
@needs("see_people")
def may_contact(
    request: HttpRequest,
    person_id: Id,
    channel: Annotated[str, Query(max_length=40)] = "email",
    purpose: Annotated[str, Query(max_length=60)] = "marketing",
) -> Any:
    """Now, on this channel, for this purpose."""
    shown = queries.person(caller(request), person_id).line
    return queries.may_contact(shown.id, channel, purpose, clock.now())


@router.post("suppressions/", response={204: None}, summary="Write to an address no more")
@needs("edit_people")
def suppress(request: HttpRequest, told: Address) -> Any:
    """Only a keyed hash of the address is kept."""
    actions.suppress(caller(request), told.channel, told.address, scope=told.scope)
    return Status(204, None)

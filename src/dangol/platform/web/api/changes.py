"""What changed for everybody at once? The log of changes, with designs that are weaker and say so, over REST."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dangol.platform.experiments import actions, queries
from dangol.platform.experiments.actions import Told
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import Id
from dangol.platform.web.viewing import language_of

router = Router()


class Estimate(Schema):
    """What went along with a change. Weaker than an experiment: nobody drew lots."""

    outcome: str
    ruling: str = Field(description="better, worse or no_difference")
    effect: float
    low: float
    high: float
    holds: bool | None = Field(
        description="Whether the data speaks against what the design takes for granted"
    )
    said: str
    notes: list[str]


class Change(Schema):
    """Something that changed."""

    change_id: int
    name: str
    note: str
    why: str = Field(description="Why it could not be drawn by lot")
    changed_on: date
    method: str = Field(description="did: difference in differences; rd: regression discontinuity")
    audience_id: int | None
    outcomes: list[str]
    days: int
    estimates: list[Estimate]
    failure: str | None
    computed_at: datetime | None


class NewChange(Schema):
    """A change and the outcomes that it should move, named up front."""

    name: str = Field(min_length=1, max_length=160)
    changed_on: date
    method: Literal["did", "rd"] = "rd"
    outcomes: list[str] = Field(["active_days"], min_length=1, max_length=6)
    days: int = Field(56, ge=14, le=365)
    audience_id: int | None = Field(None, ge=1, lt=2**63)
    note: str = Field("", max_length=4_000)
    why: str = Field("", max_length=4_000)


@router.get("", response=list[Change], summary="The log of changes")
@needs("see_numbers")
def changes(request: HttpRequest) -> Any:
    """Newest first."""
    return [_told(request, each) for each in queries.changes(caller(request))]


@router.post("", response={201: Change}, summary="Write a change down")
@needs("edit_insight")
def record(request: HttpRequest, given: NewChange) -> Any:
    """The worker estimates what it moved."""
    told = Told(
        name=given.name, changed_on=given.changed_on, method=given.method, outcomes=tuple(given.outcomes),
        days=given.days, audience=given.audience_id, note=given.note, why=given.why,
    )  # fmt: skip
    return Status(201, _one(request, actions.record_change(caller(request), told)))


@router.get("{change_id}/", response=Change, summary="One change")
@needs("see_numbers")
def change(request: HttpRequest, change_id: Id) -> Any:
    """With its estimates."""
    return _one(request, change_id)


@router.delete("{change_id}/", response={204: None}, summary="Take a change out of the log")
@needs("edit_insight")
def forget(request: HttpRequest, change_id: Id) -> Any:
    """As if it had not been written down; the audit trail keeps that it was."""
    actions.forget_change(caller(request), change_id)
    return Status(204, None)


def _one(request: HttpRequest, number: int) -> dict[str, Any]:
    return _told(request, queries.change(caller(request), number))


def _told(request: HttpRequest, each: queries.ChangeView) -> dict[str, Any]:
    language = language_of(request)
    names = ("name", "note", "why", "changed_on", "method", "audience_id", "outcomes", "days", "computed_at")
    return {
        "change_id": each.id,
        "failure": each.failure and each.failure.in_(language),
        "estimates": [
            {**told, "said": told["said"][language], "notes": [note[language] for note in told["notes"]]}
            for told in each.told
        ],
        **{name: getattr(each, name) for name in names},
    }

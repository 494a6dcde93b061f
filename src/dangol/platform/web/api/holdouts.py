"""Who is left alone by every action, or by one? Holdouts over REST, and the question that an action asks first."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from dangol.platform.experiments import actions, queries
from dangol.platform.web.api.doors import caller, needs

router = Router()
Action = Annotated[str, Query(max_length=120, description="Empty: the one of every action")]


class Holdout(Schema):
    """A share of everybody, drawn by one salt."""

    holdout_id: int
    action: str = Field(description="Empty: every action")
    whom: str
    share: float
    exempt_audience_id: int | None
    started_at: datetime
    ended_at: datetime | None
    experiment_id: int | None = Field(description="The readout of what all actions change")


class NewHoldout(Schema):
    """From now on so many are left alone."""

    share: float = Field(gt=0, le=0.5, examples=[0.05])
    action: str = Field("", max_length=120)
    whom: Literal["person", "account"] = "person"
    exempt_audience_id: int | None = Field(None, ge=1, lt=2**63)


class Asked(Schema):
    """Of whom it is asked."""

    person_ids: list[Annotated[int, Field(ge=1, lt=2**63)]] = Field(max_length=1_000)
    action: str = Field("", max_length=120)


class LeftAlone(Schema):
    """Those of them whom no action (or not this one) may reach."""

    person_ids: list[int]


@router.get("", response=list[Holdout], summary="The holdouts")
@needs("see_numbers")
def holdouts(request: HttpRequest) -> Any:
    """Those that hold first; none for who sees some units only."""
    return [_told(each) for each in queries.holdouts(caller(request))]


@router.post("", response={201: list[Holdout]}, summary="Leave a share alone")
@needs("edit_insight")
def hold_out(request: HttpRequest, given: NewHoldout) -> Any:
    """A larger share of the same holdout keeps everybody who is in it."""
    actions.hold_out(
        caller(request), given.share, action=given.action, whom=given.whom, exempt=given.exempt_audience_id
    )
    return Status(201, [_told(each) for each in queries.holdouts(caller(request))])


@router.post("refresh/", response=list[Holdout], summary="Draw others")
@needs("edit_insight")
def refresh(request: HttpRequest, action: Action = "") -> Any:
    """A new salt: others are left alone from now on."""
    actions.refresh_holdout(caller(request), action)
    return [_told(each) for each in queries.holdouts(caller(request))]


@router.delete("", response={204: None}, summary="End a holdout")
@needs("edit_insight")
def end(request: HttpRequest, action: Action = "") -> Any:
    """Nobody is left alone by it any more."""
    actions.end_holdout(caller(request), action)
    return Status(204, None)


@router.post("held_out/", response=LeftAlone, summary="Who of these is left alone?")
@needs("see_people")
def held_out(request: HttpRequest, given: Asked) -> Any:
    """Ask before an action reaches anybody."""
    return {"person_ids": sorted(queries.held_out_of(caller(request), given.person_ids, given.action))}


def _told(each: queries.HoldoutView) -> dict[str, Any]:
    names = ("action", "whom", "share", "started_at", "ended_at", "experiment_id")
    return {
        "holdout_id": each.id,
        "exempt_audience_id": each.exempt_id,
        **{name: getattr(each, name) for name in names},
    }

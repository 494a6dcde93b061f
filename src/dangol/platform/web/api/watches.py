"""Which numbers are watched, and which have crossed their line? Over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dangol.platform.insight import actions, watching
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import Id

router = Router()


class Watch(Schema):
    """One watched number."""

    watch_id: int
    name: str
    metric: str
    column: str
    side: str = Field(description="On which side of the line it is wrong: above or below")
    line: float
    span: str
    segment: str
    owner_id: int | None = Field(description="null: everybody who edits metrics is told")
    is_crossed: bool | None = Field(description="null: not known yet")
    value: float | None
    looked_at: datetime | None
    crossed_at: datetime | None


class NewWatch(Schema):
    """What shall be watched."""

    name: str = Field(min_length=1, max_length=120)
    metric: str = Field(max_length=80)
    column: str = Field(max_length=60)
    side: Literal["above", "below"]
    line: float
    span: str = Field("", max_length=40)
    segment: str = Field("", max_length=4_000)
    owner_id: int | None = Field(None, ge=1, lt=2**63)


class Made(Schema):
    """The number of what was made."""

    watch_id: int


@router.get("", response=list[Watch], summary="The watched numbers")
@needs("see_numbers")
def every(request: HttpRequest) -> Any:
    """Those that are crossed first; none for callers of some units."""
    names = [name for name in Watch.model_fields if name != "watch_id"]
    return [
        {"watch_id": each.id, **{name: getattr(each, name) for name in names}}
        for each in watching.watches(caller(request))
    ]


@router.post("", response={201: Made}, summary="Watch a number")
@needs("edit_insight")
def create(request: HttpRequest, given: NewWatch) -> Any:
    """Its owner is told when it crosses the line."""
    made = actions.watch(
        caller(request), given.name, given.metric, given.column, given.side, given.line, span=given.span,
        segment=given.segment, owner=given.owner_id,
    )  # fmt: skip
    return Status(201, {"watch_id": made})


@router.delete("{watch_id}/", response={204: None}, summary="Watch a number no more")
@needs("edit_insight")
def delete(request: HttpRequest, watch_id: Id) -> Any:
    """The number itself stays."""
    actions.stop_watching(caller(request), watch_id)
    return Status(204, None)

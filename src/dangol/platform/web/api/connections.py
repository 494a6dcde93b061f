"""What is read again and again? Databases and folders over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dangol.platform.log.imports import connections as doors
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import Id

router = Router()


class Connection(Schema):
    """A place that is read on a schedule; its password is never told."""

    id: int
    name: str
    kind: str
    address: str
    query: str
    incremental: str
    noun: str
    mapping: dict[str, str]
    every_minutes: int
    is_live: bool
    next_run_at: datetime
    last_run_at: datetime | None = None
    error: dict[str, str] | None = None
    paused_at: datetime | None = None


class NewConnection(Schema):
    """What to read, and how often."""

    name: str = Field(min_length=1, max_length=120)
    kind: Literal["database", "folder"]
    address: str = Field(max_length=2000, examples=["postgresql://reader:password@db.example.com/shop"])
    query: str = Field("", max_length=20_000, description="Of a database: a table, or a SELECT")
    incremental: str = Field("", max_length=120, description="A column that only grows")
    noun: str = Field("", max_length=20)
    mapping: dict[str, str] = Field(default_factory=dict)
    every_minutes: int = Field(60, ge=doors.SHORTEST_MINUTES, le=100_000)
    is_live: bool = False


class Pause(Schema):
    """Whether it rests."""

    is_paused: bool


@router.get("", response=list[Connection], summary="The connections")
@needs("bring_data")
def connections(request: HttpRequest) -> Any:
    """By name."""
    return doors.connections(caller(request))


@router.post("", response={201: Connection}, summary="Connect a database or a folder")
@needs("administer")
def connect(request: HttpRequest, given: NewConnection) -> Any:
    """It is read at once for the first time."""
    return Status(201, doors.connect(caller(request), **given.model_dump()))


@router.get("{connection_id}/", response=Connection, summary="One connection")
@needs("bring_data")
def one(request: HttpRequest, connection_id: Id) -> Any:
    """With its last run."""
    return doors.connection(caller(request), connection_id)


@router.post("{connection_id}/run/", response=Connection, summary="Read it now")
@needs("bring_data")
def run(request: HttpRequest, connection_id: Id) -> Any:
    """The worker does it."""
    return doors.run_now(caller(request), connection_id)


@router.put("{connection_id}/pause/", response=Connection, summary="Stop reading it, or go on")
@needs("bring_data")
def pause(request: HttpRequest, connection_id: Id, given: Pause) -> Any:
    """What it brought stays."""
    return doors.pause(caller(request), connection_id, is_paused=given.is_paused)


@router.delete("{connection_id}/", response={204: None}, summary="Remove it and forget its address")
@needs("administer")
def remove(request: HttpRequest, connection_id: Id) -> Any:
    """What it brought stays."""
    doors.remove(caller(request), connection_id)
    return Status(204, None)

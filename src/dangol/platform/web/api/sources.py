"""Which programs may bring events? Their keys, origins and secrets, over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dangol.platform.log import actions, queries
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import Id

router = Router()


class Source(Schema):
    """Where events come from."""

    id: int
    name: str
    kind: str = Field(examples=["server"], description="server, browser, webhook, import or internal")
    write_key: str
    allowed_origins: list[str]
    has_signing_secret: bool
    created_at: datetime
    revoked_at: datetime | None = None


class NewSource(Schema):
    """What shall bring events."""

    name: str = Field(min_length=1, max_length=120, examples=["Shop server"])
    kind: str = Field(examples=["server"])
    allowed_origins: list[str] = Field([], max_length=100, examples=[["https://shop.example.com"]])


class Change(Schema):
    """What shall be different; what is left out stays."""

    name: str | None = Field(None, max_length=120)
    allowed_origins: list[str] | None = Field(None, max_length=100)


class Overlap(Schema):
    """How long the old key still opens."""

    overlap_hours: int = Field(24, ge=0, le=720)


class Key(Schema):
    """A new write key."""

    write_key: str


class Secret(Schema):
    """A new signing secret, shown this once."""

    secret: str


@router.get("", response=list[Source], summary="The sources")
@needs("bring_data")
def sources(request: HttpRequest, with_revoked: bool = False) -> Any:
    """In the order of their names."""
    return queries.sources(caller(request), with_revoked=with_revoked)


@router.post("", response={201: Source}, summary="Make a source")
@needs("bring_data")
def make(request: HttpRequest, given: NewSource) -> Any:
    """It has a write key at once."""
    return Status(201, actions.make_source(caller(request), given.name, given.kind, given.allowed_origins))


@router.get("{source_id}/", response=Source, summary="One source")
@needs("bring_data")
def source(request: HttpRequest, source_id: Id) -> Any:
    """With its key, without its secret."""
    return queries.source(caller(request), source_id)


@router.patch("{source_id}/", response=Source, summary="Change a source")
@needs("bring_data")
def change(request: HttpRequest, source_id: Id, given: Change) -> Any:
    """Its name, its allowed origins."""
    viewer = caller(request)
    if given.name is not None:
        actions.rename_source(viewer, source_id, given.name)
    if given.allowed_origins is not None:
        actions.allow_origins(viewer, source_id, given.allowed_origins)
    return queries.source(viewer, source_id)


@router.delete("{source_id}/", response={204: None}, summary="Close a source")
@needs("administer")
def revoke(request: HttpRequest, source_id: Id) -> Any:
    """Its keys open nothing any more; its events stay."""
    actions.revoke_source(caller(request), source_id)
    return Status(204, None)


@router.post("{source_id}/rotate/", response=Key, summary="Make a new write key")
@needs("administer")
def rotate(request: HttpRequest, source_id: Id, given: Overlap) -> Any:
    """The old one opens for some more hours."""
    return {"write_key": actions.rotate_key(caller(request), source_id, overlap_hours=given.overlap_hours)}


@router.post("{source_id}/secret/", response=Secret, summary="Make a new signing secret")
@needs("administer")
def secret(request: HttpRequest, source_id: Id) -> Any:
    """The one before it is worth nothing any more."""
    return {"secret": actions.make_signing_secret(caller(request), source_id)}

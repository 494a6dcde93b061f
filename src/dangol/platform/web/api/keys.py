"""Which programs may come in? API keys over REST; write keys for events belong to the room of the log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dangol.platform.kernel.access import actions, queries
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import Id

router = Router()


class ApiKey(Schema):
    """A key without its secret."""

    key_id: int
    name: str
    prefix: str = Field(examples=["dk_Ab3dE9"])
    role: str
    scopes: list[str] = Field(description="The rights it is narrowed to; empty: all of its role")
    unit_id: int | None = None
    unit_name: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    state: str = Field(examples=["valid"], description="valid, expired or revoked")


class NewKey(Schema):
    """What a key shall be for."""

    name: str = Field(min_length=1, max_length=120, examples=["Nightly export"])
    role: str = Field(examples=["analyst"])
    scopes: list[str] = Field([], max_length=50, examples=[["see_numbers", "export"]])
    unit_id: int | None = Field(None, ge=1, lt=2**63)
    days: int | None = Field(365, ge=1, le=730, description="null: no end")


class Secret(Schema):
    """A fresh key; the secret is shown this once."""

    key_id: int
    secret: str = Field(examples=["dk_..."])


@router.get("", response=list[ApiKey], summary="The API keys")
@needs("administer")
def keys(request: HttpRequest) -> Any:
    """Newest first, ended and revoked ones included."""
    return queries.keys(caller(request))


@router.post("", response={201: Secret}, summary="Make a key")
@needs("administer")
def create(request: HttpRequest, given: NewKey) -> Any:
    """A key holds no more than its maker does, and ends with its maker's membership."""
    told = given.dict()
    return Status(201, actions.create_key(caller(request), told.pop("name"), told.pop("role"), **told))


@router.delete("{key_id}/", response={204: None}, summary="Revoke a key")
@needs("administer")
def revoke(request: HttpRequest, key_id: Id) -> Any:
    """It opens nothing from this moment on."""
    actions.revoke_key(caller(request), key_id)
    return Status(204, None)

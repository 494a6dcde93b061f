"""Who works here? Members, units and invitations over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dangol.platform.kernel.access import actions, queries
from dangol.platform.kernel.access.granting import MEMBER
from dangol.platform.kernel.access.refusals import NotThereError
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import Id

router = Router()
Role = Field(examples=["analyst"], description="owner, admin, analyst, marketer, agent or viewer")


class Member(Schema):
    """Somebody of the team."""

    user_id: int
    email: str
    name: str
    role: str
    units: list[int] | None = Field(None, description="null: the whole business")
    unit_names: list[str]
    is_active: bool
    has_second_factor: bool
    last_signed_in_at: datetime | None = None


class Place(Schema):
    """A role over the whole business, or over some units."""

    role: str = Role
    units: list[int] | None = Field(None, description="null: the whole business", max_length=1000)


class Unit(Schema):
    """A team, store or region."""

    unit_id: int
    name: str
    slug: str
    member_count: int


class UnitName(Schema):
    """What a unit is called."""

    name: str = Field(min_length=1, max_length=120, examples=["Gangnam store"])


class Invitation(Schema):
    """An invitation that waits."""

    invitation_id: int
    email: str
    role: str
    unit_id: int | None = None
    unit_name: str
    invited_by: str
    created_at: datetime
    expires_at: datetime
    is_expired: bool


class Invite(Schema):
    """Whom to invite, as what."""

    email: str = Field(max_length=254, examples=["ann@example.com"])
    role: str = Role
    unit_id: int | None = Field(None, ge=1, lt=2**63)


class Link(Schema):
    """A fresh invitation; the link is shown this once."""

    invitation_id: int
    email: str
    link: str


@router.get("members/", response=list[Member], summary="The team")
@needs("administer")
def members(request: HttpRequest) -> Any:
    """Everybody, or whoever belongs to the caller's units."""
    return queries.members(caller(request))


@router.get("members/{user_id}/", response=Member, summary="One member")
@needs("administer")
def member(request: HttpRequest, user_id: Id) -> Any:
    """One of the team, where the caller may see them."""
    found = queries.member(caller(request), user_id)
    if found is None:
        raise NotThereError(MEMBER, user_id)
    return found


@router.put("members/{user_id}/", response={204: None}, summary="Change a member's role or units")
@needs("administer")
def change_member(request: HttpRequest, user_id: Id, given: Place) -> Any:
    """Nobody gives more than they hold; the last owner stays one."""
    actions.change_role(caller(request), user_id, given.role, unit_ids=given.units)
    return Status(204, None)


@router.delete("members/{user_id}/", response={204: None}, summary="Remove a member")
@needs("administer")
def remove_member(request: HttpRequest, user_id: Id) -> Any:
    """Ends their sessions and the keys that they made."""
    actions.remove(caller(request), user_id)
    return Status(204, None)


@router.get("units/", response=list[Unit], summary="The units")
@needs("administer")
def units(request: HttpRequest) -> Any:
    """The units that the caller may see."""
    return queries.units(caller(request))


@router.post("units/", response={201: Unit}, summary="Make a unit")
@needs("administer")
def create_unit(request: HttpRequest, given: UnitName) -> Any:
    """Only who administers the whole business makes one."""
    made = actions.create_unit(caller(request), given.name)
    return Status(201, next(unit for unit in queries.units(caller(request)) if unit.unit_id == made))


@router.put("units/{unit_id}/", response={204: None}, summary="Rename a unit")
@needs("administer")
def rename_unit(request: HttpRequest, unit_id: Id, given: UnitName) -> Any:
    """Its address stays."""
    actions.rename_unit(caller(request), unit_id, given.name)
    return Status(204, None)


@router.delete("units/{unit_id}/", response={204: None}, summary="Delete an empty unit")
@needs("administer")
def delete_unit(request: HttpRequest, unit_id: Id) -> Any:
    """Refused while it has members."""
    actions.delete_unit(caller(request), unit_id)
    return Status(204, None)


@router.get("invitations/", response=list[Invitation], summary="The invitations that wait")
@needs("administer")
def invitations(request: HttpRequest) -> Any:
    """Newest first; their links are not kept."""
    return queries.invitations(caller(request))


@router.post("invitations/", response={201: Link}, summary="Invite somebody")
@needs("administer")
def invite(request: HttpRequest, given: Invite) -> Any:
    """The link works once, for a week. An open invitation of the same address is replaced."""
    return Status(201, _link(actions.invite(caller(request), given.email, given.role, unit_id=given.unit_id)))


@router.post("invitations/{invitation_id}/resend/", response=Link, summary="Make a new link")
@needs("administer")
def resend(request: HttpRequest, invitation_id: Id) -> Any:
    """The link before no longer works."""
    return _link(actions.resend(caller(request), invitation_id))


@router.delete("invitations/{invitation_id}/", response={204: None}, summary="Withdraw an invitation")
@needs("administer")
def withdraw(request: HttpRequest, invitation_id: Id) -> Any:
    """The link no longer works."""
    actions.revoke_invitation(caller(request), invitation_id)
    return Status(204, None)


def _link(invited: actions.Invited) -> dict[str, Any]:
    link = f"{settings.BASE_URL}/join/{invited.token}/"
    return {"invitation_id": invited.invitation_id, "email": invited.email, "link": link}

"""Who am I to this API? The caller's role, reach and rights, and what they chose for themselves."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from dangol.platform.kernel.access import actions, queries
from dangol.platform.kernel.access.granting import MEMBER
from dangol.platform.kernel.access.refusals import NotThereError
from dangol.platform.kernel.access.viewer import RIGHTS, Viewer
from dangol.platform.web.api.doors import caller

router = Router()


class Me(Schema):
    """The caller."""

    name: str
    role: str
    units: list[int] | None = Field(None, description="The units it is limited to; null: the whole business")
    rights: list[str]
    user_id: int | None = Field(None, description="null for a key")
    email: str | None = None
    language: str | None = None
    time_zone: str | None = None
    theme: str | None = None


class Profile(Schema):
    """What everybody may change about themselves."""

    name: str = Field(max_length=120)
    language: Literal["", "en", "ko"] = Field("", description="Empty: as the browser says")
    theme: Literal["auto", "light", "dark"] = "auto"
    time_zone: str = Field(
        "", max_length=64, description="Empty: as the business has it", examples=["Asia/Seoul"]
    )


@router.get("", response=Me, summary="Who am I?")
def me(request: HttpRequest) -> dict[str, Any]:
    """The caller's name, role, reach and rights."""
    return _told(caller(request))


@router.put("", response=Me, summary="Change my profile")
def change(request: HttpRequest, given: Profile) -> dict[str, Any]:
    """Name, language, theme and time zone of the signed-in user; a key has no profile (404)."""
    viewer = caller(request)
    if viewer.user_id is None:
        raise NotThereError(MEMBER, viewer.name)
    actions.change_profile(viewer, **given.dict())
    return _told(queries.viewer_of_user(viewer.user_id) or viewer)


def _told(viewer: Viewer) -> dict[str, Any]:
    user = queries.user_of(viewer.user_id) if viewer.user_id is not None else None
    own = {name: getattr(user, name) for name in ("email", "language", "time_zone", "theme")} if user else {}
    return {
        "name": viewer.name,
        "role": viewer.role,
        "units": None if viewer.units is None else sorted(viewer.units),
        "rights": [right for right in RIGHTS if viewer.may(right)],
        "user_id": viewer.user_id,
        **own,
    }

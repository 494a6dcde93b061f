"""Who works here? Members, units and invitations."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from dangol.core.language import Said
from dangol.platform.kernel.access import actions, queries
from dangol.platform.kernel.access.roles import Role
from dangol.platform.web.deeds import Deed, do, number, reader
from dangol.platform.web.entrance.letters import send_invitation
from dangol.platform.web.pages.registry import page
from dangol.platform.web.templatetags.frame import ROLES

WHOLE: Final = Said("Whole business", "전체")


@page("settings/team", name="team", right="administer", rail=("settings", Said("Team", "팀")), order=20)
def team(request: HttpRequest) -> HttpResponseBase:
    """The team, its units and the invitations that wait."""
    if request.method == "POST":
        return do(request, DEEDS, back="/settings/team", guarded=GUARDED)
    return render(request, "settings/team.html", _shown(request))


def _shown(request: HttpRequest, **more: Any) -> dict[str, Any]:
    viewer = reader(request)
    units = queries.units(viewer)
    whole = [("", WHOLE)] if viewer.units is None else []
    return {
        "members": queries.members(viewer),
        "units": units,
        "invitations": queries.invitations(viewer),
        "roles": [(role, ROLES[role]) for role in Role.values if role != Role.OWNER or viewer.may("own")],
        "places": [*whole, *((unit.unit_id, unit.name) for unit in units)],
        "sees_whole": viewer.units is None,
        **more,
    }


def _place(request: HttpRequest) -> list[int] | None:
    chosen = [each for each in request.POST.getlist("units") if each]
    return [int(each) for each in chosen if each.isascii() and each.isdigit() and len(each) < 19] or None


def _invite(request: HttpRequest) -> HttpResponseBase:
    place = _place(request)
    told = request.POST.get("email", ""), request.POST.get("role", "")
    made = actions.invite(reader(request), *told, unit_id=place[0] if place else None)
    return _link(request, made)


def _resend(request: HttpRequest) -> HttpResponseBase:
    return _link(request, actions.resend(reader(request), number(request, "invitation_id")))


def _link(request: HttpRequest, made: actions.Invited) -> HttpResponseBase:
    """The page with the link, which is shown this once."""
    link = f"{settings.BASE_URL}/join/{made.token}/"
    is_sent = send_invitation(made, link)
    return render(request, "settings/team.html", _shown(request, link=link, to=made.email, is_sent=is_sent))


def _withdraw(request: HttpRequest) -> Said:
    actions.revoke_invitation(reader(request), number(request, "invitation_id"))
    return Said("The invitation is withdrawn.", "초대를 거두었습니다.")


def _change_role(request: HttpRequest) -> Said:
    role = request.POST.get("role", "")
    actions.change_role(reader(request), number(request, "user_id"), role, unit_ids=_place(request))
    return Said("The role is changed.", "역할을 바꾸었습니다.")


def _remove(request: HttpRequest) -> Said:
    actions.remove(reader(request), number(request, "user_id"))
    return Said("They are no longer of the team.", "팀에서 내보냈습니다.")


def _switch(request: HttpRequest) -> Said:
    user_id = number(request, "user_id")
    if request.POST.get("is_active") == "1":
        actions.reactivate(reader(request), user_id)
        return Said("They can sign in again.", "다시 로그인할 수 있습니다.")
    actions.deactivate(reader(request), user_id)
    return Said("They are locked out.", "로그인할 수 없게 했습니다.")


def _reset_second_factor(request: HttpRequest) -> Said:
    actions.reset_second_factor(reader(request), number(request, "user_id"))
    return Said("Their second factor is taken away.", "이중 인증을 해제했습니다.")


def _create_unit(request: HttpRequest) -> Said:
    actions.create_unit(reader(request), request.POST.get("name", ""))
    return Said("The unit is made.", "조직을 만들었습니다.")


def _rename_unit(request: HttpRequest) -> Said:
    actions.rename_unit(reader(request), number(request, "unit_id"), request.POST.get("name", ""))
    return Said("The unit is renamed.", "조직 이름을 바꾸었습니다.")


def _delete_unit(request: HttpRequest) -> Said:
    actions.delete_unit(reader(request), number(request, "unit_id"))
    return Said("The unit is deleted.", "조직을 지웠습니다.")


DEEDS: Final[dict[str, Deed]] = {
    "invite": _invite,
    "resend": _resend,
    "withdraw": _withdraw,
    "change_role": _change_role,
    "remove": _remove,
    "switch": _switch,
    "reset_second_factor": _reset_second_factor,
    "create_unit": _create_unit,
    "rename_unit": _rename_unit,
    "delete_unit": _delete_unit,
}
GUARDED: Final = frozenset({"invite", "resend", "change_role", "remove", "switch", "reset_second_factor"})

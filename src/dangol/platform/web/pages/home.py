"""How is the business doing? The page that opens first: a sentence, the numbers that count, and where it leaks."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from dangol.core.language import Said
from dangol.platform.insight import actions
from dangol.platform.insight.home import Home, home
from dangol.platform.kernel.access.queries import members
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.web.home import months_picture, told
from dangol.platform.web.pages.registry import page, rail_for
from dangol.platform.web.viewing import present_viewer

HOME: Final = Said("Home", "홈")


@page("", name="home", right="see_numbers", rail=("home", HOME))
def opening(request: HttpRequest) -> HttpResponse:
    """The opening page; `?by=` chooses how the holes of the bucket are told apart."""
    viewer = present_viewer(request)
    found = home(viewer, request.GET.get("by", ""))
    if found.kept is None and found.bucket is None and all(each.value is None for each in found.figures):
        return render(request, "home/empty.html", {"data_href": _data(viewer), "missing": found.missing})
    return render(request, "home/home.html", told(found, viewer) | _owning(found, viewer))


@page("home/months", name="home_months", right="see_numbers")
def months(request: HttpRequest) -> HttpResponse:
    """The bucket month by month, drawn when it is seen."""
    found = home(present_viewer(request))
    picture = months_picture(found.bucket) if found.bucket else None
    return render(request, "home/months.html", {"picture": picture})


@page("home/holes", name="own_hole", right="edit_insight")
@require_POST
def own_hole(request: HttpRequest) -> HttpResponse:
    """Somebody looks after a hole from now on, or nobody any more."""
    by, code, owner = (request.POST.get(name, "") for name in ("by", "hole", "owner"))
    actions.own_hole(present_viewer(request), by, code, int(owner) if owner.isdigit() else None)
    return HttpResponseRedirect(f"{reverse('home')}?by={by}#holes")


def _owning(found: Home, viewer: Viewer) -> dict[str, Any]:
    """Who may look after a hole: the team where the viewer may see it, otherwise the viewer alone."""
    if not viewer.may("edit_insight") or found.bucket is None:
        return {"may_own": False}
    team = (
        [(each.user_id, each.name or each.email) for each in members(viewer)]
        if viewer.may("administer")
        else []
    )
    if viewer.user_id and viewer.user_id not in dict(team):
        team.append((viewer.user_id, viewer.name))
    return {"may_own": True, "team": team}


def _data(viewer: Viewer) -> str:
    """The first page of the data rooms that the viewer may open; empty where there is none."""
    for group in rail_for(viewer, "/"):
        if group["key"] == "data":
            return str(group["pages"][0]["route"])
    return ""

"""How does a new business begin? Three steps to the first chart; each can be skipped, and come back to."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.core.schema import NOUNS
from dangol.platform.kernel.access import actions as team
from dangol.platform.kernel.access.queries import invitations, members
from dangol.platform.kernel.access.roles import Role
from dangol.platform.kernel.actions import set_up_business
from dangol.platform.kernel.queries import business
from dangol.platform.log import actions as log
from dangol.platform.log.imports import actions as imports
from dangol.platform.log.imports.demo import demo_import
from dangol.platform.log.imports.queries import imports as made_imports
from dangol.platform.log.queries import position, sources
from dangol.platform.web import demonstration, describing
from dangol.platform.web.entrance.letters import send_invitation
from dangol.platform.web.pages.data.imports import ACCEPTED
from dangol.platform.web.pages.registry import page
from dangol.platform.web.returning import suggestion
from dangol.platform.web.templatetags.frame import ROLES
from dangol.platform.web.viewing import language_of, present_viewer, spoken

STEPS: Final = (Said("Business", "사업장"), Said("Data", "데이터"), Said("Team", "팀"))
SOURCE: Final = Said("Our server", "우리 서버")
INVITED: Final = Said(
    "{email} is invited. Give them this link: {link}",
    "{email} 님을 초대했습니다. 이 링크를 전해 주십시오: {link}",
)
SENT: Final = Said("An invitation went to {email}.", "{email} 님께 초대장을 보냈습니다.")
DEMO: Final = Said("The simulated business is being brought.", "모의 사업을 가져오고 있습니다.")
EMPTIED: Final = Said(
    "The simulated business is gone. Bring your own data.",
    "모의 사업을 비웠습니다. 이제 데이터를 가져와 주십시오.",
)


@page("welcome", name="welcome", right="administer")
def welcome(request: HttpRequest) -> HttpResponseBase:
    """Where it goes on: the first step that is not done."""
    if business().set_up_at is None:
        return redirect("welcome_business")
    has_data = position() > 0 or made_imports(present_viewer(request), 1)
    return redirect("welcome_team" if has_data else "welcome_data")


@page("welcome/business", name="welcome_business", right="administer")
def step_business(request: HttpRequest) -> HttpResponseBase:
    """Which business is it, and what does inactivity mean here?"""
    if request.method == "POST" and _done(
        request, lambda: set_up_business(present_viewer(request), **describing.told(request.POST.dict()))
    ):
        return redirect("welcome_data")
    return _step(request, 1, describing.choices() | {"business": business()})


@page("welcome/data", name="welcome_data", right="administer")
def step_data(request: HttpRequest) -> HttpResponseBase:
    """A file, an SDK, a database, or the simulated business."""
    viewer = present_viewer(request)
    if request.method == "POST":
        return _uploaded(request)
    told = {
        "accepted": ACCEPTED,
        "source": next(
            (each for each in sources(viewer) if each.kind == "server" and not each.revoked_at), None
        ),
        "demo": demo_import(),
        "has_data": position() > 0,
        "address": settings.BASE_URL,
    }
    return _step(request, 2, told)


def _uploaded(request: HttpRequest) -> HttpResponseBase:
    files: list[Any] = request.FILES.getlist("file")
    try:
        made = imports.upload(
            present_viewer(request), ((each.name or "file", each.chunks()) for each in files)
        )
    except DangolError as error:
        messages.error(request, error.in_(language_of(request)))
        return redirect("welcome_data")
    return redirect("import", made.id)


@page("welcome/data/source", name="welcome_source", right="administer")
@require_POST
def make_source(request: HttpRequest) -> HttpResponseBase:
    """A write key for the first SDK."""
    _done(request, lambda: log.make_source(present_viewer(request), spoken(SOURCE), "server"))
    return redirect("welcome_data")


@page("welcome/data/demo", name="welcome_demo", right="administer")
@require_POST
def begin_demo(request: HttpRequest) -> HttpResponseBase:
    """Let the simulated business be brought."""
    if _done(request, lambda: demonstration.begin(present_viewer(request), language_of(request))):
        messages.success(request, spoken(DEMO))
        found = demo_import()
        return redirect("import", found.id) if found else redirect("welcome_data")
    return redirect("welcome_data")


@page("welcome/team", name="welcome_team", right="administer")
def step_team(request: HttpRequest) -> HttpResponseBase:
    """Who else should see this? And what the data says about inactivity, now that there is some."""
    viewer = present_viewer(request)
    if request.method == "POST":
        _invite(request)
        return redirect("welcome_team")
    told = {
        "roles": [(role.value, ROLES[role]) for role in Role if role != Role.OWNER],
        "members": members(viewer),
        "invitations": invitations(viewer),
        "suggested": suggestion(viewer, business().inactivity_days) if position() else None,
        "business": business(),
    }
    return _step(request, 3, told)


def _invite(request: HttpRequest) -> None:
    viewer = present_viewer(request)
    try:
        made = team.invite(viewer, request.POST.get("email", ""), request.POST.get("role", ""))
    except DangolError as error:
        messages.error(request, error.in_(language_of(request)))
        return
    link = f"{settings.BASE_URL}/join/{made.token}/"
    said = SENT if send_invitation(made, link) else INVITED
    messages.success(request, spoken(said.format(email=made.email, link=link)))


@page("welcome/own-data", name="own_data", right="own")
def own_data(request: HttpRequest) -> HttpResponseBase:
    """Replace the simulated business by one's own data: what goes, and what stays."""
    viewer = present_viewer(request)
    if request.method == "POST":
        if _done(request, lambda: demonstration.empty(viewer)):
            messages.success(request, spoken(EMPTIED))
            return redirect("welcome")
        return redirect("own_data")
    held = [(NOUNS[noun].title, count) for noun, count in demonstration.contents(viewer).items() if count]
    return render(request, "welcome/own_data.html", {"held": held, "is_demo": business().is_demo})


def _done(request: HttpRequest, deed: Any) -> bool:
    try:
        deed()
    except DangolError as error:
        messages.error(request, error.in_(language_of(request)))
        return False
    return True


def _step(request: HttpRequest, here: int, told: dict[str, Any]) -> HttpResponseBase:
    name = ("business", "data", "team")[here - 1]
    return render(request, f"welcome/{name}.html", told | {"steps": STEPS, "here": here})

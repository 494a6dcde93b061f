"""Who are the people that a number counts? One list for every group, with the days it is of."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dangol.core.calendar import Period
from dangol.core.engine.parameters import value_of
from dangol.core.language import Said
from dangol.platform.insight.behind import GROUPS
from dangol.platform.insight.drills import Behind, people_of
from dangol.platform.insight.home import hole_title
from dangol.platform.kernel.queries import business
from dangol.platform.people import queries as people
from dangol.platform.web.pages.registry import page
from dangol.platform.web.tables import Column, address_with, head_of
from dangol.platform.web.templatetags.figures import voice
from dangol.platform.web.viewing import present_viewer

COLUMNS: Final = (
    Column("name", Said("Customer", "고객"), is_sortable=True),
    Column("plan", Said("Plan", "요금제")),
    Column("joined", Said("Joined", "가입일"), is_number=True, is_sortable=True),
    Column("seen", Said("Last seen", "최근 활동"), is_number=True, is_sortable=True),
    Column("orders", Said("Orders", "주문"), is_number=True),
    Column("value", Said("Value", "구매 금액"), is_number=True, is_sortable=True),
)
NOT_SETTINGS: Final = frozenset({"period", "segment", "order", "columns", "after"})


@page("behind/<slug:group>", name="people_behind", right="see_people")
@require_GET
def people_behind(request: HttpRequest, group: str) -> HttpResponse:
    """The people of a group over `?period=`, as the viewer may see them; other settings as the group takes them."""
    if group not in GROUPS or "period" not in request.GET:
        raise Http404
    viewer = present_viewer(request)
    period = value_of("period", Period, request.GET["period"])
    given = {key: str(value) for key, value in request.GET.items() if key not in NOT_SETTINGS}
    numbers = people_of(
        viewer, Behind(group, period, tuple(sorted(given.items()))), request.GET.get("segment", "")
    )
    head = head_of(request, COLUMNS, "-value")
    found = people.page_of(viewer, audience=numbers, order=head.order, after=request.GET.get("after"))
    shown: dict[str, Any] = {
        "group": GROUPS[group],
        "count": len(numbers),
        "period": voice().period(period.start, period.end),
        "of": hole_title(given["hole"]) if "hole" in given else None,
        "segment": request.GET.get("segment", ""),
        "head": head,
        "found": found,
        "next": address_with(request, after=found.after) if found.after else "",
        "currency": business().currency,
    }
    return render(request, "home/behind.html", shown)

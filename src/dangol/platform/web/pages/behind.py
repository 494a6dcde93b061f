"""Who stands behind a number? The list of exactly those whom it counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dangol.core.calendar import Period
from dangol.core.engine.parameters import value_of
from dangol.core.language import Said
from dangol.platform.insight.answering import present_day
from dangol.platform.insight.behind import group
from dangol.platform.insight.drills import Behind, people_of
from dangol.platform.insight.home import DIVISIONS, hole_title
from dangol.platform.kernel import audit
from dangol.platform.kernel.queries import business
from dangol.platform.people.queries import PersonLine, page_of, rows_for_export
from dangol.platform.web.numbers.downloads import as_csv
from dangol.platform.web.numbers.words import code_title
from dangol.platform.web.pages.registry import page
from dangol.platform.web.tables import Column, address_with, head_of
from dangol.platform.web.viewing import present_viewer, spoken

COLUMNS: Final = (
    Column("name", Said("Customer", "고객"), is_sortable=True),
    Column("plan", Said("Plan", "요금제")),
    Column("country", Said("Country", "국가")),
    Column("joined", Said("Joined", "가입일"), is_number=True, is_sortable=True),
    Column("seen", Said("Last seen", "최근 활동"), is_number=True, is_sortable=True),
    Column("value", Said("Value", "구매 금액"), is_number=True, is_sortable=True),
)
FILE: Final = (
    "id",
    "external_id",
    "name",
    "email",
    "plan",
    "country",
    "joined_on",
    "last_seen_at",
    "order_count",
    "amount",
)
OWN: Final = frozenset({"period", "segment", "order", "after", "columns", "q"})


@page("behind/<slug:name>", name="behind", right="see_people")
@require_GET
def behind(request: HttpRequest, name: str) -> HttpResponse:
    """The people of a group over a period; every name leads to their page."""
    viewer = present_viewer(request)
    asked, segment = _asked(request, name)
    people = people_of(viewer, asked, segment)
    head = head_of(request, COLUMNS, "-seen")
    search = request.GET.get("q", "").strip()[:200]
    found = page_of(viewer, audience=people, search=search, order=head.order, after=request.GET.get("after"))
    shown: dict[str, Any] = {
        "title": group(name).title,
        "detail": _detail(asked),
        "count": len(people),
        "period": asked.period,
        "last_day": asked.period.end - timedelta(days=1),
        "segment": segment,
        "head": head,
        "found": found,
        "query": search,
        "kept": [(key, value) for key, value in request.GET.items() if key not in ("q", "after")],
        "next": address_with(request, after=found.after) if found.after else "",
        "currency": business().currency,
        "file_href": f"/behind/{name}/download?{request.GET.urlencode()}",
        "may_export": viewer.may("export"),
    }
    return render(request, "metrics/behind.html", shown)


@page("behind/<slug:name>/download", name="behind_download", right="export")
@require_GET
def download(request: HttpRequest, name: str) -> HttpResponse:
    """The same people as a file; that it was taken is on the audit trail."""
    viewer = present_viewer(request)
    asked, segment = _asked(request, name)
    people = people_of(viewer, asked, segment)
    audit.record(viewer, "people exported", f"group {name}", count=len(people), period=str(asked.period))
    rows = [_line(each) for each in rows_for_export(viewer, audience=people)]
    return as_csv(name, FILE, rows)


def _line(each: PersonLine) -> dict[str, Any]:
    return {column: getattr(each, column) for column in FILE}


def _asked(request: HttpRequest, name: str) -> tuple[Behind, str]:
    """The group, its period and its settings, as the address has them."""
    group(name)
    text = request.GET.get("period", "")
    end = present_day()
    period = value_of("period", Period, text) if text else Period(end - timedelta(days=28), end)
    given = tuple((key, str(value)) for key, value in request.GET.items() if key not in OWN)
    return Behind(name, period, given), request.GET.get("segment", "").strip()


def _detail(asked: Behind) -> str:
    """What the settings of a group say: through which hole, in which state."""
    given = dict(asked.given)
    if "hole" in given:
        by = DIVISIONS.get(given.get("by", "tenure"))
        return (
            f"{spoken(by)}: {spoken(hole_title(given['hole']))}" if by else spoken(hole_title(given["hole"]))
        )
    for name in ("state", "segment"):
        if name in given:
            return spoken(code_title(name, given[name]))
    return ""

"""Who is at risk, and how much money with them? The ranked list, its filters, its file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dangol.core.language import Said
from dangol.platform.foresight import queries
from dangol.platform.foresight.queries.at_risk import Asked
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.queries import business
from dangol.platform.people.actions import record_list_export
from dangol.platform.people.queries import csv_lines, units_of
from dangol.platform.web.deeds import reader
from dangol.platform.web.pages.customers.listing import narrowed_by
from dangol.platform.web.pages.registry import page
from dangol.platform.web.tables import Column, address_with, head_of
from dangol.platform.web.viewing import spoken

COLUMNS: Final = (
    Column("name", Said("Customer", "고객")),
    Column("value", Said("Chance to leave", "떠날 확률"), is_number=True, is_sortable=True),
    Column("reasons", Said("What goes with it", "함께 나타나는 것")),
    Column("worth", Said("Still to bring", "남은 가치"), is_number=True, is_sortable=True),
    Column("at_stake", Said("Money at risk", "위험에 놓인 금액"), is_number=True, is_sortable=True),
    Column("owner", Said("Looked after by", "담당자")),
    Column("deeds", Said("Close", "닫기")),
)
ORDER: Final = "-at_stake"
FILE: Final = (
    "person_id", "name", "account_id", "value", "band", "reason_1", "reason_2", "reason_3", "worth", "worth_low",
    "worth_high", "at_stake", "currency", "horizon_days", "owner", "closed_because", "as_of",
)  # fmt: skip
BANDS: Final = (
    ("", Said("Every risk", "모든 위험")),
    ("high", Said("High risk", "높은 위험")),
    ("medium", Said("Medium risk", "중간 위험")),
    ("low", Said("Low risk", "낮은 위험")),
)


@page(
    "foresight/risk",
    name="risk",
    right="see_people",
    rail=("foresee", Said("Value at risk", "위험에 놓인 금액")),
    order=300,
)
@require_GET
def risk(request: HttpRequest) -> HttpResponse:
    """The list, ranked by the money at risk; without probabilities by what customers still bring."""
    viewer, method = reader(request), queries.method()
    asked = asked_of(request, viewer)
    head = head_of(request, COLUMNS, ORDER if method.model_id else "-worth")
    found = queries.at_risk(viewer, asked, order=head.order, after=request.GET.get("after"))
    total = queries.total(viewer, asked)
    return render(request, "foresight/risk.html", {
        "head": head,
        "found": found,
        "next": address_with(request, after=found.after) if found.after else "",
        "total": total,
        "whole": total if asked == Asked() else queries.total(viewer),
        "method": method,
        "currency": business().currency,
        "filters": _filters(request, viewer),
        "is_closed": asked.is_closed,
        "is_narrowed": asked != Asked(),
        "reasons": queries.REASONS.items(),
        "bands": queries.BAND_NAMES,
        "team": queries.owners(),
        "may_edit": viewer.may("edit_people"),
        "may_export": viewer.may("export"),
        "file_href": f"/foresight/risk.csv?{request.GET.urlencode()}",
        "here": request.get_full_path(),
    })  # fmt: skip


@page("foresight/risk.csv", name="risk_file", right="export")
def as_file(request: HttpRequest) -> HttpResponseBase:
    """The whole list as CSV, with cells that no spreadsheet takes for formulas."""
    viewer = reader(request)
    asked = asked_of(request, viewer)
    record_list_export(viewer, "risk", **{key: request.GET[key] for key in request.GET if request.GET[key]})
    lines = csv_lines(FILE, _rows(viewer, asked))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="value-at-risk.csv"'
    return answer


def _rows(viewer: Viewer, asked: Asked) -> Iterator[list[Any]]:
    horizon, currency = queries.method().horizon_days, business().currency
    for line in queries.lines_for_export(viewer, asked):
        told = [spoken(each.said) for each in line.reasons[:3]]
        closed = spoken(queries.REASONS[line.closing.reason]) if line.closing else ""
        yield [
            line.person_id, line.name, line.account_id, line.value, line.band, *told, *[""] * (3 - len(told)), line.worth,
            line.worth_low, line.worth_high, line.at_stake, currency, horizon, line.owner, closed, line.as_of,
        ]  # fmt: skip


def asked_of(request: HttpRequest, viewer: Viewer) -> Asked:
    """What the address asks for; what it asks for and is not there is an error of the room."""
    band, owner, unit = (request.GET.get(key, "")[:40] for key in ("band", "owner", "unit"))
    audience = narrowed_by(viewer, request.GET.get("audience", ""))
    return Asked(band, owner, unit, audience, is_closed=bool(request.GET.get("closed")))


def _filters(request: HttpRequest, viewer: Viewer) -> list[dict[str, Any]]:
    """What the list can be narrowed to, and what is chosen."""
    team: list[tuple[Any, Any]] = [("nobody", Said("Nobody looks after", "담당자 없음")), *queries.owners()]
    units: list[tuple[Any, Any]] = list(units_of(viewer))
    offers: list[tuple[str, Said, list[tuple[Any, Any]]]] = [
        ("band", Said("Risk", "위험"), list(BANDS)),
        ("owner", Said("Looked after by", "담당자"), [("", Said("Everybody's", "모든 담당자")), *team]),
        ("closed", Said("On the list", "목록"), [("", Said("Open", "열린 항목")), ("1", Said("Closed", "닫은 항목"))]),
    ]  # fmt: skip
    if units:
        offers.append(("unit", Said("Unit", "조직"), [("", Said("Every unit", "모든 조직")), *units]))
    return [
        {"key": key, "label": label, "options": options, "value": request.GET.get(key, "")}
        for key, label, options in offers
    ]

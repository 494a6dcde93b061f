"""Which customers are there? The list, its search as one types, its file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render

from dangol.core.language import Said
from dangol.platform.audiences import queries as audiences
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.queries import business
from dangol.platform.people import actions, queries
from dangol.platform.web.deeds import reader
from dangol.platform.web.pages.registry import page
from dangol.platform.web.tables import Column, address_with, head_of

COLUMNS: Final = (
    Column("name", Said("Customer", "고객"), is_sortable=True),
    Column("account", Said("Account", "거래처")),
    Column("plan", Said("Plan", "요금제")),
    Column("country", Said("Country", "국가"), is_shown=False),
    Column("channel", Said("Came by", "유입 경로"), is_shown=False),
    Column("phone", Said("Telephone", "전화번호"), is_shown=False),
    Column("id", Said("Id in the source", "원본 식별자"), is_shown=False),
    Column("joined", Said("Joined", "가입일"), is_number=True, is_sortable=True),
    Column("seen", Said("Last seen", "최근 활동"), is_number=True, is_sortable=True),
    Column("orders", Said("Orders", "주문"), is_number=True),
    Column("value", Said("Value", "구매 금액"), is_number=True, is_sortable=True),
)
ORDER: Final = "-seen"
FILE: Final = (
    "id", "external_id", "name", "email", "phone", "account_id", "plan", "country", "channel", "unit", "joined_on",
    "first_seen_at", "last_seen_at", "order_count", "amount", "last_order_at", "is_verified",
)  # fmt: skip
FILTERS: Final = ("plan", "country", "unit")


@page(
    "customers",
    name="customers",
    right="see_people",
    rail=("understand", Said("Customers", "고객")),
    order=20,
)
def customers(request: HttpRequest) -> HttpResponse:
    """The list; to htmx only its rows."""
    viewer = reader(request)
    head = head_of(request, COLUMNS, ORDER)
    asked = _asked(request, viewer)
    found = queries.page_of(viewer, **asked, order=head.order, after=request.GET.get("after"))
    following = address_with(request, after=found.after) if found.after else ""
    shown: dict[str, Any] = {
        "head": head,
        "found": found,
        "next": following,
        "query": asked["search"],
        "currency": business().currency,
        "is_narrowed": bool(asked["search"] or asked["filters"] or asked["audience"]),
        "may_export": viewer.may("export"),
        "file_href": f"/customers.csv?{request.GET.urlencode()}",
        "count_href": f"/customers/count?{request.GET.urlencode()}",
    }
    if request.headers.get("HX-Target") == "people":
        return render(request, "customers/rows.html", shown)
    return render(request, "customers/list.html", shown | _choices(request, viewer))


@page("customers/count", name="customers_count", right="see_people")
def count(request: HttpRequest) -> HttpResponse:
    """How many the list holds: asked for after it is shown, since counting takes longer than showing."""
    viewer = reader(request)
    asked = _asked(request, viewer)
    return render(request, "customers/count.html", {"count": queries.count_of(viewer, **asked)})


@page("customers.csv", name="customers_file", right="export")
def as_file(request: HttpRequest) -> HttpResponseBase:
    """The whole list as CSV, with cells that no spreadsheet takes for formulas."""
    viewer = reader(request)
    asked = _asked(request, viewer)
    told = {key: request.GET[key] for key in (*FILTERS, "audience") if request.GET.get(key)}
    actions.record_list_export(viewer, "customers", **told)
    rows = queries.rows_for_export(viewer, **asked, order=head_of(request, COLUMNS, ORDER).order)
    lines = queries.csv_lines(FILE, ([getattr(row, name) for name in FILE] for row in rows))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="customers.csv"'
    return answer


def _asked(request: HttpRequest, viewer: Viewer) -> dict[str, Any]:
    """What the address asks for: search, filters, a saved audience."""
    filters = {key: request.GET[key] for key in FILTERS if request.GET.get(key)}
    if not filters.get("unit", "0").isdecimal():
        raise Http404
    return {
        "search": request.GET.get("q", "")[:200],
        "filters": filters,
        "audience": narrowed_by(viewer, request.GET.get("audience", "")),
    }


def narrowed_by(viewer: Viewer, audience: str) -> Callable[[Any], Any] | None:
    """The rows of a saved audience: a subquery, so that no list of numbers travels."""
    if not audience:
        return None
    if not (audience.isascii() and audience.isdecimal() and len(audience) < 19):
        raise Http404
    found = audiences.one(viewer, int(audience))
    if found is None:
        raise Http404
    inside = audiences.members(found.id)
    return lambda rows: rows.filter(pk__in=inside)


def _choices(request: HttpRequest, viewer: Viewer) -> dict[str, Any]:
    """What the filters offer, and what is chosen."""
    any_: tuple[str, Any] = ("", "")
    shown: list[dict[str, Any]] = []
    offers: list[tuple[str, Said, list[tuple[Any, Any]]]] = [
        (
            "audience",
            Said("Every audience", "모든 고객 그룹"),
            [(a.id, a.name) for a in audiences.saved(viewer)],
        ),
        ("plan", Said("Every plan", "모든 요금제"), [(v, v) for v in queries.choices(viewer, "plan")]),
        ("country", Said("Every country", "모든 국가"), [(v, v) for v in queries.choices(viewer, "country")]),
        ("unit", Said("Every unit", "모든 조직"), queries.units_of(viewer)),
    ]
    for key, every, offered in offers:
        if offered:
            options = [(any_[0], every), *offered]
            shown.append({"key": key, "every": every, "options": options, "value": request.GET.get(key, "")})
    return {"filters": shown}

"""Which companies are customers, and who sits in them?"""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render

from dangol.core.language import Said
from dangol.platform.kernel.queries import business
from dangol.platform.people import actions, queries
from dangol.platform.web.deeds import reader
from dangol.platform.web.pages.customers.one import PAGE, shown_field, told
from dangol.platform.web.pages.registry import page
from dangol.platform.web.tables import Column, address_with, head_of

COLUMNS: Final = (
    Column("name", Said("Account", "거래처"), is_sortable=True),
    Column("plan", Said("Plan", "요금제")),
    Column("industry", Said("Industry", "업종"), is_shown=False),
    Column("owner", Said("Looked after by", "담당자")),
    Column("people", Said("People", "사람"), is_number=True),
    Column("seats", Said("Seats", "좌석"), is_number=True),
    Column("mrr", Said("A month", "월 매출"), is_number=True),
    Column("value", Said("Orders", "구매 금액"), is_number=True),
    Column("seen", Said("Last seen", "최근 활동"), is_number=True, is_sortable=True),
)
FILE: Final = (
    "account_id", "name", "plan", "industry", "owner", "created_on", "seats_count", "people_count", "amount",
    "last_seen_at",
)  # fmt: skip


@page(
    "accounts/",
    name="accounts",
    right="see_people",
    rail=("understand", Said("Accounts", "거래처")),
    order=30,
)
def accounts(request: HttpRequest) -> HttpResponse:
    """The list; to htmx only its rows."""
    viewer = reader(request)
    head = head_of(request, COLUMNS, "-seen")
    query = request.GET.get("q", "")[:200]
    found = queries.accounts(viewer, search=query, order=head.order, after=request.GET.get("after"))
    shown: dict[str, Any] = {
        "head": head,
        "found": found,
        "query": query,
        "next": address_with(request, after=found.after) if found.after else "",
        "currency": business().currency,
        "mrr": queries.mrr_of(viewer, [line.account_id for line in found.lines]),
        "may_export": viewer.may("export"),
    }
    is_part = request.headers.get("HX-Target") == "accounts"
    return render(request, "customers/account_rows.html" if is_part else "customers/accounts.html", shown)


@page("accounts.csv", name="accounts_file", right="export")
def as_file(request: HttpRequest) -> HttpResponseBase:
    """Every account as CSV."""
    viewer = reader(request)
    actions.record_list_export(viewer, "accounts")
    rows = queries.accounts_for_export(viewer, search=request.GET.get("q", "")[:200])
    lines = queries.csv_lines(FILE, ([getattr(row, name) for name in FILE] for row in rows))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="accounts.csv"'
    return answer


@page("accounts/of/<path:account_id>", name="account", right="see_people")
def account(request: HttpRequest, account_id: str) -> HttpResponse:
    """One account: its people, what they did, where its fields come from."""
    viewer = reader(request)
    view = queries.account(viewer, account_id)
    rows = queries.account_timeline(viewer, account_id, limit=PAGE)
    return render(request, "customers/account.html", {
        "one": view,
        "line": view.line,
        "fields": [shown_field(each) for each in view.fields],
        "mrr": queries.mrr_of(viewer, [account_id]).get(account_id),
        "happened": [told(row) for row in rows],
        "currency": business().currency,
    })  # fmt: skip

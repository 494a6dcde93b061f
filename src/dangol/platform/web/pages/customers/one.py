"""Who is this customer? Everything about one person on one page, and what can be done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from dangol.core.language import Said
from dangol.platform.audiences import queries as audiences
from dangol.platform.foresight import queries as foresight
from dangol.platform.kernel import clock
from dangol.platform.kernel.queries import business
from dangol.platform.log.vocabulary import EVENTS, FAMILIES, names_of
from dangol.platform.people import queries
from dangol.platform.web.deeds import do, reader
from dangol.platform.web.pages.customers.deeds import deeds_of
from dangol.platform.web.pages.registry import page
from dangol.platform.web.tables import address_with
from dangol.platform.web.templatetags.figures import moment
from dangol.platform.web.viewing import spoken

PAGE: Final = 30
_KINDS: Final = {"Order Completed": "good", "Order Refunded": "warn", "Order Cancelled": "warn",
                 "Subscription Ended": "bad", "Subscription Cancelled": "warn", "Invoice Failed": "warn",
                 "Message Complained": "bad", "Subscription Started": "good", "Invoice Paid": "good"}  # fmt: skip
_TOLD: Final = ("order_id", "plan", "path", "title", "query", "product_id", "score", "comment", "topic", "reason",
                "channel", "purpose", "campaign", "survey", "url", "subscription_id")  # fmt: skip


@page("customers/<int:person_id>", name="customer", right="see_people")
def customer(request: HttpRequest, person_id: int) -> HttpResponseBase:
    """The 360 page."""
    viewer = reader(request)
    view = queries.person(viewer, person_id)
    if view.line.id != person_id:
        return redirect("customer", view.line.id)
    if request.method == "POST":
        return do(request, deeds_of(person_id), back=f"/customers/{person_id}")
    return render(request, "customers/person.html", {
        "one": view,
        "line": view.line,
        "names": FIELD_NAMES,
        "fields": [shown_field(each) for each in view.fields],
        "claims": [shown_field(each) for each in view.claims],
        "removed": _number(request, "removed"),
        "merged": _number(request, "merged"),
        "currency": business().currency,
        "held": queries.held_by(viewer, person_id, clock.now()),
        "ledger": queries.consents_of(viewer, person_id),
        "history": queries.history_of(viewer, person_id, limit=20),
        "audiences": audiences.audiences_of(person_id),
        "risk": foresight.risk_of(viewer, person_id),
        "channels": queries.CHANNELS.items(),
        "purposes": queries.PURPOSES.items(),
        "may_edit": viewer.may("edit_people"),
        "may_export": viewer.may("export"),
        "may_handle": viewer.may("handle_rights_requests") and viewer.units is None,
        **_timeline(request, person_id),
    })  # fmt: skip


FIELD_NAMES: Final = {
    "name": Said("Name", "이름"),
    "email": Said("E-mail", "이메일"),
    "phone": Said("Telephone", "전화번호"),
    "external_id": Said("Id in the source", "원본 식별자"),
    "account_id": Said("Account", "거래처"),
    "joined_on": Said("Joined", "가입일"),
    "channel": Said("Came by", "유입 경로"),
    "country": Said("Country", "국가"),
    "plan": Said("Plan", "요금제"),
    "referrer_id": Said("Referred by", "추천한 고객"),
}
"""What our own fields are called on pages; traits keep the names that sources gave them."""


NO_SOURCE: Final = Said("no source is known", "출처를 알 수 없음")


def shown_field(each: queries.FieldView) -> dict[str, Any]:
    """A field with where it comes from, in words."""
    parts = [each.source or NO_SOURCE, moment(each.said_at) if each.said_at else ""]
    if each.position:
        parts.append(Said(f"row {each.position:,} of the log", f"로그 {each.position:,}번 행"))
    if each.from_person:
        parts.append(
            Said(f"from customer {each.from_person}, by a merge", f"합쳐진 고객 {each.from_person}에게서")
        )
    value = (
        json.dumps(each.value, ensure_ascii=False)
        if isinstance(each.value, dict | list | bool)
        else each.value
    )
    origin = " · ".join(spoken(part) if isinstance(part, Said) else part for part in parts if part)
    return {"name": each.name, "said": FIELD_NAMES.get(each.name), "shown": value, "origin": origin}


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


@page("customers/<int:person_id>/timeline", name="customer_timeline", right="see_people")
def timeline(request: HttpRequest, person_id: int) -> HttpResponse:
    """More of what happened: to htmx the lines, otherwise a page of its own."""
    shown = {"line": queries.person(reader(request), person_id).line, **_timeline(request, person_id)}
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, "customers/timeline.html" if is_part else "customers/timeline_page.html", shown)


def _timeline(request: HttpRequest, person_id: int) -> dict[str, Any]:
    """A page of the timeline; `family` keeps one kind of event, `before` is where the last page ended."""
    family = request.GET.get("family", "")
    names = names_of(family) if family in FAMILIES else None
    before = _place(request.GET.get("before", ""))
    rows = queries.timeline_of(reader(request), person_id, limit=PAGE + 1, before=before, names=names)
    shown = [told(row) for row in rows[:PAGE]]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    older = f"{last['occurred_at'].isoformat()}~{last['position']}" if last else ""
    here = f"/customers/{person_id}"
    kinds = [("", Said("Everything", "전체")), *((key, FAMILIES[key]) for key in FAMILIES if names_of(key))]
    return {
        "happened": shown,
        "family": family,
        "kinds": kinds,
        "older": address_with(request, before=older).replace(request.path, f"{here}/timeline") if older else "",
    }  # fmt: skip


def _place(text: str) -> tuple[datetime, int] | None:
    moment, _, position = text.rpartition("~")
    if not moment:
        return None
    try:
        found = datetime.fromisoformat(moment)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)), int(position)
    except ValueError:
        raise Http404 from None


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    """An event as a line: its meaning where it has one, what it was about, money, the rest to open."""
    known = EVENTS.get(row["name"])
    properties = dict(row["properties"] or {})
    about = [str(properties[key])[:120] for key in _TOLD if properties.get(key) not in (None, "")][:3]
    return {
        "name": row["name"],
        "means": known.means if known else None,
        "occurred_at": row["occurred_at"],
        "about": " · ".join(about),
        "amount": row["amount"],
        "currency": properties.get("currency") or business().currency,
        "properties": sorted((key, value) for key, value in properties.items() if value not in (None, "")),
        "kind": _KINDS.get(row["name"], ""),
    }


@page("customers/<int:person_id>/business", name="customer_business", right="see_people")
def business_of(request: HttpRequest, person_id: int) -> HttpResponse:
    """Orders and subscriptions: asked for when the page stands, since a world is opened for it."""
    viewer = reader(request)
    tables = queries.typed_rows(viewer, person_id, ("orders", "subscriptions", "tickets", "answers"))
    shown = {name: rows[:20] for name, rows in tables.items()}
    line = queries.person(viewer, person_id).line
    is_part = request.headers.get("HX-Request") == "true"
    template = "customers/business.html" if is_part else "customers/business_page.html"
    return render(request, template, {**shown, "line": line, "currency": business().currency})

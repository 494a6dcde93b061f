"""How has one customer's risk moved, why, and how is it explained to them? And what can be done about it."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from dangol.core.features.feature import FAMILIES
from dangol.core.features.snapshot import FEATURES
from dangol.core.language import LANGUAGES, Said
from dangol.core.predict.card import Card
from dangol.platform.audiences.queries import saved
from dangol.platform.foresight import actions, queries
from dangol.platform.foresight.views import RiskView
from dangol.platform.kernel import clock
from dangol.platform.kernel.queries import business
from dangol.platform.people.queries import person
from dangol.platform.web.deeds import do, number, reader
from dangol.platform.web.pages.foresight.pictures import over_time
from dangol.platform.web.pages.registry import page
from dangol.platform.web.viewing import language_of

CLOSED: Final = Said("The entry is closed.", "항목을 닫았습니다.")
REOPENED: Final = Said("It is on the list again.", "다시 목록에 올렸습니다.")
ASSIGNED: Final = Said("It is noted who looks after this customer.", "담당자를 정했습니다.")


@page("customers/<int:person_id>/risk", name="customer_risk", right="see_people")
def customer_risk(request: HttpRequest, person_id: int) -> HttpResponseBase:
    """The risk over time, with reasons; closing, reopening and assigning come here from the list, too."""
    viewer = reader(request)
    line = person(viewer, person_id).line
    if line.id != person_id:
        return redirect("customer_risk", line.id)
    if request.method == "POST":
        return _done(request, person_id)
    view = queries.risk_of(viewer, person_id)
    return render(request, "foresight/one.html", {
        "line": line,
        "risk": view,
        "method": queries.method(),
        "picture": over_time(view.points, language_of(request)),
        "currency": business().currency,
        "bands": queries.BAND_NAMES,
        "reasons": queries.REASONS.items(),
        "reason_names": queries.REASONS,
        "team": queries.owners(),
        "may_edit": viewer.may("edit_people"),
        "here": request.path,
    })  # fmt: skip


def _done(request: HttpRequest, person_id: int) -> HttpResponseBase:
    viewer = reader(request)

    def close(request: HttpRequest) -> Said:
        actions.close(viewer, person_id, request.POST.get("reason", ""), request.POST.get("note", ""))
        return CLOSED

    def reopen(request: HttpRequest) -> Said:
        actions.reopen(viewer, person_id)
        return REOPENED

    def assign(request: HttpRequest) -> Said:
        actions.assign(viewer, person_id, number(request, "owner") if request.POST.get("owner") else None)
        return ASSIGNED

    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return do(
        request, {"close": close, "reopen": reopen, "assign": assign}, back=back if is_ours else request.path
    )


@page("customers/<int:person_id>/risk/explanation", name="customer_explanation", right="see_people")
@require_GET
def explanation(request: HttpRequest, person_id: int) -> HttpResponse:
    """What was decided by machine about this customer, to be printed or sent; `?language=` chooses theirs."""
    asked = request.GET.get("language", "")
    with translation.override(asked if asked in LANGUAGES else language_of(request)):
        return render(request, "foresight/explanation.html", explained(request, person_id))


def explained(request: HttpRequest, person_id: int) -> dict[str, object]:
    """What the explanation is made of (PIPA §37의2, Decree 44의3)."""
    viewer = reader(request)
    view: RiskView = queries.risk_of(viewer, person_id)
    method = queries.method()
    card = queries.card_of(viewer, method.model_id) if method.model_id and viewer.units is None else None
    return {
        "line": person(viewer, person_id).line,
        "risk": view,
        "method": method,
        "card": card,
        "auc": card.figure("auc") if card else None,
        "families": _families(card),
        "bands": queries.BAND_NAMES,
        "house": business().name,
        "audiences": ", ".join(each.name for each in saved(viewer) if _reads_scores(each.text)),
        "today": clock.today(business().time_zone),
        "reason_names": queries.REASONS,
    }


def _families(card: Card | None) -> list[Said]:
    """The kinds of information that a model reads; every kind where its card is not for this viewer."""
    names = card.facts.get("features", ()) if card else ()
    read = {FEATURES[name].family if name in FEATURES else "usage" for name in names}
    return [said for family, said in FAMILIES.items() if not read or family in read]


def _reads_scores(text: str) -> bool:
    """Whether the rule of an audience asks for the score of leaving."""
    return "score churn" in text or "band churn" in text

"""How good are the models, and which is used? Their list, and the card of each."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dangol.core.language import Said
from dangol.platform.foresight import queries
from dangol.platform.kernel.queries import business
from dangol.platform.web.deeds import reader
from dangol.platform.web.pages.foresight.cards import card_shown
from dangol.platform.web.pages.registry import page
from dangol.platform.web.viewing import language_of

STATE_KINDS: Final = {
    "in_use": "good",
    "challenger": "info",
    "refused": "warn",
    "demoted": "bad",
    "followed": "",
}
"""In which colour a state stands."""


@page(
    "foresight/models",
    name="models",
    right="see_numbers",
    rail=("foresee", Said("Models", "모형")),
    order=340,
)
@require_GET
def models(request: HttpRequest) -> HttpResponse:
    """Every version of every model, with its state and why."""
    viewer = reader(request)
    return render(request, "foresight/models.html", {
        "models": queries.models(viewer),
        "is_whole": viewer.units is None,
        "method": queries.method(),
        "kinds": queries.KIND_NAMES,
        "states": queries.STATE_NAMES,
        "state_kinds": STATE_KINDS,
    })  # fmt: skip


@page("foresight/models/<int:model_id>", name="model", right="see_numbers")
@require_GET
def model(request: HttpRequest, model_id: int) -> HttpResponse:
    """The card: how it did on customers that it had not seen, what it was checked for, and what came."""
    viewer = reader(request)
    one = queries.model(viewer, model_id)
    return render(request, "foresight/model.html", {
        "one": one,
        "card": one.card and card_shown(one.card, language_of(request), business().currency, queries.drift_of(model_id)),
        "came": queries.came(model_id),
        "kinds": queries.KIND_NAMES,
        "states": queries.STATE_NAMES,
        "state_kinds": STATE_KINDS,
    })  # fmt: skip

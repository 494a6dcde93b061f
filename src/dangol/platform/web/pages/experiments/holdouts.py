"""Who is left alone by everything, or by one action? Their share, their salt, and who never is."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from dangol.core.language import Said
from dangol.platform.audiences.queries import saved
from dangol.platform.experiments import actions, queries
from dangol.platform.web.deeds import do, reader
from dangol.platform.web.numbers.typed import number_of, user_of
from dangol.platform.web.pages.experiments.words import WHOM
from dangol.platform.web.pages.registry import page

SET: Final = Said("It holds from now on.", "지금부터 적용됩니다.")
REFRESHED: Final = Said("Others are left alone from now on.", "지금부터 다른 고객이 제외됩니다.")
ENDED: Final = Said("Nobody is left alone by it any more.", "더는 아무도 제외하지 않습니다.")
USUAL: Final = "5"


@page(
    "prove/holdouts",
    name="holdouts",
    right="see_numbers",
    rail=("prove", Said("Holdout", "제외군")),
    order=530,
)
@require_http_methods(["GET", "POST"])
def holdouts(request: HttpRequest) -> HttpResponseBase:
    """The global holdout, those of single actions, and those that were."""
    viewer = reader(request)
    if request.method == "POST":
        return do(request, {"set": _set, "refresh": _refresh, "end": _end}, back=request.path)
    found = queries.holdouts(viewer)
    holding = [each for each in found if each.ended_at is None]
    audiences = [("", Said("nobody", "없음")), *((str(each.id), each.name) for each in saved(viewer))]
    return render(request, "experiments/holdouts.html", {
        "whole": next((each for each in holding if not each.action), None),
        "of_actions": [each for each in holding if each.action],
        "past": [each for each in found if each.ended_at is not None],
        "is_whole": viewer.units is None,
        "may_edit": viewer.may("edit_insight") and viewer.units is None,
        "audiences": audiences,
        "whom": list(WHOM.items()),
        "usual": USUAL,
    })  # fmt: skip


def _set(request: HttpRequest) -> Said:
    share = (number_of(request.POST.get("share", "")) or 0.0) / 100
    exempt = user_of(request.POST.get("exempt", ""))
    action, whom = request.POST.get("action", ""), request.POST.get("whom", "person")
    actions.hold_out(reader(request), share, action=action, whom=whom, exempt=exempt)
    return SET


def _refresh(request: HttpRequest) -> Said:
    actions.refresh_holdout(reader(request), request.POST.get("action", ""))
    return REFRESHED


def _end(request: HttpRequest) -> Said:
    actions.end_holdout(reader(request), request.POST.get("action", ""))
    return ENDED

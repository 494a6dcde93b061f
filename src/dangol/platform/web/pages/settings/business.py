"""Which business is this? Its kind, zone, currency and year, and when somebody counts as gone."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.core.rollups.patience import DIVISIONS
from dangol.platform.kernel.actions import set_up_business
from dangol.platform.kernel.queries import business
from dangol.platform.web import describing
from dangol.platform.web.pages.registry import page
from dangol.platform.web.returning import suggested_for, suggestion
from dangol.platform.web.viewing import language_of, present_viewer, spoken

SAVED: Final = Said("Saved. Figures are counted anew.", "저장했습니다. 수치를 다시 계산합니다.")


@page(
    "settings/business", name="business_settings", right="administer",
    rail=("settings", Said("Business", "사업장")), order=10,
)  # fmt: skip
def business_settings(request: HttpRequest) -> HttpResponseBase:
    """What the numbers depend on, with what the data itself suggests."""
    if request.method == "POST":
        return _saved(request)
    told, viewer = business(), present_viewer(request)
    paces = [
        each | {"suggested": suggested_for(viewer, each["column"], each["value"])}
        for each in told.inactivity_of
    ]
    shown: dict[str, Any] = describing.choices() | {
        "business": told,
        "suggested": suggestion(viewer, told.inactivity_days),
        "paces": [*paces, {"column": "plan", "value": "", "days": ""}],
        "divisions": tuple(DIVISIONS.items()),
    }
    return render(request, "settings/business.html", shown)


def _saved(request: HttpRequest) -> HttpResponse:
    try:
        set_up_business(present_viewer(request), **describing.told(request.POST.dict()))
    except DangolError as error:
        messages.error(request, error.in_(language_of(request)))
    else:
        messages.success(request, spoken(SAVED))
    return redirect("business_settings")

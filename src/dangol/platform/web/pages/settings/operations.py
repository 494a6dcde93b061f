"""Is the machine room well? Workers, work that is stuck, rows that were set aside, and what the doctor says."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dangol.core.language import Said
from dangol.platform.kernel import audit, effects, setbacks
from dangol.platform.kernel.examining import examined
from dangol.platform.kernel.queries import health
from dangol.platform.web.pages.registry import page
from dangol.platform.web.seeing import check_whole
from dangol.platform.web.viewing import present_viewer, spoken

KINDS: Final = {"well": "good", "warning": "warn", "fault": "bad"}
AGAIN: Final = Said("It is tried again.", "다시 시도합니다.")
ASIDE: Final = Said("It is noted as looked at.", "확인한 것으로 표시했습니다.")
STILL: Final = Said("It failed again; see its error.", "다시 실패했습니다. 오류를 확인해 주십시오.")
TITLE: Final = Said("Operations", "운영")


@page("settings/operations", name="operations", right="administer", rail=("settings", TITLE), order=80)
def operations(request: HttpRequest) -> HttpResponse:
    """How the machine room does, and what needs a look."""
    check_whole(present_viewer(request))
    told = {
        "health": health(),
        "findings": [(each, KINDS[each.level]) for each in examined()],
        "setbacks": setbacks.unresolved(limit=50),
        "effects": effects.set_aside(50),
    }
    return render(request, "settings/operations.html", told)


@page("settings/operations/<str:what>/<int:number>/<str:deed>", name="operations_deed", right="administer")
@require_POST
def mend(request: HttpRequest, what: str, number: int, deed: str) -> HttpResponseBase:
    """Try a row or an effect again, or note that it was looked at."""
    viewer = present_viewer(request)
    check_whole(viewer)
    if what == "effect":
        is_done = effects.try_again(number)
    elif deed == "again":
        is_done = setbacks.retry(number)
    else:
        is_done = setbacks.resolve(number)
    audit.record(viewer, f"{what}.{deed}", f"{what} {number}")
    said = (ASIDE if deed == "aside" else AGAIN) if is_done else STILL
    messages.success(request, spoken(said)) if is_done else messages.error(request, spoken(said))
    return redirect("operations")

"""Can the data be trusted today? The checks, those that fail first, with their history, thresholds and owners."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.platform.log.imports import looking
from dangol.platform.log.imports.looking import FindingView
from dangol.platform.web.pages.registry import page
from dangol.platform.web.templatetags.figures import number, percent
from dangol.platform.web.viewing import language_of, present_viewer, spoken

DAYS: Final = Said("{n} days", "{n}일")
SAVED: Final = Said("The check is set.", "점검 기준을 저장했습니다.")


@page(
    "data/quality",
    name="quality",
    right="see_numbers",
    rail=("data", Said("Quality", "데이터 품질")),
    order=50,
)
def quality(request: HttpRequest) -> HttpResponseBase:
    """Every check with what it found last."""
    viewer = present_viewer(request)
    rows = [_line(each) for each in looking.findings(viewer)]
    failing = sum(row["view"].is_failed and not row["view"].is_muted for row in rows)
    told = {
        "rows": rows,
        "failing": failing,
        "may_set": viewer.may("bring_data"),
        "looked_at": max((row["view"].looked_at for row in rows), default=None),
    }
    return render(request, "data/quality.html", told)


@page("data/quality/rule", name="quality_rule", right="bring_data")
@require_POST
def set_rule(request: HttpRequest) -> HttpResponseBase:
    """How far a check may go, who owns it, and whether it may alert."""
    told = request.POST
    try:
        threshold = float(told["threshold"]) if told.get("threshold", "").strip() else None
        looking.set_rule(
            present_viewer(request), told.get("check", ""), told.get("subject", ""), threshold=threshold,
            owner=told.get("owner", "").strip(), is_muted=told.get("is_muted") == "on",
        )  # fmt: skip
    except (DangolError, ValueError) as error:
        messages.error(
            request, error.in_(language_of(request)) if isinstance(error, DangolError) else str(error)
        )
    else:
        messages.success(request, spoken(SAVED))
    return redirect("quality")


def _line(view: FindingView) -> dict[str, Any]:
    kind = "warn" if view.is_failed and not view.is_muted else "" if view.is_muted else "good"
    bars = _bars(view)
    return {"view": view, "kind": kind, "threshold": _worded(view.threshold, view.unit), "bars": bars}


def _worded(value: float, unit: str) -> str:
    if unit == "ratio":
        return percent(value)
    return spoken(DAYS.format(n=number(value))) if unit == "days" else number(value)


def _bars(view: FindingView) -> list[dict[str, Any]]:
    """The last days as bars of a height of 20, the failed ones marked."""
    values = [value or 0.0 for _, value, _ in view.history[-30:]]
    most = max([*values, view.threshold]) or 1.0
    return [
        {
            "x": n * 5,
            "y": round(20 - 20 * value / most, 2),
            "height": round(max(20 * value / most, 1), 2),
            "is_failed": failed,
        }
        for n, (value, (_, _, failed)) in enumerate(zip(values, view.history[-30:], strict=True))
    ]

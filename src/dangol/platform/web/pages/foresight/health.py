"""How well do the accounts do? The weakest first."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dangol.core.language import Said
from dangol.platform.foresight import queries
from dangol.platform.web.deeds import reader
from dangol.platform.web.pages.foresight.warnings import place
from dangol.platform.web.pages.registry import page
from dangol.platform.web.tables import address_with

PAGE: Final = 50
BAND_KINDS: Final = {"good": "good", "watch": "warn", "poor": "bad"}


@page(
    "foresight/health",
    name="accounts_health",
    right="see_people",
    rail=("foresee", Said("Accounts' health", "거래처 건강도")),
    order=320,
)
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Accounts by health, with what is known of each; `?band=` narrows."""
    viewer, after = reader(request), place(request)
    counts = queries.health_counts(viewer)
    band = request.GET.get("band", "")
    band = band if band in queries.HEALTH_BANDS else ""
    found = queries.accounts_health(viewer, band=band, limit=PAGE + 1, after=after)
    tabs: list[dict[str, Any]] = [
        {
            "href": request.path,
            "title": Said("All", "전체"),
            "is_here": not band,
            "count": sum(counts.values()),
        }
    ]
    tabs += [
        {
            "href": f"{request.path}?band={key}",
            "title": said,
            "is_here": band == key,
            "count": counts.get(key, 0),
        }
        for key, said in queries.HEALTH_BANDS.items()
    ]
    return render(request, "foresight/health.html", {
        "accounts": found[:PAGE],
        "next": address_with(request, after=after + PAGE) if len(found) > PAGE else "",
        "counts": counts,
        "tabs": tabs,
        "bands": queries.HEALTH_BANDS,
        "kinds": BAND_KINDS,
        "reason": queries.health_reason(),
    })  # fmt: skip

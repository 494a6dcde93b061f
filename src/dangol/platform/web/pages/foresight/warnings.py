"""Whose rhythm is broken? Early warnings, apart from any model."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dangol.core.language import Said
from dangol.platform.foresight import queries
from dangol.platform.web.deeds import reader
from dangol.platform.web.pages.registry import page
from dangol.platform.web.tables import address_with

PAGE: Final = 50


@page(
    "foresight/warnings",
    name="early_warnings",
    right="see_people",
    rail=("foresee", Said("Early warnings", "조기 경보")),
    order=310,
)
@require_GET
def warnings(request: HttpRequest) -> HttpResponse:
    """Customers who come far less than they used to, the surest first."""
    viewer, after = reader(request), place(request)
    found = queries.warnings(viewer, limit=PAGE + 1, after=after)
    return render(request, "foresight/warnings.html", {
        "warnings": found[:PAGE],
        "next": address_with(request, after=after + PAGE) if len(found) > PAGE else "",
        "counts": queries.warning_counts(viewer),
        "method": queries.method(),
    })  # fmt: skip


def place(request: HttpRequest) -> int:
    """How far down a short list the page begins."""
    text = request.GET.get("after", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0

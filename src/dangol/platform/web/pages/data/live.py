"""What arrives at this moment? The newest events of the log, looked at again every second, until paused."""

from __future__ import annotations

import json
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dangol.core.language import Said
from dangol.platform.log import queries
from dangol.platform.web.deeds import reader
from dangol.platform.web.pages.registry import page
from dangol.platform.web.seeing import check_whole
from dangol.platform.web.tables import address_with

SHOWN: Final = 50


@page("data/live/", name="live", right="bring_data", rail=("data", Said("Live", "실시간")), order=30)
@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """The page; `?paused=1` stands still, `?q=` searches."""
    check_whole(reader(request))
    return render(request, "data/live.html", _told(request))


@page("data/live/rows/", name="live_rows", right="bring_data")
@require_GET
def live_rows(request: HttpRequest) -> HttpResponse:
    """The part of the page that changes by itself; 204 when nothing new has come."""
    check_whole(reader(request))
    told = _told(request)
    if request.GET.get("newest") == str(told["newest"]):
        return HttpResponse(status=204)
    return render(request, "data/live_rows.html", told)


def _told(request: HttpRequest) -> dict[str, Any]:
    viewer = reader(request)
    search = request.GET.get("q", "")[:200]
    rows = queries.recent(viewer, SHOWN, search=search)
    names = {each.id: each.name for each in queries.sources(viewer, with_revoked=True)}
    for row in rows:
        row["source"] = names.get(row["source_id"], "")
        row["who"] = row["user_id"] or row["anonymous_id"] or ""
        told = {name: row[name] for name in ("properties", "traits") if row[name]}
        row["text"] = json.dumps(told, ensure_ascii=False, indent=2, default=str) if told else ""
    return {
        "rows": rows,
        "newest": rows[0]["position"] if rows else 0,
        "search": search,
        "is_paused": request.GET.get("paused") == "1",
        "pause": address_with(request, paused="1"),
        "resume": address_with(request, paused=None),
    }

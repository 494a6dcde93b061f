"""Which events are there? Their names, sources, properties and how many come each day; and how fresh each source is."""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dangol.core.engine import World
from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.queries import freshness, schemas
from dangol.platform.log.vocabulary import EVENTS
from dangol.platform.people.queries import world_for
from dangol.platform.web.pages.registry import page
from dangol.platform.web.viewing import present_viewer

DAYS = 30
SHOWN_PROPERTIES = 8


@page(
    "data/schemas",
    name="schemas",
    right="see_numbers",
    rail=("data", Said("Schemas", "이벤트 목록")),
    order=45,
)
def events(request: HttpRequest) -> HttpResponse:
    """Every event that was seen, the latest first."""
    viewer = present_viewer(request)
    known = {each.source_id: each.name for each in freshness(viewer).sources}
    found = schemas(viewer)
    daily = _daily(viewer) if found else {}
    rows = [
        {
            "view": each,
            "source": known.get(each.source_id, ""),
            "means": EVENTS[each.name].means if each.name in EVENTS else None,
            "properties": list(each.properties)[:SHOWN_PROPERTIES],
            "more": max(0, len(each.properties) - SHOWN_PROPERTIES),
            "bars": daily.get(each.name, ()),
        }
        for each in found
    ]
    return render(request, "data/schemas.html", {"rows": rows, "sources": freshness(viewer).sources})


def _daily(viewer: Viewer) -> dict[str, list[dict[str, Any]]]:
    """Each event's rows of the last days as bars of a height of 20."""
    try:
        with closing(world_for(viewer)) as world:
            counts = _counts(world)
    except DangolError:
        return {}
    return {name: _bars(days) for name, days in counts.items()}


def _counts(world: World) -> dict[str, list[int]]:
    first = world.as_of - timedelta(days=DAYS)
    if "events" not in world.nouns:
        return {}
    rows = world.engine.run(
        f"select name, occurred_on, count(*) from events where occurred_on >= date '{first}' group by all"
    ).rows
    found: dict[str, list[int]] = defaultdict(lambda: [0] * DAYS)
    for name, day, count in rows:
        place = (day - first).days
        if 0 <= place < DAYS:
            found[str(name)][place] = count
    return found


def _bars(days: list[int]) -> list[dict[str, Any]]:
    most = max(days) or 1
    return [
        {"x": n * 5, "y": round(20 - 20 * count / most, 1), "height": round(20 * count / most, 1)}
        for n, count in enumerate(days)
    ]

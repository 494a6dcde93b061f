"""What does the reader look for? Pages, metrics, customers and audiences under one word."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, JsonResponse

from dangol.core.language import Said
from dangol.platform.web.finding import found
from dangol.platform.web.pages.registry import page
from dangol.platform.web.viewing import language_of, viewer_of

RECENTLY: Final = Said("Recently", "최근")
NONE: Final = Said("Nothing is called like that.", "그런 이름은 없습니다.")


@page("palette", name="palette", right="see_numbers")
def palette(request: HttpRequest) -> JsonResponse:
    """Groups of links for the words in `q`; without words, the pages."""
    viewer = viewer_of(request)
    assert viewer is not None  # noqa: S101 the guard of the page let nobody else in
    language = language_of(request)
    groups: list[dict[str, Any]] = [
        {"title": group.title.in_(language), "links": [each.said_in(language) for each in group.links]}
        for group in found(viewer, request.GET.get("q", "").strip()[:100])
    ]
    words = {"recently": RECENTLY.in_(language), "none": NONE.in_(language)}
    return JsonResponse({"groups": groups, **words})

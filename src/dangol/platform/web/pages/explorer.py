"""What is in the data that no metric asks for? Any measure of any table, as a picture and a table, sent by its address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from dangol.core.errors import UnknownNameError
from dangol.core.language import Said
from dangol.core.schema import NOUNS
from dangol.platform.audiences.queries import saved, segment_of
from dangol.platform.insight import boards
from dangol.platform.insight.answering import present_day
from dangol.platform.insight.exploring import (
    EXPLORE,
    FIELDS,
    MEASURES,
    TIMES,
    Exploration,
    exploration,
    groups_of,
)
from dangol.platform.insight.spans import SPANS, span_period
from dangol.platform.web.numbers import downloads, exploring
from dangol.platform.web.pages.registry import page
from dangol.platform.web.viewing import present_viewer, spoken

OWN: Final = ("span", "rule", "audience", "as", "split", "property")


@page(
    "explorer",
    name="explorer",
    right="see_numbers",
    rail=("understand", Said("Explorer", "탐색기")),
    order=230,
)
@require_GET
def explorer(request: HttpRequest) -> HttpResponse:
    """The explorer as its address asks."""
    viewer = present_viewer(request)
    given, span, segment = _asked(request, request.GET)
    asked = exploration(given)
    found = exploring.answer_of(viewer, given, span, segment)
    told: dict[str, Any] = {
        "asked": asked, "span": span, "rule": request.GET.get("rule", ""), "audience": request.GET.get("audience", ""),
        "found": found, "picture": exploring.picture_of(found), "title": exploring.title(asked),
        "choices": _choices(asked), "query": request.GET.urlencode(), "boards": boards.editable(viewer),
        "audiences": [("", Said("everybody", "전체")), *((str(each.id), each.name) for each in saved(viewer))],
        "property": asked.by.removeprefix("property:") if asked.by.startswith("property:") else "",
        "period": span_period(span, present_day()) if span else asked.period, "may_export": viewer.may("export"),
        "may_bring": viewer.may("bring_data"),
    }  # fmt: skip
    period = told["period"]
    told["last_day"] = period.end - timedelta(days=1) if period else None
    return render(request, "explore/explore.html", told)


@page("explorer/download", name="explorer_download", right="export")
@require_GET
def download(request: HttpRequest) -> HttpResponse:
    """The rows as CSV, or with `?as=json` as JSON."""
    given, span, segment = _asked(request, request.GET)
    found = exploring.answer_of(present_viewer(request), given, span, segment)
    if request.GET.get("as") == "json":
        return downloads.as_json(
            "explorer",
            {
                "settings": dict(found.question.given),
                "segment": segment,
                "as_of": found.as_of,
                "rows": found.rows,
            },
        )
    return downloads.as_csv("explorer", found.columns, found.rows)


@page("explorer/pin", name="explorer_pin", right="see_numbers")
@require_POST
def pin(request: HttpRequest) -> HttpResponse:
    """Pin the view to a board, or to a new one of the viewer's own."""
    viewer = present_viewer(request)
    given, span, segment = _asked(request, QueryDict(request.POST.get("query", "")))
    number = request.POST.get("board", "")
    name = spoken(exploring.title(exploration(given)))
    board = (
        int(number)
        if number.isdigit() and len(number) < 18
        else boards.make_board(viewer, name, is_shared=False)
    )
    boards.pin(viewer, board, EXPLORE, given, span=span, segment=segment, title=request.POST.get("title", ""))
    messages.success(request, spoken(Said("It is on the board now.", "보드에 고정했습니다.")))
    return redirect("board", board)


def _asked(request: HttpRequest, query: Mapping[str, Any]) -> tuple[dict[str, str], str, str]:
    """Settings, moving period and segment of an address; what is not known is refused."""
    for name in query:
        if name not in FIELDS and name not in OWN:
            raise UnknownNameError(Said("setting of the explorer", "탐색기의 설정"), name, (*FIELDS, *OWN))
    given = {name: query[name].strip() for name in FIELDS if query.get(name, "").strip()}
    if given.get("by") == "property" or query.get("property", "").strip():
        given["by"] = f"property:{query.get('property', '').strip()}"
    span = query.get("span", "")
    if span and span not in SPANS:
        raise UnknownNameError(Said("period", "기간"), span, SPANS)
    if not span and "period" not in given:
        span = "months_to_now"
    number = query.get("audience", "")
    segment = (
        segment_of(present_viewer(request), int(number))
        if number.isdigit() and len(number) < 10
        else query.get("rule", "").strip()
    )
    return given, span, segment


def _choices(asked: Exploration) -> dict[str, Any]:
    """What each field offers for this table."""
    noun = NOUNS[asked.source.noun]
    measures = [
        name
        for name in MEASURES
        if (name not in ("sum", "mean") or asked.source.amounts) and (name != "rate" or asked.source.shares)
    ]
    of: list[tuple[str, Said]] = []
    if asked.measure in ("sum", "mean"):
        of = [(name, noun[name].means) for name in asked.source.amounts]
    elif asked.measure == "rate":
        of = list((asked.source.shares or {}).items())
    divisions = [(name, exploring.division(name)) for name in groups_of(asked.source)]
    by = [(name, exploring.division(name)) for name in TIMES] + divisions
    if asked.source.has_properties:
        by.append(("property", Said("a property", "속성")))
    return {
        "tables": exploring.tables(), "measures": [(name, MEASURES[name]) for name in measures], "of": of, "by": by,
        "split": [("", Said("nothing more", "나누지 않음")), *divisions], "spans": [(name, words) for name, (words, _) in SPANS.items()],
    }  # fmt: skip

"""What was not let in? Each with its reason, to mend, to try again, to download or to throw away."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dangol.core.language import Said
from dangol.platform.log import actions, queries
from dangol.platform.web.deeds import Deed, do, number, reader
from dangol.platform.web.pages.registry import page
from dangol.platform.web.seeing import check_whole
from dangol.platform.web.tables import address_with
from dangol.platform.web.viewing import language_of

SHOWN: Final = 25


@page("data/refused/", name="refused", right="bring_data", rail=("data", Said("Refused", "거부됨")), order=40)
def refused(request: HttpRequest) -> HttpResponseBase:
    """The newest first, of one reason when the address says so."""
    viewer = reader(request)
    check_whole(viewer)
    if request.method == "POST":
        return do(request, DEEDS, back=request.get_full_path())
    reason = request.GET.get("reason", "")[:60]
    before = request.GET.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    rows = queries.refused(viewer, reason=reason, before=place, limit=SHOWN + 1)
    counts = queries.refused_counts(viewer)
    more = rows[SHOWN - 1].id if len(rows) > SHOWN else None
    told: dict[str, Any] = {
        "rows": rows[:SHOWN],
        "tabs": _tabs(counts, reason),
        "total": sum(count for _, _, count in counts),
        "reason": reason,
        "more": address_with(request, before=more) if more else None,
        "may_export": viewer.may("export"),
    }
    return render(request, "data/refused.html", told)


@page("data/refused.csv", name="refused_file", right="export")
@require_GET
def refused_file(request: HttpRequest) -> HttpResponseBase:
    """All of them, or those of one reason, as CSV."""
    viewer = reader(request)
    check_whole(viewer)
    lines = actions.download(viewer, request.GET.get("reason", "")[:60], language_of(request))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="refused.csv"'
    return answer


def _tabs(counts: list[tuple[str, Said, int]], reason: str) -> list[dict[str, Any]]:
    every = {
        "href": "?",
        "title": Said("All", "전체"),
        "count": sum(c for *_, c in counts),
        "is_here": not reason,
    }
    own = [
        {"href": f"?reason={code}", "title": title, "count": count, "is_here": reason == code}
        for code, title, count in counts
    ]
    return [every, *own]


def _try_again(request: HttpRequest) -> Said:
    actions.try_again(reader(request), number(request, "refused_id"), request.POST.get("body"))
    return Said("It is let in.", "받았습니다.")


def _try_all(request: HttpRequest) -> Said:
    let_in, left = actions.try_all_again(reader(request), request.GET.get("reason", "")[:60])
    told = Said(
        "{let_in} were let in, {left} still cannot be.",
        "{let_in}건을 받았고 {left}건은 여전히 받을 수 없습니다.",
    )
    return told.format(let_in=let_in, left=left)


def _throw_away(request: HttpRequest) -> Said:
    count = actions.throw_away(reader(request), request.GET.get("reason", "")[:60])
    return Said("{n} are gone.", "{n}건을 버렸습니다.").format(n=count)


DEEDS: Final[dict[str, Deed]] = {"try_again": _try_again, "try_all": _try_all, "throw_away": _throw_away}

"""Which numbers are watched, which have crossed their line, and who is told? And the notices that wait for their reader."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dangol.core.language import Said
from dangol.core.metrics import catalogue, find
from dangol.platform.insight import actions, noticing
from dangol.platform.insight.beginnings import begin
from dangol.platform.insight.figures import headline_column
from dangol.platform.insight.spans import SPANS
from dangol.platform.insight.watching import WatchView, look_now
from dangol.platform.insight.watching import watches as watched
from dangol.platform.web.numbers.cells import is_share, shown
from dangol.platform.web.numbers.page import span_words
from dangol.platform.web.numbers.typed import number_of, user_of
from dangol.platform.web.numbers.words import column_title
from dangol.platform.web.pages.figures import team_of
from dangol.platform.web.pages.registry import page
from dangol.platform.web.viewing import present_viewer, spoken


@page("watches", name="watches", right="see_numbers", rail=("understand", Said("Watches", "감시")), order=225)
@require_http_methods(["GET", "POST"])
def watches(request: HttpRequest) -> HttpResponse:
    """Every watched number, those that are crossed first; a POST watches one more. `?metric=` begins with one."""
    viewer = present_viewer(request)
    if request.method == "POST":
        metric = request.POST.get("metric", "")
        column = headline_column(metric)
        line = number_of(request.POST.get("line", ""), is_share(metric, column))
        made = actions.watch(
            viewer,
            request.POST.get("name", "").strip() or spoken(find(metric).title),
            metric,
            column,
            request.POST.get("side", ""),
            0.0 if line is None else line,
            span=request.POST.get("span", "last_month") if "period" in find(metric).parameters else "",
            owner=user_of(request.POST.get("owner", "")),
        )
        look_now(made)
        messages.success(request, spoken(Said("It is watched now.", "이제 감시합니다.")))
        return redirect("watches")
    begin()
    chosen = request.GET.get("metric", "")
    wanted = find(chosen or "customer_churn_rate")
    rows = [_told(each) for each in watched(viewer)]
    told: dict[str, Any] = {
        "rows": rows,
        "crossed": sum(each["watch"].is_crossed is True for each in rows),
        "may_edit": viewer.may("edit_insight"),
        "is_whole": viewer.units is None,
        "team": team_of(viewer),
        "metrics": [(each.name, each.title) for each in catalogue().values()],
        "chosen": wanted.name,
        "is_down": wanted.better == "down",
        "spans": [(name, words) for name, (words, _) in SPANS.items()],
    }
    return render(request, "watches/list.html", told)


@page("watches/<int:number>/end", name="watch_end", right="edit_insight")
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """The number is watched no more."""
    actions.stop_watching(present_viewer(request), number)
    return redirect("watches")


@page("notices", name="notices", right="see_numbers")
@require_http_methods(["GET", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """What the reader should know; a POST says that it is read."""
    viewer = present_viewer(request)
    if request.method == "POST":
        noticing.read(viewer, user_of(request.POST.get("notice", "")))
        return redirect("notices")
    return render(request, "watches/notices.html", {"notices": noticing.notices(viewer)})


def _told(each: WatchView) -> dict[str, Any]:
    return {
        "watch": each,
        "title": find(each.metric).title,
        "column": column_title(each.column),
        "value": shown(each.metric, each.column, each.value, {}),
        "line": shown(each.metric, each.column, each.line, {}),
        "span": span_words(each.span) if each.span else Said("now", "지금"),
    }

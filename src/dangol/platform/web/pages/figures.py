"""Which figures matter here, what feeds them, and who answers for each? The KPI tree with its lineage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dangol.core.language import Said
from dangol.core.metrics import catalogue, find
from dangol.core.schema import NOUNS
from dangol.platform.insight import actions
from dangol.platform.insight.beginnings import begin
from dangol.platform.insight.exploring import SOURCES
from dangol.platform.insight.figures import headline_column
from dangol.platform.insight.queries import last_days
from dangol.platform.insight.spans import SPANS
from dangol.platform.insight.tree import FigureView, tree
from dangol.platform.kernel.access.queries import members
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.queries import sources
from dangol.platform.web.numbers.cells import is_share, shown
from dangol.platform.web.numbers.page import span_words
from dangol.platform.web.numbers.typed import number_of, user_of
from dangol.platform.web.pages.registry import page
from dangol.platform.web.templatetags.figures import number, percent, points
from dangol.platform.web.viewing import present_viewer, spoken

STATES: Final = {
    "better": ("good", Said("on target", "목표 달성")),
    "worse": ("bad", Said("off target", "목표 미달")),
    "unknown": ("", Said("not known yet", "아직 모름")),
    "none": ("", Said("no target", "목표 없음")),
}


@dataclass(frozen=True, slots=True)
class Node:
    """One figure in words."""

    figure: FigureView
    title: str | Said
    value: str | None
    change: str
    is_better: bool | None
    period: Said
    target: str
    kind: str
    state: Said
    lineage: list[tuple[str, Said]]
    children: list[Node]

    @property
    def is_percent(self) -> bool:
        """Whether its target is typed in percent."""
        return is_share(self.figure.metric, self.figure.column)

    @property
    def typed_target(self) -> str:
        """The target as it is typed."""
        if self.figure.target is None:
            return ""
        return f"{self.figure.target * (100 if self.is_percent else 1):g}"


@page(
    "figures",
    name="figures",
    right="see_numbers",
    rail=("understand", Said("KPI tree", "KPI 트리")),
    order=220,
)
@require_http_methods(["GET", "POST"])
def figures(request: HttpRequest) -> HttpResponse:
    """The tree; a POST places a figure."""
    viewer = present_viewer(request)
    if request.method == "POST":
        metric = request.POST.get("metric", "")
        actions.place_figure(
            viewer,
            request.POST.get("title", "").strip() or spoken(find(metric).title),
            metric,
            column=request.POST.get("column", "") or headline_column(metric),
            parent=user_of(request.POST.get("parent", "")),
            span=_span(metric, request.POST.get("span", "last_month")),
            target=number_of(request.POST.get("target", ""), is_share(metric, headline_column(metric))),
        )
        return redirect("figures")
    begin()
    nodes = [_node(each) for each in tree(viewer)]
    flat = list(_flat(nodes))
    told: dict[str, Any] = {
        "nodes": nodes,
        "flat": flat,
        "off": sum(each.figure.state == "worse" for each in flat),
        "unowned": sum(not each.figure.owner for each in flat),
        "may_edit": viewer.may("edit_insight"),
        "team": team_of(viewer),
        "tables": _tables(viewer),
        "sources": sources(viewer) if viewer.may("bring_data") else [],
        "metrics": [(each.name, each.title) for each in catalogue().values()],
        "spans": [(name, words) for name, (words, _) in SPANS.items()],
    }
    return render(request, "figures/tree.html", told)


@page("figures/<int:number>", name="figure", right="edit_insight")
@require_POST
def figure(request: HttpRequest, number: int) -> HttpResponse:
    """Another owner, target or note; `do=remove` takes the figure and what feeds it off the tree."""
    viewer = present_viewer(request)
    if request.POST.get("do") == "remove":
        actions.remove_figure(viewer, number)
    else:
        target = number_of(request.POST.get("target", ""), request.POST.get("unit") == "percent")
        owner = user_of(request.POST.get("owner", ""))
        actions.change_figure(
            viewer, number, owner=owner, target=target, note=request.POST.get("note", "")[:2_000]
        )
    return redirect("figures")


def team_of(viewer: Viewer) -> list[tuple[int, str]]:
    """Who may be made an owner: the team for whoever may see it, otherwise the viewer alone."""
    if viewer.may("administer"):
        return [(each.user_id, each.name or each.email) for each in members(viewer)]
    return [(viewer.user_id, viewer.name)] if viewer.user_id else []


def _span(metric: str, span: str) -> str:
    return span if "period" in find(metric).parameters else ""


def _flat(nodes: list[Node]) -> Iterator[Node]:
    for each in nodes:
        yield each
        yield from _flat(each.children)


def _node(each: FigureView) -> Node:
    reading = each.reading
    row = {each.column: reading.value} if reading else {}
    value = (
        shown(each.metric, each.column, reading.value, row) if reading and reading.value is not None else None
    )
    change, better = _change(each)
    kind, state = STATES[each.state]
    target = shown(each.metric, each.column, each.target, {}) if each.target is not None else ""
    own = find(each.metric).title
    title = own if each.title in (own.en, own.ko) else each.title
    return Node(
        each,
        title, value, change, better, span_words(each.span) if each.span else Said("now", "지금"), target, kind, state,
        [(name, NOUNS[name].title) for name in each.tables if name in SOURCES], [_node(child) for child in each.children],
    )  # fmt: skip


def _change(each: FigureView) -> tuple[str, bool | None]:
    change = each.reading.change if each.reading else None
    if change is None:
        return "", None
    better = find(each.metric).better
    side = None if better == "none" or change == 0 else (change > 0) == (better == "up")
    if is_share(each.metric, each.column):
        return points(change), side
    sign = "+" if change >= 0 else "−"
    if each.column.endswith("score"):
        return sign + number(abs(change), 1), side
    return sign + percent(abs(change)), side


def _tables(viewer: Viewer) -> list[tuple[str, Said, date | None]]:
    """The tables that figures rest on, each with the last day that it knows of."""
    return [(name, NOUNS[name].title, day) for name, day in last_days(viewer).items() if name in SOURCES]

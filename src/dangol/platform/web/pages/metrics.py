"""Which numbers are there, and what does one of them say? The catalogue, and a page for every metric."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from dangol.core.language import Said
from dangol.core.metrics import find
from dangol.core.metrics.metric import Metric
from dangol.core.schema import NOUNS
from dangol.platform.audiences.queries import preview
from dangol.platform.insight import boards
from dangol.platform.insight.answering import present_day
from dangol.platform.insight.exploring import SOURCES
from dangol.platform.insight.queries import Offer, offers
from dangol.platform.insight.tree import DERIVED
from dangol.platform.web.numbers import asking, downloads, sentences
from dangol.platform.web.numbers import page as one
from dangol.platform.web.numbers.catalogue import GROUPS, ORDER, group_of
from dangol.platform.web.pages.registry import page
from dangol.platform.web.viewing import language_of, present_viewer, spoken

METRICS: Final = Said("Metrics", "지표")


@dataclass(frozen=True, slots=True)
class Group:
    """Metrics that answer one kind of question."""

    title: Said
    offers: list[Listed]


@dataclass(frozen=True, slots=True)
class Listed:
    """One metric of the list, and the words for what it needs first."""

    metric: Metric
    missing: str


@page("metrics", name="metrics", right="see_numbers", rail=("understand", METRICS), order=200)
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Every metric of the catalogue; `?q=` narrows to those whose words hold it. Numbers come when they are seen."""
    words = request.GET.get("q", "").strip()[:100]
    found = sorted(
        (each for each in offers(present_viewer(request)) if _says(each, words)),
        key=lambda each: ORDER.get(each.metric.name, 99),
    )
    groups = [
        Group(title, [_listed(each) for each in found if group_of(each.metric.name) == key])
        for key, title in GROUPS.items()
    ]
    told = {
        "groups": [each for each in groups if each.offers],
        "words": words,
        "may_bring": present_viewer(request).may("bring_data"),
    }
    return render(request, "metrics/catalogue.html", told)


@page("metrics/rule", name="metric_rule", right="see_numbers")
def rule(request: HttpRequest) -> HttpResponse:
    """What a typed rule means and whom it names, or what is wrong with it."""
    written = (request.GET.get("rule") or request.GET.get("than_rule") or "").strip()[:4_000]
    found = preview(present_viewer(request), written) if written else None
    return render(request, "metrics/rule.html", {"preview": found})


@page("metrics/<slug:name>/headline", name="metric_headline", right="see_numbers")
@require_GET
def headline(request: HttpRequest, name: str) -> HttpResponse:
    """The present number of a metric, for the catalogue."""
    viewer = present_viewer(request)
    wanted = asking.wish(viewer, name, request.GET)
    found = asking.answer_of(viewer, wanted)
    row = sentences.headline(name, found.rows, present_day())
    basis = one.basis(viewer, wanted, found, row, None) if row else None
    return render(
        request, "metrics/headline.html", {"basis": basis, "failure": found.failure, "rows": found.rows}
    )


@page("metrics/<slug:name>", name="metric", right="see_numbers")
@require_GET
def metric(request: HttpRequest, name: str) -> HttpResponse:
    """One metric with everything that its address asks for; what the address need not say is taken out of it."""
    viewer = present_viewer(request)
    plain = asking.plain(name, request.GET)
    if plain.urlencode() != request.GET.urlencode():
        return redirect(f"{request.path}?{plain.urlencode()}" if plain else request.path)
    wanted = asking.wish(viewer, name, request.GET)
    told = one.page(viewer, wanted) | {
        "wanted": wanted,
        "fields": asking.fields(wanted),
        "spans": asking.spans(),
        "span_title": one.span_words(wanted.span),
        "audiences": [("", Said("everybody", "전체")), *asking.segments(viewer)],
        "against": list(asking.AGAINST.items()),
        "takes_period": "period" in find(name).parameters,
        "meaning": one.meaning(name),
        "sources": one.sources(name),
        "explorable": set(SOURCES),
        "query": request.GET.urlencode(),
        "boards": boards.editable(viewer),
        "may_watch": viewer.may("edit_insight"),
        "may_export": viewer.may("export"),
        "may_bring": viewer.may("bring_data"),
        "own_to": wanted.period.end - timedelta(days=1) if wanted.period and not wanted.span else None,
    }
    return render(request, "metrics/metric.html", told)


@page("metrics/<slug:name>/download", name="metric_download", right="export")
@require_GET
def download(request: HttpRequest, name: str) -> HttpResponse:
    """The rows as `?as=csv` or `?as=json`, with the settings of the address."""
    asked = request.GET.copy()
    kind = (asked.pop("as", None) or ["csv"])[-1]
    viewer = present_viewer(request)
    wanted = asking.wish(viewer, name, asked)
    found = asking.answer_of(viewer, wanted)
    if kind == "json":
        told = {
            "metric": name,
            "settings": dict(found.question.given),
            "segment": found.question.segment,
            "as_of": found.as_of,
            "rows": found.rows,
        }
        return downloads.as_json(name, told)
    return downloads.as_csv(name, found.columns, found.rows)


@page("metrics/<slug:name>/pin", name="metric_pin", right="see_numbers")
@require_POST
def pin(request: HttpRequest, name: str) -> HttpResponse:
    """Pin the number with the settings of its address to a board, or to a new one of the viewer's own."""
    viewer = present_viewer(request)
    wanted = asking.wish(viewer, name, QueryDict(request.POST.get("query", "")))
    number = request.POST.get("board", "")
    if number.isdigit() and len(number) < 18:
        board = int(number)
    else:
        board = boards.make_board(
            viewer,
            request.POST.get("name", "") or find(name).title.in_(language_of(request)),
            is_shared=False,
        )
    given = dict(wanted.given)
    if wanted.period and not wanted.span:
        given["period"] = f"{wanted.period.start}..{wanted.period.end}"
    boards.pin(
        viewer,
        board,
        name,
        given,
        span=wanted.span,
        segment=wanted.segment,
        title=request.POST.get("title", ""),
    )
    messages.success(request, spoken(Said("It is on the board now.", "보드에 고정했습니다.")))
    return redirect("board", board)


def _listed(each: Offer) -> Listed:
    nouns = [noun for need in each.missing for noun in DERIVED.get(need, (need,))]
    words = spoken(Said(" or ", " 또는 ")).join(spoken(NOUNS[noun].title) for noun in dict.fromkeys(nouns))
    return Listed(each.metric, words)


def _says(each: Offer, words: str) -> bool:
    texts = (
        each.metric.name.replace("_", " "),
        each.metric.title.en,
        each.metric.title.ko,
        each.metric.says.en,
        each.metric.says.ko,
    )
    return all(any(word in text.casefold() for text in texts) for word in words.casefold().split())

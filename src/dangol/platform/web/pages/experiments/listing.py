"""Which experiments are there, what works here, and which were run elsewhere and wait to be read?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from dangol.core.experiments.wording import difference_said
from dangol.core.language import Said
from dangol.platform.experiments import actions, queries
from dangol.platform.experiments.actions import Wish
from dangol.platform.experiments.queries import OUTCOMES, ExperimentView, LeagueLine, measured_of
from dangol.platform.kernel.queries import business
from dangol.platform.web.deeds import do, reader
from dangol.platform.web.numbers.downloads import as_csv
from dangol.platform.web.numbers.typed import number_of
from dangol.platform.web.pages.experiments.words import (
    RULING_KINDS,
    STATES,
    WORKS,
    brought,
    effects,
    outcome_said,
    ruling_said,
)
from dangol.platform.web.pages.registry import page
from dangol.platform.web.viewing import spoken

ADOPTED: Final = Said(
    "It is read out now; that takes a moment.", "판독을 시작했습니다. 잠시 뒤에 결과가 나옵니다."
)
COLUMNS: Final = (
    "name", "works", "outcome", "units", "difference", "interval", "brought", "cost_of_one_more", "decided", "since",
)  # fmt: skip


@page(
    "experiments/",
    name="experiments",
    right="see_numbers",
    rail=("prove", Said("Experiments", "실험")),
    order=500,
)
@require_http_methods(["GET", "POST"])
def experiments(request: HttpRequest) -> HttpResponseBase:
    """Every experiment, with what it says so far; and those of other tools that the log holds."""
    viewer = reader(request)
    if request.method == "POST":
        return do(request, {"adopt": _adopt}, back=request.path)
    found = queries.experiments(viewer)
    may_edit = viewer.may("edit_insight")
    return render(request, "experiments/list.html", {
        "rows": [_shown(each) for each in found],
        "counts": _counts(found),
        "may_edit": may_edit,
        "holdout": queries.present_holdout(viewer),
    })  # fmt: skip


@page("experiments/found", name="experiments_found", right="edit_insight")
@require_GET
def found(request: HttpRequest) -> HttpResponse:
    """Experiments of other tools that the log holds, asked for apart: all exposures are looked through. For htmx."""
    return render(request, "experiments/found.html", {
        "unread": queries.found_in_log(reader(request)),
        "outcomes": [(name, each.measured.said) for name, each in OUTCOMES.items()],
    })  # fmt: skip


def _shown(each: ExperimentView) -> dict[str, Any]:
    words, kind = STATES[each.state]
    return {
        "each": each,
        "state": words,
        "kind": kind,
        "ruling": ruling_said(each.ruling),
        "ruling_kind": RULING_KINDS.get(each.ruling, ""),
        "outcome": outcome_said(each.outcome) if each.outcome in OUTCOMES else each.outcome_said,
    }


def _counts(found: Sequence[ExperimentView]) -> dict[str, int]:
    ended = [each for each in found if each.ruling]
    return {
        "all": sum(each.state != "draft" and each.enrols != "holdout" for each in found),
        "running": sum(each.state == "running" and each.enrols != "holdout" for each in found),
        "better": sum(each.ruling == "better" for each in ended),
        "harms": sum(each.harm_at is not None for each in found),
    }


def _adopt(request: HttpRequest) -> Said:
    """Read out what another tool ran: its arms are in the log."""
    key = request.POST.get("key", "")
    days = int(number_of(request.POST.get("horizon_days", "")) or 0)
    actions.adopt(
        reader(request), key, Wish(name=key, outcome=request.POST.get("outcome", ""), horizon_days=days)
    )
    return ADOPTED


@page(
    "prove/league",
    name="league",
    right="see_numbers",
    rail=("prove", Said("What works here", "우리에게 통한 것")),
    order=510,
)
@require_GET
def league(request: HttpRequest) -> HttpResponse:
    """What was tried, what it was proven to do, and what one more customer cost; `?as=csv` takes it away."""
    viewer = reader(request)
    lines = [_line(each) for each in queries.league(viewer)]
    if request.GET.get("as") == "csv" and viewer.may("export"):
        return as_csv("league", COLUMNS, [_plain(each) for each in lines])
    return render(request, "experiments/league.html", {
        "lines": lines,
        "works": sum(each["line"].works == "yes" for each in lines),
        "tried": len(lines),
        "currency": business().currency,
        "may_export": viewer.may("export"),
        "changes": queries.changes(viewer)[:5],
    })  # fmt: skip


def _line(line: LeagueLine) -> dict[str, Any]:
    words, kind = WORKS[line.works]
    found, gains = effects(line.experiment), brought(line.experiment)
    return {
        "line": line,
        "each": line.experiment,
        "words": words,
        "kind": kind,
        "effect": found[0] if found else None,
        "brought": gains[0] if gains else None,
        "again": _again(line),
        "outcome": outcome_said(line.experiment.outcome),
    }


def _again(line: LeagueLine) -> str:
    """What to expect when it is done again: the effect, drawn towards those of the others."""
    if line.place is None or line.place.shrunk is None or line.experiment.outcome not in OUTCOMES:
        return ""
    return spoken(difference_said(measured_of(line.experiment.outcome), line.place.shrunk.value))


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    each, effect, gain = told["each"], told["effect"], told["brought"]
    return {
        "name": each.name, "works": told["line"].works, "outcome": each.outcome, "units": each.unit_count,
        "difference": effect and effect.value, "interval": effect and f"{effect.low} .. {effect.high}",
        "brought": gain and gain.amount["value"], "cost_of_one_more": gain and gain.cost_per_unit,
        "decided": each.chosen, "since": each.started_at,
    }  # fmt: skip

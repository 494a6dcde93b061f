"""How is an experiment designed? A few steps in one form, with the power and the run time beside it as it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dangol.core.errors import DangolError
from dangol.core.experiments.wording import difference_said, value_said
from dangol.core.language import Said
from dangol.platform.audiences.queries import saved
from dangol.platform.experiments import actions, queries
from dangol.platform.experiments.queries import MEANS, OUTCOMES, SEGMENTS, ExperimentView, Plan, measured_of
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.web.deeds import reader
from dangol.platform.web.pages.experiments import forms
from dangol.platform.web.pages.experiments.words import ENROLS, SMALLEST, WHOM
from dangol.platform.web.pages.registry import page
from dangol.platform.web.viewing import language_of, spoken

STEPS: Final = (
    Said("What is tried", "무엇을"),
    Said("On whom", "누구에게"),
    Said("Against what", "무엇과 비교해"),
    Said("Judged by", "무엇으로 판단"),
)
HORIZONS: Final = (14, 30, 60, 90, 180)


@page("experiments/new", name="experiment_new", right="edit_insight")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new design; `?audience=` begins with one."""
    return _edited(request, None)


@page("experiments/<int:experiment_id>/edit", name="experiment_edit", right="edit_insight")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, experiment_id: int) -> HttpResponse:
    """A design that has not begun."""
    found = queries.experiment(reader(request), experiment_id)
    if found.state != "draft":
        return redirect("experiment", experiment_id=experiment_id)
    return _edited(request, found)


def _edited(request: HttpRequest, old: ExperimentView | None) -> HttpResponse:
    viewer, failure = reader(request), None
    told = forms.of_view(old) if old else forms.empty() | {"audience": request.GET.get("audience", "")}
    if request.method == "POST":
        told = forms.typed(request.POST)
        try:
            number = actions.design(viewer, forms.wish_of(told), old.id if old else None)
            return redirect("experiment", experiment_id=number)
        except DangolError as error:
            failure = error.in_(language_of(request))
    shown = _form(viewer, told) | {"experiment": old, "failure": failure}
    return render(request, "experiments/design.html", shown, status=400 if failure else 200)


@page("experiments/plan", name="experiment_plan", right="edit_insight")
@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """How large and how long, for the form as it is now; for htmx."""
    told = forms.typed(request.POST)
    return render(request, "experiments/plan.html", {"plan": planned(reader(request), told)})


def _form(viewer: Viewer, told: dict[str, Any]) -> dict[str, Any]:
    arms = [*told["arms"], *[("", "")] * (forms.ARMS - len(told["arms"]))][
        : max(forms.ARMS, len(told["arms"]))
    ]
    everybody = [("", Said("everybody, or the rule below", "모든 고객 또는 아래 규칙"))]
    return {
        "told": told,
        "arms": list(enumerate(arms)),
        "audiences": everybody + [(str(each.id), each.name) for each in saved(viewer)],
        "outcomes": [(name, each.measured.said) for name, each in OUTCOMES.items()],
        "outcome_means": MEANS.get(told["outcome"], ""),
        "segments": list(SEGMENTS.items()),
        "guardrails": [(name, each.measured.said) for name, each in OUTCOMES.items()],
        "whom": list(WHOM.items()),
        "enrols": [(name, ENROLS[name]) for name in ("start", "entry", "code")],
        "horizons": HORIZONS,
        "smallest_help": _smallest(told["outcome"]),
        "steps": STEPS,
        "plan": planned(viewer, told),
    }


def _smallest(outcome: str) -> Said:
    return SMALLEST[OUTCOMES[outcome].measured.kind if outcome in OUTCOMES else "mean"]


def planned(viewer: Viewer, told: Mapping[str, Any]) -> dict[str, Any]:
    """The plan in words; a form that is not complete says what is missing."""
    try:
        # A design without a name is planned all the same.
        found = queries.plan(viewer, forms.wish_of({**told, "name": told["name"] or "-"}))
    except DangolError as error:
        return {"error": Said(error.in_("en"), error.in_("ko"))}
    return {"error": found.error} if found.error else _plan_words(found)


def _plan_words(found: Plan) -> dict[str, Any]:
    measured = measured_of(found.outcome)
    return {
        "now": found.units_now,
        "a_week": found.units_a_week,
        "outcome": measured.said,
        "usual": None if found.usual is None else spoken(value_said(measured, found.usual)),
        "smallest": None if found.smallest is None else spoken(difference_said(measured, found.smallest)),
        "detectable": None
        if found.detectable is None
        else spoken(difference_said(measured, found.detectable)),
        "run": found.run,
        "advice": found.advice,
    }

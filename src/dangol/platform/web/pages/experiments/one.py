"""What does one experiment say? Its sentence and picture, both arms, every check, and what can be done with it."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from dangol.core.experiments.wording import difference_said
from dangol.core.language import Said
from dangol.platform.experiments import actions, queries
from dangol.platform.experiments.queries import MEANS, OUTCOMES, ExperimentView, measured_of, said_of
from dangol.platform.kernel import audit
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.queries import business
from dangol.platform.web.charts import Picture
from dangol.platform.web.deeds import Deed, do, reader
from dangol.platform.web.numbers.downloads import as_csv, as_json
from dangol.platform.web.pages.experiments.forms import day_of
from dangol.platform.web.pages.experiments.pictures import effects_picture
from dangol.platform.web.pages.experiments.words import (
    ENROLS,
    RULING_KINDS,
    STATES,
    WHOM,
    brought,
    compared,
    effects,
    outcome_said,
    ruling_said,
    segment_said,
)
from dangol.platform.web.pages.registry import page
from dangol.platform.web.viewing import spoken

STARTED: Final = Said(
    "It has begun. The worker brings the customers in.", "시작했습니다. 대상 고객이 곧 참여합니다."
)
STOPPED: Final = Said(
    "Nobody comes in any more; those who are in are watched to the end of their horizon.",
    "더는 참여하지 않습니다. 참여한 고객은 관찰 기간이 끝날 때까지 지켜봅니다.",
)
MOVED: Final = Said("Its last day is another one now.", "마지막 날을 바꾸었습니다.")
DECIDED: Final = Said("The decision is noted.", "결정을 기록했습니다.")
COLUMNS: Final = (
    "outcome", "part", "arm", "control", "n", "control_n", "value", "control_value", "difference", "low", "high", "p_value",
    "adjusted_p",
)  # fmt: skip


@page("experiments/<int:experiment_id>/", name="experiment", right="see_numbers")
@require_http_methods(["GET", "POST"])
def experiment(request: HttpRequest, experiment_id: int) -> HttpResponseBase:
    """The readout of one experiment, its design, and its buttons."""
    viewer = reader(request)
    view = queries.experiment(viewer, experiment_id)
    if request.method == "POST":
        return _done(request, view)
    return render(request, "experiments/one.html", _shown(viewer, view))


def _done(request: HttpRequest, view: ExperimentView) -> HttpResponseBase:
    viewer, number = reader(request), view.id

    def discard(_: HttpRequest) -> HttpResponse:
        actions.discard(viewer, number)
        return redirect("experiments")

    def told(said: Said, deed: Any, *given: Any) -> Said:
        deed(viewer, number, *given)
        return said

    posted = request.POST
    deeds: dict[str, Deed] = {
        "start": lambda _: told(STARTED, actions.start),
        "stop": lambda _: told(STOPPED, actions.stop),
        "end": lambda _: told(MOVED, actions.set_end, day_of(posted.get("ends_on", ""))),
        "decide": lambda _: told(DECIDED, actions.decide, posted.get("chosen", ""), posted.get("words", "")),
        "discard": discard,
    }
    return do(request, deeds, back=request.path)


def _shown(viewer: Viewer, view: ExperimentView) -> dict[str, Any]:
    main = effects(view)
    own = [each for each in main if each.measured.name == view.outcome] or main[:1]
    words, kind = STATES[view.state]
    return {
        "each": view,
        "state": words,
        "kind": kind,
        "ruling": ruling_said(view.ruling),
        "ruling_kind": RULING_KINDS.get(view.ruling, ""),
        "next": said_of(view.told["verdict"]["next"]) if view.told else None,
        "picture": _picture(view, own),
        "main": own[0] if own else None,
        "others": [each for each in main if each not in own],
        "guardrails": effects(view, "guardrails"),
        "segments": _segments(view),
        "brought": brought(view),
        "checks": _checks(view),
        "methods": [said_of(each) for each in view.told.get("sentences") or ()][2:],
        "is_randomised": view.told.get("is_randomised", True),
        "waiting": view.told.get("waiting_count"),
        "excluded": view.told.get("excluded_count"),
        "drawn": _drawn(viewer, view),
        "arms": [(arm["name"], arm["name"]) for arm in view.arms],
        "outcome": outcome_said(view.outcome) if view.outcome in OUTCOMES else spoken(view.outcome_said),
        "means": MEANS.get(view.outcome),
        "guarded": [outcome_said(each) for each in view.guardrails],
        "divided": [segment_said(each) for each in view.segments],
        "whom": WHOM[view.whom],
        "enrols": ENROLS[view.enrols],
        "smallest": _smallest(view),
        "currency": business().currency,
        "may_edit": viewer.may("edit_insight"),
        "may_export": viewer.may("export"),
    }


def _drawn(viewer: Viewer, view: ExperimentView) -> list[tuple[str, float, int | None]]:
    """Each arm with its planned share and how many units it has."""
    counts = queries.drawn(viewer, view.id) if view.unit_count else {}
    checks = view.told.get("sample_ratio") or ()
    counts = counts or (checks[0]["counts"] if checks else {})
    return [(arm["name"], arm["share"], counts.get(arm["name"])) for arm in view.arms]


def _smallest(view: ExperimentView) -> str:
    if view.smallest is None or view.outcome not in OUTCOMES:
        return ""
    return spoken(difference_said(measured_of(view.outcome), view.smallest))


def _picture(view: ExperimentView, own: Any) -> Picture | None:
    if not own:
        return None
    first = own[0]
    title = Said("{outcome}: {difference} with “{arm}”", "{outcome}: “{arm}” 적용 시 {difference}")
    said = spoken(title).format(outcome=first.outcome, difference=first.difference, arm=first.arm)
    n = first.treated_n + first.untreated_n
    under = spoken(
        Said(
            "{n} units, {days} days each; the line is the interval",
            "{n}건, 각 {days}일 관찰. 선은 구간입니다",
        )
    ).format(n=f"{n:,}", days=view.horizon_days)
    return effects_picture("effect", said, own, [each.arm for each in own], under)


def _segments(view: ExperimentView) -> list[tuple[str, Picture]]:
    """The effect in each declared segment, a picture a segment."""
    if view.ruling == "blocked":
        return []
    found: dict[str, list[tuple[str, Any]]] = {}
    for each in view.told.get("segments") or ():
        shown = compared(each["effect"])
        name = each["value"] if len(view.arms) < 3 else f"{each['value']} · {shown.arm}"
        found.setdefault(each["segment"], []).append((name, shown))
    return [
        (
            name,
            effects_picture(
                f"segment-{n}", _segment_title(name, rows), [s for _, s in rows], [v for v, _ in rows]
            ),
        )
        for n, (name, rows) in enumerate(found.items())
    ]


def _segment_title(name: str, rows: list[tuple[str, Any]]) -> str:
    proven = [value for value, shown in rows if shown.is_proven]
    if not proven:
        return spoken(
            Said("By {by}: no difference is proven in any of them", "{by}별: 확인된 차이가 없습니다")
        ).format(by=segment_said(name))
    listed = ", ".join(proven)
    return spoken(Said("By {by}: proven for {which}", "{by}별: {which}에서 확인되었습니다")).format(
        by=segment_said(name), which=listed
    )


def _checks(view: ExperimentView) -> list[dict[str, Any]]:
    """The sample-ratio checks: of everybody, and those of days and segments that are broken."""
    checks = view.told.get("sample_ratio") or ()
    shown = [each for n, each in enumerate(checks) if n == 0 or each["p_value"] < each["limit"]]
    return [
        {
            "among": each["among"],
            "counts": [(arm, n, each["planned"].get(arm)) for arm, n in each["counts"].items()],
            "p_value": each["p_value"],
            "is_broken": each["p_value"] < each["limit"],
        }
        for each in shown
    ]


@page("experiments/<int:experiment_id>/download", name="experiment_download", right="export")
@require_GET
def download(request: HttpRequest, experiment_id: int) -> HttpResponse:
    """The readout as a file: `?as=csv` its effects, otherwise all of it as JSON."""
    viewer = reader(request)
    view = queries.experiment(viewer, experiment_id)
    audit.record(viewer, "experiment.exported", f"experiment {view.id}")
    name = f"experiment-{view.id}"
    if request.GET.get("as") == "csv":
        return as_csv(name, COLUMNS, [_row(part, each) for part, each in _every_effect(view)])
    return as_json(
        name,
        {
            "name": view.name,
            "key": view.key,
            "state": view.state,
            "computed_at": view.computed_at,
            **view.told,
        },
    )


def _every_effect(view: ExperimentView) -> list[tuple[str, Any]]:
    found = [("goal", each) for each in view.told.get("effects") or ()]
    found += [("guardrail", each) for each in view.told.get("guardrails") or ()]
    return found + [(f"{e['segment']} {e['value']}", e["effect"]) for e in view.told.get("segments") or ()]


def _row(part: str, each: Any) -> dict[str, Any]:
    return {
        "outcome": each["outcome"]["name"], "part": part, "arm": each["arm"], "control": each["control"],
        "n": each["treated"]["n"], "control_n": each["untreated"]["n"], "value": each["treated"]["value"],
        "control_value": each["untreated"]["value"], "difference": each["difference"]["value"],
        "low": each["difference"]["low"], "high": each["difference"]["high"], "p_value": each["p_value"],
        "adjusted_p": each["adjusted_p"],
    }  # fmt: skip

"""What changed for everybody at once, and what did it move? The log of changes, with designs that are weaker and say so."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dangol.core.errors import DangolError
from dangol.core.experiments.wording import difference_said, interval_said, value_said
from dangol.core.language import Said
from dangol.core.stats.interval import Interval
from dangol.platform.audiences.queries import saved
from dangol.platform.experiments import actions, queries
from dangol.platform.experiments.actions import Told
from dangol.platform.experiments.queries import FLOWS, OUTCOMES, ChangeView, measured_of, said_of
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.web.deeds import do, reader
from dangol.platform.web.numbers.typed import number_of
from dangol.platform.web.pages.experiments.forms import day_of
from dangol.platform.web.pages.experiments.pictures import panel_picture
from dangol.platform.web.pages.experiments.words import outcome_said
from dangol.platform.web.pages.registry import page
from dangol.platform.web.viewing import language_of, spoken

METHODS: Final = {
    "did": Said("Difference in differences: those it was for against the others, before and after", "이중차분: 적용한 고객과 나머지 고객을 변경 전후로 비교"),
    "rd": Said("Cut-off: those who joined just before against those who joined just after", "불연속 회귀: 변경 직전에 가입한 고객과 직후에 가입한 고객을 비교"),
}  # fmt: skip
VERDICTS: Final = {
    "better": (Said("seems better", "나아진 것으로 보임"), "good"),
    "worse": (Said("seems worse", "나빠진 것으로 보임"), "bad"),
    "no_difference": (Said("not told apart from nothing", "차이를 구별할 수 없음"), ""),
}
AGAIN: Final = Said(
    "It is estimated anew; that takes a moment.", "다시 추정합니다. 잠시 뒤에 결과가 나옵니다."
)


@page(
    "prove/changes",
    name="changes",
    right="see_numbers",
    rail=("prove", Said("Changes", "변경 기록")),
    order=520,
)
@require_http_methods(["GET", "POST"])
def changes(request: HttpRequest) -> HttpResponse:
    """Every change that could not be drawn by lot; a POST writes one down."""
    viewer, failure, told = reader(request), None, _empty()
    if request.method == "POST":
        told = {name: str(request.POST.get(name, "")) for name in told} | {
            "outcomes": request.POST.getlist("outcomes")
        }
        try:
            return redirect("change", change_id=actions.record_change(viewer, _told_of(told)))
        except DangolError as error:
            failure = error.in_(language_of(request))
    found = queries.changes(viewer)
    return render(request, "experiments/changes.html", {
        "rows": [(each, [_shown(view) for view in _estimates(each)]) for each in found],
        "may_edit": viewer.may("edit_insight"),
        "failure": failure,
        "told": told,
        "methods": list(METHODS.items()),
        "audiences": [("", Said("nobody chosen", "선택 안 함")), *((str(each.id), each.name) for each in saved(viewer))],
        "outcomes": [(name, each.measured.said, name in FLOWS) for name, each in OUTCOMES.items()],
    }, status=400 if failure else 200)  # fmt: skip


def _empty() -> dict[str, Any]:
    return {
        "name": "",
        "changed_on": "",
        "method": "did",
        "days": "56",
        "audience": "",
        "note": "",
        "why": "",
        "outcomes": ["active_days"],
    }


def _told_of(told: dict[str, Any]) -> Told:
    audience = told["audience"]
    day = day_of(told["changed_on"])
    if day is None:
        day = day_of("-")
    assert day is not None  # noqa: S101 an empty day was refused above
    return Told(
        name=told["name"], changed_on=day, method=told["method"], outcomes=tuple(told["outcomes"]),
        days=int(number_of(told["days"]) or 0), audience=int(audience) if audience.isdigit() and len(audience) < 18 else None,
        note=told["note"], why=told["why"],
    )  # fmt: skip


def _estimates(each: ChangeView) -> list[dict[str, Any]]:
    return [dict(told) for told in each.told]


def _shown(told: dict[str, Any]) -> dict[str, Any]:
    """One estimate in words."""
    measured = measured_of(told["outcome"])
    words, kind = VERDICTS[told["ruling"]]
    ends = Interval(told["effect"], told["low"], told["high"])
    return {
        "outcome": outcome_said(told["outcome"]),
        "words": words,
        "kind": kind,
        "difference": spoken(difference_said(measured, ends.value)),
        "interval": spoken(interval_said(measured, ends)),
        "treated": told["treated_count"],
        "others": told["other_count"],
        "holds": told["holds"],
        "notes": [said_of(each) for each in told["notes"]],
        "told": told,
    }


@page("prove/changes/<int:change_id>", name="change", right="see_numbers")
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, change_id: int) -> HttpResponseBase:
    """One change, its estimates, and what would make them wrong."""
    viewer = reader(request)
    view = queries.change(viewer, change_id)
    if request.method == "POST":
        return _done(request, viewer, change_id)
    shown = [_shown(told) for told in _estimates(view)]
    return render(request, "experiments/change.html", {
        "each": view,
        "estimates": [(each, _picture(each)) for each in shown],
        "method": METHODS[view.method],
        "outcomes": [outcome_said(name) for name in view.outcomes],
        "may_edit": viewer.may("edit_insight"),
    })  # fmt: skip


def _picture(shown: dict[str, Any]) -> Any:
    measured = measured_of(shown["told"]["outcome"])
    title = spoken(Said("{outcome}: {difference}", "{outcome}: {difference}")).format(**shown)
    under = spoken(Said("mean a customer and period of {n} days", "고객당 {n}일 기간 평균")).format(
        n=shown["told"].get("length", "")
    )
    return panel_picture(
        f"change-{shown['told']['outcome']}",
        title,
        shown["told"],
        lambda value: spoken(value_said(measured, value)),
        under,
    )


def _done(request: HttpRequest, viewer: Viewer, change_id: int) -> HttpResponseBase:
    def again(_: HttpRequest) -> Said:
        actions.estimate_again(viewer, change_id)
        return AGAIN

    def forget(_: HttpRequest) -> HttpResponse:
        actions.forget_change(viewer, change_id)
        return redirect("changes")

    return do(request, {"again": again, "forget": forget}, back=request.path)

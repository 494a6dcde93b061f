"""How is a finished experiment read out that was run elsewhere? From its table, one row a unit, by what it says."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dangol.core.errors import DangolError, RequestError
from dangol.core.experiments.roles import Wanted
from dangol.core.language import Said
from dangol.platform.experiments import actions
from dangol.platform.experiments.actions import TableWish
from dangol.platform.web.deeds import reader
from dangol.platform.web.numbers.typed import number_of
from dangol.platform.web.pages.registry import page
from dangol.platform.web.viewing import language_of

FIELDS: Final = ("name", "arm", "control", "outcome", "before", "segments", "shares", "smallest")
ACCEPT: Final = ".csv,.tsv,.txt,.parquet,.xlsx,.json,.jsonl,.ndjson,.gz"


@page("experiments/upload", name="experiment_upload", right="edit_insight")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """A randomised table to a readout, as `dangol experiment FILE` makes one."""
    told, failure = {name: str(request.POST.get(name, "")).strip() for name in FIELDS}, None
    if request.method == "POST":
        try:
            return redirect("experiment", experiment_id=_read(request, told))
        except DangolError as error:
            failure = error.in_(language_of(request))
    shown = {"told": told, "failure": failure, "accept": ACCEPT}
    return render(request, "experiments/upload.html", shown, status=400 if failure else 200)


def _read(request: HttpRequest, told: dict[str, str]) -> int:
    file = request.FILES.get("file")
    if file is None:
        raise RequestError(
            Said("A table was to be read.", "표를 판독하려고 했습니다."),
            Said("No file was chosen.", "파일을 고르지 않았습니다."),
            Said("Choose a file with one row a customer.", "고객마다 한 행인 파일을 고르십시오."),
        )
    wanted = Wanted(
        told["arm"],
        told["control"],
        headings(told["outcome"]),
        headings(told["before"]),
        (),
        headings(told["segments"]),
    )
    wish = TableWish(told["name"], wanted, shares_of(told["shares"]), number_of(told["smallest"]))
    return actions.read_table(reader(request), file.name or "table.csv", file.chunks(), wish)


def headings(text: str) -> tuple[str, ...]:
    """Headings separated by commas."""
    return tuple(each.strip() for each in text.split(",") if each.strip())


def shares_of(text: str) -> dict[str, float]:
    """Planned parts as `control=1, offer=19`; a RequestError for what is no number above 0."""
    found: dict[str, Any] = {}
    for each in headings(text):
        name, _, part = each.partition("=")
        found[name.strip()] = number_of(part) or 0.0
    if any(part <= 0 for part in found.values()):
        raise RequestError(
            Said(f"The planned shares {text!r} were given.", f"계획한 비율로 {text!r}을(를) 주셨습니다."),
            Said("Each arm needs a number above 0.", "실험군마다 0보다 큰 숫자가 필요합니다."),
            Said("Write control=1, offer=19.", "control=1, offer=19처럼 쓰십시오."),
        )
    return found

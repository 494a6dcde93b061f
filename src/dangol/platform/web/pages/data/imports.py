"""How does a reader bring files in? Dropped, looked at, mapped, counted, brought, and undone if need be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from dangol.core.engine.files import REFUSALS
from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.core.schema import NOUNS
from dangol.platform.kernel.access.queries import members
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.imports import actions, queries
from dangol.platform.log.imports.demo import SOURCE
from dangol.platform.log.imports.queries import ImportView
from dangol.platform.web.pages.data import mapping
from dangol.platform.web.pages.registry import page
from dangol.platform.web.viewing import language_of, present_viewer, spoken

ACCEPTED: Final = ".csv,.tsv,.txt,.gz,.xlsx,.xls,.xlsm,.ods,.parquet,.json,.jsonl,.ndjson,.vcf"
SHOWN: Final = 50
KINDS_OF_STATE: Final = {
    "done": "good",
    "failed": "bad",
    "running": "info",
    "planned": "info",
    "undoing": "warn",
}
NAMES: Final = {
    actions.OWN_FILES: Said("My files", "내 파일"),
    SOURCE: Said("Simulated business", "모의 사업"),
}
STARTED: Final = Said(
    "It is being brought. You can leave this page.", "가져오고 있습니다. 이 화면을 떠나셔도 됩니다."
)
DISCARDED: Final = Said("The draft is gone; nothing was brought.", "초안을 지웠습니다. 가져온 것은 없습니다.")
UNDOING: Final = Said("It is being undone.", "되돌리고 있습니다.")


@page(
    "data/imports/", name="imports", right="bring_data", rail=("data", Said("Imports", "가져오기")), order=20
)
def imports(request: HttpRequest) -> HttpResponseBase:
    """The imports so far, and the place to drop files."""
    viewer = present_viewer(request)
    if request.method == "POST":
        return _uploaded(request, viewer)
    return render(
        request,
        "data/imports.html",
        {"rows": [_line(each) for each in queries.imports(viewer, SHOWN)], "accepted": ACCEPTED},
    )


def _uploaded(request: HttpRequest, viewer: Viewer) -> HttpResponseBase:
    files = request.FILES.getlist("file")
    source = request.POST.get("source", "").strip() or actions.OWN_FILES
    try:
        made = actions.upload(viewer, ((each.name or "file", each.chunks()) for each in files), source)
    except DangolError as error:
        messages.error(request, error.in_(language_of(request)))
        return redirect("imports")
    return redirect("import", made.id)


@page("data/imports/<int:import_id>", name="import", right="bring_data")
def one_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """One import: a draft with its preview and mapping, or what became of its rows."""
    viewer = present_viewer(request)
    view = queries.one(viewer, import_id)
    told: dict[str, Any] = _told(viewer, view)
    if view.state in ("draft", "failed"):
        found = queries.preview(viewer, import_id)
        told |= {
            "tables": [(table, mapping.heads(table)) for table in found.tables],
            "problem": found.problem,
            "nouns": mapping.nouns(),
            "choices": mapping.choices(found.tables, view.noun, view.mapping),
            "field": mapping.FIELD,
        }
    return render(request, "data/import.html", told)


@page("data/imports/<int:import_id>/counts", name="import_counts", right="bring_data")
@require_GET
def counts(request: HttpRequest, import_id: int) -> HttpResponse:
    """The part of the page that changes by itself."""
    viewer = present_viewer(request)
    return render(request, "data/import_counts.html", _told(viewer, queries.one(viewer, import_id)))


@page("data/imports/<int:import_id>/mapping", name="import_mapping", right="bring_data")
@require_POST
def say_mapping(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """Keep what the reader says of the columns."""
    noun, said = mapping.told(request.POST)
    return _done(request, import_id, lambda viewer: actions.set_mapping(viewer, import_id, noun, said), None)


@page("data/imports/<int:import_id>/start", name="import_start", right="bring_data")
@require_POST
def start(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """Bring it."""
    is_live = request.POST.get("is_live") == "on"
    return _done(
        request, import_id, lambda viewer: actions.start(viewer, import_id, is_live=is_live), STARTED
    )


@page("data/imports/<int:import_id>/undo", name="import_undo", right="bring_data")
@require_POST
def undo(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """Take it back as a whole."""
    return _done(request, import_id, lambda viewer: actions.undo(viewer, import_id), UNDOING)


@page("data/imports/<int:import_id>/discard", name="import_discard", right="bring_data")
@require_POST
def discard(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """Throw a draft away."""
    try:
        actions.discard(present_viewer(request), import_id)
    except DangolError as error:
        messages.error(request, error.in_(language_of(request)))
        return redirect("import", import_id)
    messages.success(request, spoken(DISCARDED))
    return redirect("imports")


@page("data/imports/<int:import_id>/refused.csv", name="import_refused", right="bring_data")
@require_GET
def refused(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """The refused rows with the reason of each, in the reader's language."""
    lines = queries.refused_lines(present_viewer(request), import_id, language_of(request))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="refused-{import_id}.csv"'
    return answer


def _done(request: HttpRequest, import_id: int, deed: Any, said: Said | None) -> HttpResponseBase:
    try:
        deed(present_viewer(request))
    except DangolError as error:
        messages.error(request, error.in_(language_of(request)))
    else:
        if said is not None:
            messages.success(request, spoken(said))
    return redirect("import", import_id)


def _line(view: ImportView) -> dict[str, Any]:
    return {
        "view": view,
        "source": NAMES.get(view.source, view.source),
        "state": actions.STATES[view.state],
        "kind": KINDS_OF_STATE.get(view.state, ""),
    }


def _told(viewer: Viewer, view: ImportView) -> dict[str, Any]:
    """What both the page and its moving part say of an import."""
    record = view.record
    made = [(NOUNS[noun].title, told) for noun, told in record.get("made", {}).items()]
    reasons = [(REFUSALS[code], count) for code, count in record.get("refused", {}).items()]
    repeats = [(REFUSALS[code], count) for code, count in record.get("repeated", {}).items()]
    notes = list(_notes(record))
    return _line(view) | {
        "made": made, "reasons": reasons, "repeats": repeats, "notes": notes,
        "error": Said(view.error["en"], view.error["ko"]) if view.error else None,
        "brought": sum(told["new"] + told["changed"] for _, told in made),
        "waiting": sum(told.get("waiting", 0) for _, told in made),
        "percent_done": round(100 * view.share_done) if view.share_done is not None else None,
        "has_refused": queries.has_refused(view),
        "undoing": queries.undoing(viewer, view.id) if view.state == "done" else None,
        "is_alone": viewer.may("administer") and len(members(viewer)) == 1,
        "is_free": view.state in ("draft", "failed"),
    }  # fmt: skip


def _notes(record: dict[str, Any]) -> Iterator[tuple[str, Said]]:
    """What is to be known of each file, then of all together; what several files have in common once."""
    files: dict[tuple[str, str], list[str]] = {}
    for file in record.get("files", ()):
        for each in (*file["notes"], *filter(None, [file["problem"]])):
            files.setdefault((each["en"], each["ko"]), []).append(file["name"])
    for (en, ko), names in files.items():
        yield ", ".join(names[:3]) + (" ..." if len(names) > 3 else ""), Said(en, ko)
    for each in record.get("notes", ()):
        yield "", Said(each["en"], each["ko"])

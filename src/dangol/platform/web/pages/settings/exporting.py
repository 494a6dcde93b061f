"""How is everything taken along? Table by table, in a form that an import reads again."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from dangol.core.language import Said
from dangol.platform.web.exporting import FORMS, TYPES, parts, pieces
from dangol.platform.web.pages.registry import page
from dangol.platform.web.viewing import present_viewer

TITLE: Final = Said("Export", "내보내기")


@page("settings/export", name="export", right="export", rail=("settings", TITLE), order=70)
def export(request: HttpRequest) -> HttpResponse:
    """Every table that the viewer may take."""
    return render(request, "settings/export.html", {"parts": parts(present_viewer(request)), "forms": FORMS})


@page("settings/export/<str:name>.<str:form>", name="export_part", right="export")
@require_POST
def export_part(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """One table, streamed."""
    answer = StreamingHttpResponse(
        pieces(present_viewer(request), name, form), content_type=TYPES.get(form, "")
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer

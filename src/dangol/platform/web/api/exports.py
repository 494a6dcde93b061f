"""How do programs take everything along? Table by table, streamed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router, Schema

from dangol.platform.web import exporting
from dangol.platform.web.api.doors import caller, needs

router = Router()


class Part(Schema):
    """A table that can be taken."""

    name: str
    title: dict[str, str]


@router.get("", response=list[Part], summary="The tables that can be taken")
@needs("export")
def parts(request: HttpRequest) -> Any:
    """Those that the caller's rights reach."""
    return [
        {"name": each.name, "title": {"en": each.title.en, "ko": each.title.ko}}
        for each in exporting.parts(caller(request))
    ]


@router.post("{name}/", summary="One table")
@needs("export")
def take(
    request: HttpRequest, name: str, form: Annotated[Literal["csv", "parquet", "jsonl"], Query()] = "jsonl"
) -> Any:
    """Streamed; each is noted in the audit trail. Parquet and JSON lines are read again exactly by an import."""
    return StreamingHttpResponse(
        exporting.pieces(caller(request), name, form), content_type=exporting.TYPES[form]
    )

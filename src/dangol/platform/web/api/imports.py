"""How do programs bring files in? Uploaded, mapped, counted, started, undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, StreamingHttpResponse
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from dangol.platform.log.imports import actions, queries
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import After, Id, Limit, Paged, number_in, paged
from dangol.platform.web.viewing import language_of

router = Router()


class Import(Schema):
    """One import."""

    id: int
    name: str
    source: str
    noun: str = Field(description="What its rows are; empty: as recognised")
    mapping: dict[str, str] = Field(description="Column of ours -> heading of the files")
    is_live: bool
    state: str = Field(description="draft, planned, running, done, failed, undoing or undone")
    stage: str
    rows_total: int
    rows_done: int
    rows_read: int = Field(description="= rows_kept + rows_refused + rows_repeated")
    rows_kept: int
    rows_refused: int
    rows_repeated: int
    record: dict[str, Any]
    error: dict[str, str] | None = None
    made_by: str
    made_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None


class Mapping_(Schema):  # noqa: N801 the word is the domain's own
    """What the files hold, and which heading is which column."""

    noun: str = Field("", max_length=20, examples=["orders"])
    mapping: dict[str, str] = Field(default_factory=dict, examples=[{"amount": "총 금액"}])


class Start(Schema):
    """How to bring it."""

    is_live: Annotated[bool, Field(description="Let it trigger things, as if it happened now")] = False


class Table(Schema):
    """One table of a draft, before it is read in full."""

    name: str
    format: str
    encoding: str | None = None
    noun: str | None = None
    columns: dict[str, str]
    headings: list[str]
    rows: list[list[str | None]]
    problem: dict[str, str] | None = None


class Preview(Schema):
    """What the files would be taken for."""

    tables: list[Table]
    problem: dict[str, str] | None = None


class Undoing(Schema):
    """What an undo would remove."""

    rows: int
    hindrance: dict[str, str] | None = None


@router.get("", response=Paged[Import], summary="The imports, newest first")
@needs("bring_data")
def imports(request: HttpRequest, limit: Limit = 50, after: After = None) -> Any:
    """Of the whole business."""
    return paged(queries.imports(caller(request), limit + 1, number_in(after)), limit, "id")


@router.post("", response={201: Import}, summary="Upload files as a draft")
@needs("bring_data")
def upload(
    request: HttpRequest,
    files: list[UploadedFile] = File(...),  # type: ignore[type-arg]
    source: Annotated[str, Form(max_length=120)] = actions.OWN_FILES,
) -> Any:
    """CSV, TSV, Excel, Parquet, JSON lines or vCard. Nothing is brought until it is started."""
    given = ((each.name or "file", each.chunks()) for each in files)
    return Status(201, actions.upload(caller(request), given, source or actions.OWN_FILES))


@router.get("{import_id}/", response=Import, summary="One import")
@needs("bring_data")
def one(request: HttpRequest, import_id: Id) -> Any:
    """With what became of every row."""
    return queries.one(caller(request), import_id)


@router.get("{import_id}/preview/", response=Preview, summary="What its files would be taken for")
@needs("bring_data")
def preview(request: HttpRequest, import_id: Id) -> Any:
    """The first rows, and which heading is which column."""
    found = queries.preview(caller(request), import_id)
    return {"tables": [asdict(each) for each in found.tables], "problem": found.problem}


@router.put("{import_id}/mapping/", response=Import, summary="Say which heading is which column")
@needs("bring_data")
def say_mapping(request: HttpRequest, import_id: Id, given: Mapping_) -> Any:
    """Of a draft; it is counted anew."""
    told: Mapping[str, str] = given.mapping
    return actions.set_mapping(caller(request), import_id, given.noun, told)


@router.post("{import_id}/start/", response=Import, summary="Bring it")
@needs("bring_data")
def start(request: HttpRequest, import_id: Id, given: Start) -> Any:
    """The worker does it; look at it again for its progress."""
    return actions.start(caller(request), import_id, is_live=given.is_live)


@router.get("{import_id}/undo/", response=Undoing, summary="What an undo would remove")
@needs("bring_data")
def undoing(request: HttpRequest, import_id: Id) -> Any:
    """And what stands in its way."""
    plan = queries.undoing(caller(request), import_id)
    why = plan.hindrance
    return {"rows": plan.rows, "hindrance": {"en": why.en, "ko": why.ko} if why else None}


@router.post("{import_id}/undo/", response=Import, summary="Take it back as a whole")
@needs("bring_data")
def undo(request: HttpRequest, import_id: Id) -> Any:
    """The worker does it."""
    return actions.undo(caller(request), import_id)


@router.delete("{import_id}/", response={204: None}, summary="Throw a draft away")
@needs("bring_data")
def discard(request: HttpRequest, import_id: Id) -> Any:
    """Only of one that brought nothing."""
    actions.discard(caller(request), import_id)
    return Status(204, None)


@router.get("{import_id}/refused.csv", summary="The refused rows with their reasons")
@needs("bring_data")
def refused(request: HttpRequest, import_id: Id) -> Any:
    """In the language of Accept-Language."""
    lines = queries.refused_lines(caller(request), import_id, language_of(request))
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")

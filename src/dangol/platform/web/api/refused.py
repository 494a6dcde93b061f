"""Which messages were not let in, over REST?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from dangol.platform.log import actions, queries
from dangol.platform.log.queries import RefusedView
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import After, Id, Limit, Paged, cursor_of, number_in

router = Router()


class Sentence(Schema):
    """A text in both languages."""

    en: str
    ko: str


class RefusedMessage(Schema):
    """One message that was not let in."""

    id: int
    source_id: int | None = None
    source_name: str
    received_at: datetime
    reason: str = Field(examples=["no_event"])
    sentence: Sentence
    body: str


class Mended(Schema):
    """The message as it shall be tried; null: as it was."""

    body: str | None = Field(None, max_length=32_768)


@router.get("", response=Paged[RefusedMessage], summary="What was refused")
@needs("bring_data")
def refused(
    request: HttpRequest,
    reason: Annotated[str, Query(max_length=60)] = "",
    after: After = None,
    limit: Limit = 50,
) -> Any:
    """The newest first."""
    rows = queries.refused(caller(request), reason=reason, before=number_in(after), limit=limit + 1)
    shown = [_told(each) for each in rows[:limit]]
    return {"items": shown, "next": cursor_of(rows[limit - 1].id) if len(rows) > limit else None}


@router.post("{refused_id}/try/", response={204: None}, summary="Try one again")
@needs("bring_data")
def try_again(request: HttpRequest, refused_id: Id, given: Mended) -> Any:
    """As it was, or mended."""
    actions.try_again(caller(request), refused_id, given.body)
    return Status(204, None)


def _told(row: RefusedView) -> dict[str, Any]:
    sentence = {"en": row.sentence.en, "ko": row.sentence.ko}
    return {name: getattr(row, name) for name in row.__slots__ if name not in ("title", "sentence")} | {
        "sentence": sentence
    }

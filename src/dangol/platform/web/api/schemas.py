"""Which events are there? Over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from dangol.platform.log import queries
from dangol.platform.web.api.doors import caller, needs

router = Router()


class EventSchema(Schema):
    """One event of one source."""

    source_id: int
    type: str
    name: str
    count: int
    first_at: datetime
    last_at: datetime
    received_at: datetime
    properties: dict[str, list[str]]
    is_known: bool


@router.get("", response=list[EventSchema], summary="The events that were seen")
@needs("see_numbers")
def schemas(request: HttpRequest) -> Any:
    """The latest first, with the kinds of each property."""
    return queries.schemas(caller(request))

"""Can the data be trusted today? The checks over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dangol.platform.log.imports import looking
from dangol.platform.web.api.doors import caller, needs

router = Router()


class Finding(Schema):
    """What a check found the last time."""

    check: str
    subject: str
    value: float | None = None
    threshold: float
    unit: str
    is_failed: bool
    is_muted: bool
    owner: str
    sentence: dict[str, str]
    looked_at: datetime


class Rule(Schema):
    """How far a check may go, and who owns it."""

    check: str = Field(max_length=40, examples=["stale"])
    subject: str = Field("", max_length=120, description="A noun; empty: all of them")
    threshold: float | None = Field(None, description="null: the check's own")
    owner: str = Field("", max_length=200)
    is_muted: bool = False


@router.get("", response=list[Finding], summary="What the checks found")
@needs("see_numbers")
def findings(request: HttpRequest) -> Any:
    """Failing ones first."""
    return [
        {name: getattr(each, name) for name in Finding.model_fields if name != "sentence"}
        | {"sentence": {"en": each.sentence.en, "ko": each.sentence.ko}}
        for each in looking.findings(caller(request))
    ]


@router.put("rules/", response={204: None}, summary="Set a check")
@needs("bring_data")
def set_rule(request: HttpRequest, given: Rule) -> Any:
    """Its threshold, owner, and whether it may alert."""
    told = given.model_dump(exclude={"check", "subject"})
    looking.set_rule(caller(request), given.check, given.subject, **told)
    return Status(204, None)

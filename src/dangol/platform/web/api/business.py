"""Which business is this? Its settings over REST, with what the data suggests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from dangol.platform.kernel import actions, queries
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.returning import suggestion

router = Router()


class Silence(Schema):
    """Customers of a plan, channel or country who are gone after another number of silent days."""

    column: str = Field(examples=["plan"], description="plan, channel or country")
    value: str = Field(min_length=1, max_length=200)
    days: int = Field(ge=1, le=3650)


class Business(Schema):
    """What every number depends on."""

    name: str
    kind: str
    time_zone: str
    currency: str
    fiscal_start: int
    inactivity_days: int | None = None
    inactivity_of: list[Silence] = Field(default_factory=list)
    activity: str
    is_demo: bool
    set_up_at: datetime | None = None


class Changes(Schema):
    """What to change; what is left out stays."""

    name: str | None = Field(None, max_length=200)
    kind: str | None = Field(None, description="shop, subscription or both")
    time_zone: str | None = Field(None, max_length=64, examples=["Asia/Seoul"])
    currency: str | None = Field(None, max_length=3, examples=["KRW"])
    fiscal_start: int | None = Field(None, ge=1, le=12)
    inactivity_days: int | None = Field(None, ge=1, le=3650, description="null: not decided")
    inactivity_of: list[Silence] | None = Field(
        None, max_length=50, description="all of them; the first that fits counts"
    )
    activity: str | None = Field(None, description="auto, orders or events")


class Suggested(Schema):
    """After how many silent days somebody counts as gone, as the data says."""

    days: int | None = None
    reason: str | None = Field(None, description="Why it cannot say")
    sentence: dict[str, str] | None = None


@router.get("", response=Business, summary="The business")
@needs("see_numbers")
def business(request: HttpRequest) -> Any:
    """As it is set."""
    return queries.business()


@router.patch("", response=Business, summary="Change the business")
@needs("administer")
def change(request: HttpRequest, given: Changes) -> Any:
    """Figures are counted anew."""
    told = given.model_dump(exclude_unset=True)
    kept = {name: value for name, value in told.items() if value is not None or name == "inactivity_days"}
    return actions.set_up_business(caller(request), **kept)


@router.get("inactivity/", response=Suggested, summary="What the data suggests of inactivity")
@needs("see_numbers")
def suggested(request: HttpRequest) -> Any:
    """By how long people were silent before they came back."""
    found = suggestion(caller(request), queries.business().inactivity_days)
    said = found.sentence
    return {
        "days": found.days,
        "reason": found.reason,
        "sentence": {"en": said.en, "ko": said.ko} if said else None,
    }

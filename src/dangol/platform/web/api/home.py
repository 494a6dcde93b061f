"""How is the business doing? The opening page over REST, and who looks after each hole."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import Field

from dangol.core.calendar import Period
from dangol.platform.insight import actions
from dangol.platform.insight.home import Bucket, HomeFigure, home
from dangol.platform.web.api.doors import caller, needs

router = Router()
By = Literal["tenure", "reason", "plan", "channel"]


class Span(Schema):
    """Days from `start` to the day before `end`."""

    start: date
    end: date


class Figure(Schema):
    """One number with what it needs to be read rightly."""

    metric: str
    column: str
    value: Any = Field(description="null: not known yet, see reason")
    reason: str | None
    period: Span | None
    n: int | None
    change: float | None = Field(description="Against the base: points of a rate, else relative")
    base: Span | None


class Hole(Schema):
    """One hole of the bucket. Holes without a code are the small ones together."""

    code: str
    title: dict[str, str]
    lost_count: int
    share_rate: float
    lost_amount: Any = None
    owner_id: int | None = None
    owner: str = ""


class Leaks(Schema):
    """What came in, what is kept and what went out, and through which holes."""

    period: Span
    divided_by: str
    divisions: list[str]
    new_count: int
    returned_count: int
    lost_count: int
    stock: int
    holes: list[Hole]


class Opening(Schema):
    """The opening page as data."""

    currency: str
    figures: list[Figure]
    bucket: Leaks | None
    missing: dict[str, str] | None = Field(description="Why there is nothing to show yet")
    computed_at: datetime | None
    is_fresh: bool


class Owned(Schema):
    """Who looks after a hole; null: nobody."""

    owner_id: int | None = Field(None, ge=1, lt=2**63)


@router.get("", response=Opening, summary="The opening page")
@needs("see_numbers")
def opening(request: HttpRequest, by: str = "") -> Any:
    """`by` chooses how the holes are told apart: tenure, reason, plan or channel."""
    found = home(caller(request), by)
    missing = {"en": found.missing.en, "ko": found.missing.ko} if found.missing else None
    return {
        "currency": found.currency, "figures": [_figure(each) for each in found.figures], "missing": missing,
        "bucket": _leaks(found.bucket) if found.bucket else None,
        "computed_at": found.computed_at, "is_fresh": found.is_fresh,
    }  # fmt: skip


@router.put("holes/{by}/{code}/", response={204: None}, summary="Look after a hole")
@needs("edit_insight")
def own(request: HttpRequest, by: By, code: Annotated[str, Path(max_length=100)], given: Owned) -> Any:
    """Somebody looks after it from now on, or nobody any more."""
    actions.own_hole(caller(request), by, code, given.owner_id)
    return Status(204, None)


def _span(period: Period | None) -> dict[str, date] | None:
    return {"start": period.start, "end": period.end} if period else None


def _figure(each: HomeFigure) -> dict[str, Any]:
    return asdict(each) | {"period": _span(each.period), "base": _span(each.base)}


def _leaks(bucket: Bucket) -> dict[str, Any]:
    holes = [asdict(each) | {"title": {"en": each.title.en, "ko": each.title.ko}} for each in bucket.holes]
    return asdict(bucket) | {
        "period": _span(bucket.period), "divisions": list(bucket.divisions), "holes": holes,
    }  # fmt: skip

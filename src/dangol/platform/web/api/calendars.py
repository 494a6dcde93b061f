"""When is somebody there to answer? Calendars over REST."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dangol.core.hours import spans_of, text_of
from dangol.platform.kernel import calendars, clock
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import Id

router = Router()
SPANS = Field(min_length=7, max_length=7, examples=[["09:00-12:00, 13:00-18:00"] * 5 + ["", ""]])


class Given(Schema):
    """Open hours of Monday to Sunday as text, and the closed days with their names."""

    name: str = Field(min_length=1, max_length=120)
    zone: str = Field(max_length=64, examples=["Asia/Seoul"])
    weekly: list[str] = SPANS
    closed_on: dict[date, str] = Field(default_factory=dict, max_length=1000)


class Calendar(Schema):
    """A calendar, and whether it is open now."""

    id: int
    name: str
    zone: str
    weekly: list[str]
    closed_on: dict[str, str]
    is_open: bool


@router.get("", response=list[Calendar], summary="Calendars")
@needs("administer")
def every(request: HttpRequest) -> Any:
    """By name."""
    return [_told(each) for each in calendars.calendars()]


@router.post("", response={201: Calendar}, summary="Make a calendar")
@needs("administer")
def make(request: HttpRequest, given: Given) -> Any:
    """Deadlines can be counted by it."""
    return Status(201, _told(_kept(request, given, None)))


@router.put("{calendar_id}/", response=Calendar, summary="Change a calendar")
@needs("administer")
def change(request: HttpRequest, calendar_id: Id, given: Given) -> Any:
    """As a whole."""
    return _told(_kept(request, given, calendar_id))


@router.delete("{calendar_id}/", response={204: None}, summary="Remove a calendar")
@needs("administer")
def remove(request: HttpRequest, calendar_id: Id) -> Any:
    """For good."""
    calendars.remove(caller(request), calendar_id)
    return Status(204, None)


def _kept(request: HttpRequest, given: Given, calendar_id: int | None) -> calendars.CalendarView:
    weekly = [spans_of(each) for each in given.weekly]
    return calendars.keep(
        caller(request), given.name, given.zone, weekly, given.closed_on, calendar_id=calendar_id
    )


def _told(each: calendars.CalendarView) -> dict[str, Any]:
    return {
        "id": each.id, "name": each.name, "zone": each.zone, "weekly": [text_of(day) for day in each.weekly],
        "closed_on": each.closed_on, "is_open": each.hours.is_open(clock.now()),
    }  # fmt: skip

"""When is somebody there to answer? Calendars of open hours and closed days, edited as text."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from dangol.core.errors import DangolError
from dangol.core.hours import WEEKDAYS, closed_days, spans_of, text_of_days
from dangol.core.language import Said
from dangol.platform.kernel import calendars, clock
from dangol.platform.kernel.queries import business
from dangol.platform.web.deeds import do, reader
from dangol.platform.web.describing import zones
from dangol.platform.web.pages.registry import page
from dangol.platform.web.viewing import language_of

TITLE: Final = Said("Calendars", "캘린더")
OFFICE: Final = ("09:00-12:00, 13:00-18:00",) * 5 + ("", "")


@page("settings/calendars", name="calendars", right="administer", rail=("settings", TITLE), order=36)
def every(request: HttpRequest) -> HttpResponseBase:
    """The calendars, and whether each is open now."""
    now = clock.now()
    rows = [(each, each.hours.is_open(now)) for each in calendars.calendars()]
    return render(request, "settings/calendars.html", {"rows": rows, "weekdays": WEEKDAYS})


@page("settings/calendars/new", name="new_calendar", right="administer")
def new(request: HttpRequest) -> HttpResponseBase:
    """A calendar with office hours to begin with."""
    return _edited(request, None)


@page("settings/calendars/<int:number>", name="calendar", right="administer")
def one(request: HttpRequest, number: int) -> HttpResponseBase:
    """One calendar to change."""
    calendars.calendar(number)
    return _edited(request, number)


def _edited(request: HttpRequest, number: int | None) -> HttpResponseBase:
    told, country, year = (
        _told(request, number),
        request.POST.get("country", "KR"),
        request.POST.get("year", ""),
    )
    if request.method == "POST" and request.POST.get("do") == "fill":
        told["closed"] = _filled(request, told["closed"], country, year)
    elif request.method == "POST" and request.POST.get("do") == "remove" and number is not None:
        return do(
            request,
            {"remove": lambda asked: calendars.remove(reader(asked), number)},
            back=reverse("calendars"),
        )
    elif request.method == "POST":
        try:
            _keep(request, told, number)
            return redirect("calendars")
        except DangolError as error:
            messages.error(request, error.in_(language_of(request)))
    days = [(f"day{n}", said, told["days"][n]) for n, said in enumerate(WEEKDAYS)]
    shown: dict[str, Any] = {
        "told": told, "days": days, "zones": zones(), "number": number, "country": country,
        "year": year or clock.today(told["zone"]).year,
    }  # fmt: skip
    return render(request, "settings/calendar.html", shown)


def _told(request: HttpRequest, number: int | None) -> dict[str, Any]:
    """What the form says, or what is kept."""
    if request.method == "POST":
        form = request.POST
        days = [form.get(f"day{n}", "") for n in range(7)]
        return {
            "name": form.get("name", ""),
            "zone": form.get("zone", ""),
            "days": days,
            "closed": form.get("closed", ""),
        }
    if number is None:
        return {"name": "", "zone": business().time_zone, "days": list(OFFICE), "closed": ""}
    held = calendars.calendar(number)
    return {
        "name": held.name,
        "zone": held.zone,
        "days": list(held.texts),
        "closed": text_of_days(held.closed_on),
    }


def _filled(request: HttpRequest, closed: str, country: str, year: str) -> str:
    """The closed days with the public holidays of a country and year among them; nothing is kept by it."""
    try:
        held = closed_days(closed)
        found = calendars.public_holidays(country, int(year) if year.isdigit() else 0, language_of(request))
    except DangolError as error:
        messages.error(request, error.in_(language_of(request)))
        return closed
    return text_of_days({day.isoformat(): name for day, name in (found | held).items()})


def _keep(request: HttpRequest, told: dict[str, Any], number: int | None) -> None:
    weekly = [spans_of(each) for each in told["days"]]
    closed = closed_days(told["closed"])
    calendars.keep(reader(request), told["name"], told["zone"], weekly, closed, calendar_id=number)

"""When is somebody there to answer? The calendars of the business: open hours and closed days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction

from dangol.core.calendar import time_zone
from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.hours import WEEKDAYS, Hours, Span, text_of
from dangol.core.language import Language, Said
from dangol.platform.kernel import audit
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.models import OpenHours

CALENDAR: Final = Said("calendar", "캘린더")
MOST_CALENDARS: Final = 100
MOST_DAYS: Final = 1_000
YEARS: Final = (1970, 2100)


@dataclass(frozen=True, slots=True)
class CalendarView:
    """A calendar as it is shown, and as it counts."""

    id: int
    name: str
    zone: str
    weekly: tuple[tuple[Span, ...], ...]
    closed_on: dict[str, str]

    @property
    def hours(self) -> Hours:
        """What deadlines are counted by."""
        return Hours(self.zone, self.weekly, frozenset(map(date.fromisoformat, self.closed_on)))

    @property
    def texts(self) -> tuple[str, ...]:
        """The open hours of Monday to Sunday as they are written."""
        return tuple(text_of(spans) for spans in self.weekly)


def calendars() -> list[CalendarView]:
    """Every calendar, by name."""
    return [_view(row) for row in OpenHours.objects.order_by("name")]


def calendar(calendar_id: int) -> CalendarView:
    """One calendar; a NotThereError when there is none."""
    return _view(_row(calendar_id))


def keep(
    viewer: Viewer, name: str, zone: str, weekly: Sequence[Sequence[Span]], closed_on: Mapping[date, str], *, calendar_id: int | None = None,
) -> CalendarView:  # fmt: skip
    """Make a calendar, or change one."""
    check_may(viewer, "administer")
    _check(name, weekly, closed_on)
    time_zone(zone)
    told = {
        "name": name.strip(), "zone": zone, "weekly": [[list(span) for span in day] for day in weekly],
        "closed_on": {day.isoformat(): text[:120] for day, text in closed_on.items()},
    }  # fmt: skip
    row = OpenHours() if calendar_id is None else _row(calendar_id)
    for field, value in told.items():
        setattr(row, field, value)
    try:
        with transaction.atomic():
            row.save()
            audit.record(viewer, "calendar.kept", f"calendar {row.pk}", **told)
    except IntegrityError as error:
        why = Said("Another calendar has that name.", "같은 이름의 캘린더가 있습니다.")
        raise _wrong(name, why, Said("Give it another name.", "다른 이름을 써 주십시오.")) from error
    return _view(row)


@transaction.atomic
def remove(viewer: Viewer, calendar_id: int) -> None:
    """Take a calendar away."""
    check_may(viewer, "administer")
    row = _row(calendar_id)
    audit.record(viewer, "calendar.removed", f"calendar {row.pk}", name=row.name)
    row.delete()


def public_holidays(country: str, year: int, language: Language = "en") -> dict[date, str]:
    """The public holidays of a country (ISO 3166, two letters) in a year, with their names."""
    import holidays

    known = holidays.list_supported_countries()
    if country.upper() not in known:
        raise UnknownNameError(Said("country", "국가"), country, sorted(known))
    if not YEARS[0] <= year <= YEARS[1]:
        raise RequestError(
            Said(f"The holidays of {year} were asked for.", f"{year}년의 공휴일을 요청하셨습니다."),
            Said("They are known from 1970 to 2100.", "1970년부터 2100년까지만 알 수 있습니다."),
            Said("Give a year such as 2027.", "2027 같은 연도를 주십시오."),
        )
    spoken = {"en": "en_US", "ko": "ko"}[language]
    found = holidays.country_holidays(country.upper(), years=year, language=spoken)
    return dict(sorted(found.items()))


def _check(name: str, weekly: Sequence[Sequence[Span]], closed_on: Mapping[date, Any]) -> None:
    if not 1 <= len(name.strip()) <= 120:
        raise _wrong(
            name,
            Said("Its name is empty or longer than 120 letters.", "이름이 비었거나 120자를 넘습니다."),
            Said("Name it, for example: Support.", "예: 고객 지원."),
        )
    if len(weekly) != len(WEEKDAYS) or len(closed_on) > MOST_DAYS:
        raise _wrong(
            name,
            Said(f"A week has 7 days, a calendar up to {MOST_DAYS} closed ones.",
                 f"한 주는 7일이고, 쉬는 날은 {MOST_DAYS}일까지입니다."),
            Said("Give the hours of Monday to Sunday.", "월요일부터 일요일까지의 시간을 주십시오."),
        )  # fmt: skip
    if OpenHours.objects.count() > MOST_CALENDARS:
        raise _wrong(
            name,
            Said(f"There are {MOST_CALENDARS} already.", f"이미 {MOST_CALENDARS}개가 있습니다."),
            Said("Remove one that is not used.", "쓰지 않는 것을 지워 주십시오."),
        )


def _row(calendar_id: int) -> OpenHours:
    row = OpenHours.objects.filter(pk=calendar_id).first()
    if row is None:
        raise NotThereError(CALENDAR, calendar_id)
    return row


def _view(row: OpenHours) -> CalendarView:
    weekly = tuple(tuple((int(a), int(b)) for a, b in day) for day in row.weekly)
    return CalendarView(row.pk, row.name, row.zone, weekly, dict(row.closed_on))


def _wrong(name: str, why: Said, works: Said) -> RequestError:
    return RequestError(
        Said(f"The calendar {name!r} was to be kept.", f"캘린더 {name!r}을(를) 저장하려 하셨습니다."),
        why,
        works,
    )

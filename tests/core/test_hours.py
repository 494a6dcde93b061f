"""Are open hours counted by the clock on the wall: lunch, nights, holidays, summer time in both directions?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.core.errors import RequestError
from dangol.core.hours import Hours, closed_days, spans_of, text_of

SEOUL = ZoneInfo("Asia/Seoul")
OFFICE = spans_of("09:00-12:00, 13:00-18:00")
WEEK = (OFFICE,) * 5 + ((), ())
CHUSEOK = frozenset({date(2026, 9, 24), date(2026, 9, 25)})
SHOP = Hours("Asia/Seoul", WEEK, CHUSEOK)


def seoul(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=SEOUL)


def test_lunch_nights_weekends_and_holidays_do_not_count() -> None:
    assert [SHOP.is_open(seoul(23, hour)) for hour in (8, 9, 12, 13, 18)] == [False, True, False, True, False]
    assert not SHOP.is_open(seoul(24, 10))
    assert SHOP.seconds_between(seoul(23, 0), seoul(29, 0)) == 2 * 8 * 3600  # Wednesday and Monday
    assert SHOP.after(seoul(23, 17), 2 * 3600) == seoul(28, 10)  # over Chuseok and the weekend
    assert SHOP.after(seoul(23, 11, 30), 3600) == seoul(23, 13, 30)


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    bar = Hours("Asia/Seoul", (spans_of("18:00-02:00"),) * 7, CHUSEOK)
    assert bar.is_open(seoul(24, 1))
    assert not bar.is_open(seoul(26, 1))
    assert bar.seconds_between(seoul(23, 12), seoul(24, 12)) == 8 * 3600


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 7.0), (date(2026, 10, 25), 9.0)])
def test_a_night_of_summer_time_is_as_long_as_it_is(day: date, hours: float) -> None:
    night = Hours("Europe/Berlin", (spans_of("22:00-06:00"),) * 7)
    start = datetime(day.year, day.month, day.day - 1, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert night.seconds_between(start, start.astimezone(UTC) + timedelta(hours=23)) == hours * 3600


def test_what_never_opens_is_never_reached() -> None:
    assert Hours("UTC", ((),) * 7).after(datetime(2026, 1, 1, tzinfo=UTC), 1) is None


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.floats(1, 400_000),
    st.sampled_from(["Asia/Seoul", "America/New_York", "Pacific/Honolulu", "Europe/London"]),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_a_deadline_is_as_far_as_its_open_seconds(start: datetime, seconds: float, zone: str) -> None:
    hours, begins = Hours(zone, WEEK), start.replace(tzinfo=UTC)
    reached = hours.after(begins, seconds)
    assert reached is not None
    assert hours.seconds_between(begins, reached) == pytest.approx(seconds, abs=1e-3)


def test_what_is_written_is_read_back() -> None:
    assert text_of(spans_of("13:00~18:00,09:00-12:00")) == "09:00-12:00, 13:00-18:00"
    assert spans_of("00:00-24:00") == ((0, 1440),)
    assert closed_days("2026-09-25 추석\n\n2026-01-01") == {
        date(2026, 1, 1): "", date(2026, 9, 25): "추석",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["9 to 5", "25:00-26:00", "09:00-12:00, 11:00-13:00", "09:61-10:00"])
def test_hours_that_cannot_be_are_a_sentence(text: str) -> None:
    with pytest.raises(RequestError):
        spans_of(text)


def test_a_day_that_is_none_is_a_sentence() -> None:
    with pytest.raises(RequestError):
        closed_days("Christmas")

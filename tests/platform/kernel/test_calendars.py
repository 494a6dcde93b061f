"""Are open hours kept, shown and counted, with the public holidays of a country, and only changed by administrators?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from dangol.core.errors import DangolError
from dangol.core.hours import spans_of
from dangol.platform.kernel import calendars
from dangol.platform.kernel.access.viewer import Viewer

pytestmark = pytest.mark.django_db
WEEK = [spans_of("09:00-18:00")] * 5 + [(), ()]
FORM = {f"day{n}": "09:00-12:00, 13:00-18:00" if n < 5 else "" for n in range(7)}


def test_a_calendar_counts_without_the_holidays_of_korea(owner: Viewer) -> None:
    closed = calendars.public_holidays("kr", 2026, "ko")
    assert closed[date(2026, 9, 25)] == "추석"
    made = calendars.keep(owner, " 고객 지원 ", "Asia/Seoul", WEEK, closed)
    assert (made.name, made.texts[0], made.texts[6]) == ("고객 지원", "09:00-18:00", "")
    asked = datetime(2026, 9, 23, 9, tzinfo=UTC)  # 18:00 in Seoul, the evening before Chuseok
    assert calendars.calendar(made.id).hours.after(asked, 60) == datetime(2026, 9, 28, 0, 1, tzinfo=UTC)
    calendars.remove(owner, made.id)
    assert calendars.calendars() == []


def test_what_cannot_be_is_refused_in_a_sentence(owner: Viewer, viewer_analyst: Viewer) -> None:
    held = calendars.keep(owner, "Support", "UTC", WEEK, {})
    for wrong in (
        lambda: calendars.keep(owner, "Support", "UTC", WEEK, {}),
        lambda: calendars.keep(owner, "  ", "UTC", WEEK, {}),
        lambda: calendars.keep(owner, "Mars", "Mars/Olympus", WEEK, {}),
        lambda: calendars.keep(owner, "Short", "UTC", WEEK[:5], {}),
        lambda: calendars.keep(viewer_analyst, "Mine", "UTC", WEEK, {}),
        lambda: calendars.remove(viewer_analyst, held.id),
        lambda: calendars.public_holidays("XX", 2026),
        lambda: calendars.public_holidays("KR", 1066),
        lambda: calendars.calendar(999),
    ):
        with pytest.raises(DangolError):
            wrong()
    assert [each.name for each in calendars.calendars()] == ["Support"]


def test_pages_and_rest_keep_the_same(client_of: Any) -> None:
    client = client_of("owner")
    told = FORM | {"name": "Support", "zone": "Asia/Seoul", "closed": "2026-05-01 Labour Day"}
    filled = client.post("/settings/calendars/new", told | {"do": "fill", "country": "KR", "year": "2026"})
    assert "2026-05-01 Labour Day" in filled.content.decode()
    assert "2026-08-15" in filled.content.decode()
    assert calendars.calendars() == []
    assert client.post("/settings/calendars/new", told | {"do": "keep"}).status_code == 302
    (held,) = client.get("/api/v1/calendars/").json()
    assert (held["name"], held["closed_on"]) == ("Support", {"2026-05-01": "Labour Day"})
    place = f"/api/v1/calendars/{held['id']}/"
    given = {"name": "Help", "zone": "UTC", "weekly": ["00:00-24:00"] * 7}
    assert client.put(place, given, content_type="application/json").json()["is_open"] is True
    wrong = client.put(place, given | {"weekly": ["9 to 5"] * 7}, content_type="application/json")
    assert wrong.status_code in (400, 422)
    assert (
        client.post(f"/settings/calendars/{held['id']}", FORM | {"name": "", "do": "keep"}).status_code == 400
    )
    assert client.delete(place).status_code == 204
    assert client_of("marketer").get("/settings/calendars").status_code == 404

"""What is read again and again? Databases and folders, when they were read last, and what that brought."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.platform.log.imports import connections as doors
from dangol.platform.web.pages.data import mapping
from dangol.platform.web.pages.registry import page
from dangol.platform.web.viewing import language_of, present_viewer, spoken

KINDS: Final = (
    ("database", Said("A database (SQLite, PostgreSQL)", "데이터베이스(SQLite, PostgreSQL)")),
    ("folder", Said("A folder on the server", "서버의 폴더")),
)
EVERY: Final = (
    (5, Said("5 minutes", "5분")),
    (15, Said("15 minutes", "15분")),
    (60, Said("hour", "1시간")),
    (360, Said("6 hours", "6시간")),
    (1440, Said("day", "하루")),
)
MADE: Final = Said("It is read now, and again on its schedule.", "지금 읽고, 이후 주기적으로 읽습니다.")
SOON: Final = Said("It is read in a moment.", "곧 읽습니다.")
PAUSED: Final = Said("It is no longer read.", "읽기를 멈추었습니다.")
RESUMED: Final = Said("It is read again.", "다시 읽습니다.")
REMOVED: Final = Said(
    "The connection is gone; what it brought stays.", "연결을 지웠습니다. 가져온 데이터는 남습니다."
)


@page(
    "data/connections", name="connections", right="bring_data",
    rail=("data", Said("Connections", "연결")), order=30,
)  # fmt: skip
def connections(request: HttpRequest) -> HttpResponseBase:
    """Every connection, and the form for another."""
    if request.method == "POST":
        return _done(request, _connect, MADE)
    viewer = present_viewer(request)
    told = {
        "rows": doors.connections(viewer),
        "kinds": KINDS,
        "every": EVERY,
        "nouns": mapping.nouns(),
        "may_connect": viewer.may("administer"),
    }
    return render(request, "data/connections.html", told)


def _connect(request: HttpRequest) -> None:
    told = request.POST
    doors.connect(
        present_viewer(request), told.get("name", ""), told.get("kind", ""), told.get("address", ""),
        query=told.get("query", ""), incremental=told.get("incremental", ""), noun=told.get("noun", ""),
        every_minutes=int(told["every"]) if told.get("every", "").isdigit() else 60, is_live=told.get("is_live") == "on",
    )  # fmt: skip


@page("data/connections/<int:connection_id>/<str:deed>", name="connection_deed", right="bring_data")
@require_POST
def change(request: HttpRequest, connection_id: int, deed: str) -> HttpResponseBase:
    """Read it now, pause it, go on, or remove it."""
    viewer = present_viewer(request)
    deeds: dict[str, tuple[Any, Said]] = {
        "run": (lambda: doors.run_now(viewer, connection_id), SOON),
        "pause": (lambda: doors.pause(viewer, connection_id, is_paused=True), PAUSED),
        "resume": (lambda: doors.pause(viewer, connection_id, is_paused=False), RESUMED),
        "remove": (lambda: doors.remove(viewer, connection_id), REMOVED),
    }
    if deed not in deeds:
        return redirect("connections")
    work, said = deeds[deed]
    return _done(request, lambda _: work(), said)


def _done(request: HttpRequest, deed: Any, said: Said) -> HttpResponseBase:
    try:
        deed(request)
    except DangolError as error:
        messages.error(request, error.in_(language_of(request)))
    else:
        messages.success(request, spoken(said))
    return redirect("connections")

"""How shall the console look and speak to me? Name, language, colours, time zone."""

from __future__ import annotations

from typing import Final
from zoneinfo import available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from dangol.core.language import LANGUAGES, Said
from dangol.platform.kernel.access import actions, queries
from dangol.platform.web.context import THEME_COOKIE
from dangol.platform.web.deeds import do, reader
from dangol.platform.web.pages.registry import page

LANGUAGE_WORDS: Final = [
    ("", Said("As the browser says", "브라우저 설정대로")),
    ("en", "English"),
    ("ko", "한국어"),
]
THEME_WORDS: Final = [
    ("auto", Said("As the device says", "기기 설정대로")),
    ("light", Said("Light", "밝게")),
    ("dark", Said("Dark", "어둡게")),
]
AS_THE_BUSINESS: Final = Said("As the business has it", "사업 설정대로")


@page(
    "settings/profile",
    name="profile",
    right="see_numbers",
    rail=("settings", Said("Profile", "내 정보")),
    order=10,
)
def profile(request: HttpRequest) -> HttpResponseBase:
    """What everybody may change about themselves."""
    if request.method == "POST":
        return _remembered(request, do(request, {"save": _save}, back="/settings/profile"))
    viewer = reader(request)
    zones = [("", AS_THE_BUSINESS), *((zone, zone) for zone in sorted(available_timezones()))]
    told = {"user": queries.user_of(viewer.user_id or 0), "zones": zones}
    return render(
        request, "settings/profile.html", told | {"languages": LANGUAGE_WORDS, "themes": THEME_WORDS}
    )


def _save(request: HttpRequest) -> Said:
    told = {name: request.POST.get(name, "") for name in ("name", "language", "time_zone")}
    actions.change_profile(reader(request), theme=request.POST.get("theme", "auto"), **told)
    return Said("Kept.", "저장했습니다.")


def _remembered(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """What this browser was told before no longer stands against the profile."""
    for cookie in (settings.LANGUAGE_COOKIE_NAME, THEME_COOKIE):
        answer.delete_cookie(cookie)
    if request.POST.get("language") in LANGUAGES:
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            request.POST["language"],
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return answer

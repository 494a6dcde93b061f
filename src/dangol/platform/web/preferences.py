"""In which language and colours does this browser want the console? Kept in cookies, with or without a session."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from dangol.core.language import LANGUAGES
from dangol.platform.web.context import THEME_COOKIE, THEMES

YEAR: Final = 365 * 24 * 3600


@require_POST
def change_preferences(request: HttpRequest) -> HttpResponse:
    """Keep the language or the colours that were chosen, and go back to where the reader was."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    answer = HttpResponseRedirect(back)
    if request.POST.get("language") in LANGUAGES:
        _keep(answer, request, settings.LANGUAGE_COOKIE_NAME, request.POST["language"])
    if request.POST.get("theme") in THEMES:
        _keep(answer, request, THEME_COOKIE, request.POST["theme"])
    return answer


def _keep(answer: HttpResponse, request: HttpRequest, name: str, value: str) -> None:
    answer.set_cookie(name, value, max_age=YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")

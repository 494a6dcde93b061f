"""Who is here, in which language, since when, and do they still fulfil the policy? Asked of every request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog
from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation

from dangol.core.language import LANGUAGES
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access import queries
from dangol.platform.web.api.problems import problem
from dangol.platform.web.context import THEME_COOKIE
from dangol.platform.web.entrance.lasting import SEEN, SIGNED_IN, is_over
from dangol.platform.web.viewing import viewer_of

A_MINUTE: Final = 60
OPEN_TO_ALL: Final = ("/static/", "/preferences", "/accounts/logout/")
WHERE_A_SECOND_FACTOR_IS_MADE: Final = (
    "/settings/security",
    "/accounts/2fa/",
    "/accounts/reauthenticate/",
    *OPEN_TO_ALL,
)

METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
REFUSALS: Final = (401, 403, 429)

_log = structlog.get_logger(__name__)
Answer = Callable[[HttpRequest], HttpResponseBase]


class Eyes:
    """Middleware: address for the audit, session limits, the reader's language and theme, the demanded second factor."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, or send the reader to where something is missing."""
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        token = audit.address.set(_address(request))
        try:
            return _noted(request, self._ended(request) or self._seen(request) or self.answer(request))
        finally:
            audit.address.reset(token)

    def _ended(self, request: HttpRequest) -> HttpResponseBase | None:
        """Ends a session that is idle or old, and says where to sign in."""
        if not request.user.is_authenticated:
            return None
        if is_over(request.session):
            logout(request)
            if request.path.startswith("/api/"):
                return problem(request, 401)
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        moment = clock.now().timestamp()
        if moment - request.session.get(SEEN, 0) >= A_MINUTE:
            request.session.setdefault(SIGNED_IN, moment)
            request.session[SEEN] = moment
            UserSession.objects.create_from_request(request)
        return None

    def _seen(self, request: HttpRequest) -> HttpResponseBase | None:
        """Speaks the reader's language, and demands the second factor that the policy wants."""
        viewer = viewer_of(request)
        user = queries.user_of(viewer.user_id) if viewer and viewer.user_id else None
        if viewer is None or user is None:
            return None
        if user.language in LANGUAGES and not request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME):
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        if not request.COOKIES.get(THEME_COOKIE):
            request.COOKIES[THEME_COOKIE] = user.theme
        if request.path.startswith(WHERE_A_SECOND_FACTOR_IS_MADE) or not queries.lacks_second_factor(viewer):
            return None
        if request.path.startswith("/api/"):
            return problem(request, 403)
        return HttpResponseRedirect(reverse("security"))


def _address(request: HttpRequest) -> str:
    try:
        return str(get_adapter().get_client_ip(request))[:64]
    except PermissionDenied:
        return ""


def _noted(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """Who was refused what is in the log, by the number of the user and the route."""
    if answer.status_code in REFUSALS:
        route = request.resolver_match.route if request.resolver_match else "-"
        who = getattr(request, "viewer", None)
        told = {"user": who.user_id, "role": who.role} if who else {}
        _log.warning("refused", status=answer.status_code, method=request.method, route=route, **told)
    return answer

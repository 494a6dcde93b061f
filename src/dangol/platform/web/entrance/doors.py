"""Which doors lead in? allauth's, without those that the house does not have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.account.views import LoginView, PasswordResetView
from allauth.socialaccount.providers.openid_connect.views import login as login_by_oidc
from allauth.socialaccount.providers.saml.views import login as login_by_saml
from allauth.socialaccount.views import ConnectionsView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import include, path, reverse
from django.views.generic import RedirectView

from dangol.platform.kernel.access import queries
from dangol.platform.web.entrance.first import first_owner
from dangol.platform.web.entrance.guests import join

PROTOCOL_DOORS = {
    "oidc": ("openid_connect_login", "provider_id"),
    "saml": ("saml_login", "organization_slug"),
}


class Login(LoginView):
    """Signing in; in a fresh installation, making its first owner."""

    def dispatch(self, request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
        """The sign-in page, unless nobody could sign in."""
        if queries.is_fresh():
            return HttpResponseRedirect(reverse("first_owner"))
        answer: HttpResponseBase = super().dispatch(request, *args, **values)
        return answer

    def get_context_data(self, **values: Any) -> dict[str, Any]:
        """With the identity providers."""
        return {**super().get_context_data(**values), "providers": providers()}


class Reset(PasswordResetView):
    """Asking for a link; where no mail can be sent, it says who can make one."""

    def get_context_data(self, **values: Any) -> dict[str, Any]:
        """With whether mail can be sent."""
        return {**super().get_context_data(**values), "can_write": bool(settings.EMAIL_HOST)}


class Connections(ConnectionsView):
    """The identity providers of one's own account."""

    def get_context_data(self, **values: Any) -> dict[str, Any]:
        """With the providers that could be connected."""
        return {**super().get_context_data(**values), "providers": providers()}


def providers() -> list[dict[str, str]]:
    """The identity providers as buttons."""
    shown = []
    for each in queries.sign_ons_in_use():
        name, key = PROTOCOL_DOORS[each.kind]
        shown.append({"name": each.name, "href": reverse(name, kwargs={key: each.slug})})
    return shown


def leaving(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A form may not lead to another host (content policy): a page in between does, and says where."""

    def left(request: HttpRequest, **values: Any) -> HttpResponseBase:
        answer = view(request, **values)
        where = answer.headers.get("Location", "") if answer.status_code == 302 else ""
        if urlsplit(where).scheme not in ("http", "https"):
            return answer
        return render(request, "entrance/leaving.html", {"where": where, "host": urlsplit(where).hostname})

    return left


def _no_such_door(request: HttpRequest, **values: Any) -> HttpResponse:
    raise Http404


_CLOSED = (
    "saml/<str:slug>/sls/",
    "email/",
    "confirm-email/",
    "confirm-email/<str:key>/",
    "3rdparty/signup/",
    "social/<path:rest>",
)

urlpatterns = [
    path("accounts/login/", Login.as_view()),
    path("accounts/password/reset/", Reset.as_view()),
    path("accounts/3rdparty/", Connections.as_view()),
    path("accounts/2fa/", RedirectView.as_view(pattern_name="security")),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="security")),
    path("accounts/oidc/<str:provider_id>/login/", leaving(login_by_oidc)),
    path("accounts/saml/<str:organization_slug>/login/", leaving(login_by_saml)),
    *(path(f"accounts/{each}", _no_such_door) for each in _CLOSED),
    path("accounts/", include("allauth.urls")),
    # Told another place for the page that is closed, allauth does not lead /accounts/ (a page of ours) there.
    path("no-such-door/", _no_such_door, name="account_email"),
    path("welcome/account", first_owner, name="first_owner"),
    path("join/<str:token>/", join, name="join"),
]

"""Which doors lead in? allauth's, without those that the house does not have."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView, PasswordResetView
from allauth.socialaccount.views import ConnectionsView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
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


def _no_such_door(request: HttpRequest, **values: Any) -> HttpResponse:
    raise Http404


_CLOSED = ("email/", "confirm-email/", "confirm-email/<str:key>/", "3rdparty/signup/", "social/<path:rest>")

urlpatterns = [
    path("accounts/login/", Login.as_view()),
    path("accounts/password/reset/", Reset.as_view()),
    path("accounts/3rdparty/", Connections.as_view()),
    path("accounts/2fa/", RedirectView.as_view(pattern_name="security")),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="security")),
    *(path(f"accounts/{each}", _no_such_door) for each in _CLOSED),
    path("accounts/", include("allauth.urls")),
    path("welcome/account", first_owner, name="first_owner"),
    path("join/<str:token>/", join, name="join"),
]

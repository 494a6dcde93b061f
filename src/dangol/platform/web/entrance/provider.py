"""Whom does an identity provider let in? People of its domains; never into an account that is there already."""

from __future__ import annotations

from typing import Any, Final, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.http import HttpRequest
from django.shortcuts import render

from dangol.platform.kernel import audit
from dangol.platform.kernel.access import actions, queries
from dangol.platform.kernel.access.showing import SignOnView
from dangol.platform.kernel.access.viewer import SYSTEM

PROTOCOL: Final = {"oidc": "openid_connect", "saml": "saml"}


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Identity providers of this installation, from Settings or from the environment."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The providers as allauth takes them; their secrets are unsealed only here, and never saved elsewhere."""
        apps = [_app(each) for each in queries.sign_ons_in_use()]
        return [
            app
            for app in apps
            if provider in (None, app.provider, app.provider_id) and client_id in (None, app.client_id)
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Lets in members who are connected, and people of the provider's domains who are new."""
        if _is_of_two(sociallogin):
            self._refuse(request, sociallogin, "unknown")
        is_connecting = sociallogin.state.get("process") == AuthProcess.CONNECT
        if sociallogin.is_existing or (is_connecting and request.user.is_authenticated):
            return
        if reason := _refusal(_vouched_email(sociallogin), _sign_on_of(sociallogin)):
            self._refuse(request, sociallogin, reason)

    def _refuse(self, request: HttpRequest, sociallogin: SocialLogin, reason: str) -> NoReturn:
        audit.record(SYSTEM, "sign_on.refused", sociallogin.account.provider, reason=reason)
        page = render(request, "socialaccount/refused.html", {"reason": reason}, status=403)
        raise ImmediateHttpResponse(page)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whoever `pre_social_login` let through."""
        return True

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Any:
        """A new member with the role that the provider gives on first sign-in."""
        held = _sign_on_of(sociallogin)
        assert held is not None  # noqa: S101 `pre_social_login` refused it otherwise
        name = str(sociallogin.account.extra_data.get("name", ""))[:120]
        user_id = actions.join_by_sign_on(_vouched_email(sociallogin), held, name=name)
        sociallogin.user = sociallogin.user.__class__.objects.get(pk=user_id)
        sociallogin.account.user = sociallogin.user
        sociallogin.account.save()
        return sociallogin.user


def _app(held: SignOnView) -> SocialApp:
    told = held.settings
    app = SocialApp(provider=PROTOCOL[held.kind], provider_id=held.slug, name=held.name)
    if held.kind == "oidc":
        app.client_id, app.secret = told["client_id"], told["client_secret"]
        # Tokens must be of the issuer that was written down, whatever its own description says.
        fixed = {"issuer": told["issuer"].rstrip("/")}
        app.settings = {
            "server_url": told["issuer"].rstrip("/"),
            "oauth_pkce_enabled": True,
            "openid_configuration_overrides": fixed,
        }
        return app
    app.client_id = held.slug
    app.settings = {
        "idp": {"entity_id": told["entity_id"], "sso_url": told["sso_url"], "x509cert": told["certificate"]},
        "attribute_mapping": {"uid": told.get("uid") or "uid", "email": told.get("email") or "email"},
        "advanced": {
            "strict": True,
            "want_assertion_signed": True,
            "reject_idp_initiated_sso": True,
            "reject_deprecated_algorithm": True,
        },
    }
    return app


def _is_of_two(sociallogin: SocialLogin) -> bool:
    """Whether OpenID Connect told of two different people, or of nobody in a token that names its issuer."""
    told = sociallogin.account.extra_data
    held = _sign_on_of(sociallogin)
    if held is None or held.kind != "oidc":
        return False
    return (
        "id_token" not in told or told.get("userinfo", told["id_token"]).get("sub") != told["id_token"]["sub"]
    )


def _sign_on_of(sociallogin: SocialLogin) -> SignOnView | None:
    slug = sociallogin.account.provider
    return next((each for each in queries.sign_ons_in_use() if each.slug == slug), None)


def _vouched_email(sociallogin: SocialLogin) -> str:
    """The address for which the provider stands: verified by OpenID Connect, signed by SAML."""
    held = _sign_on_of(sociallogin)
    for each in sociallogin.email_addresses:
        if each.verified or (held is not None and held.kind == "saml"):
            return str(each.email).lower()
    return ""


def _refusal(email: str, held: SignOnView | None) -> str:
    if held is None:
        return "unknown"
    if not email:
        return "unverified"
    if email.rpartition("@")[2] not in held.domains:
        return "domain"
    return "taken" if queries.user_by_email(email) else ""

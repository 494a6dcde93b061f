"""What does the house ask of allauth's accounts? No public sign-up, no other hosts, everything in the audit."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from dangol.platform.kernel import audit
from dangol.platform.kernel.access import queries
from dangol.platform.kernel.access.viewer import SYSTEM, Viewer
from dangol.platform.web.entrance.letters import send_reset, tell_of_change


class AccountAdapter(DefaultAccountAdapter):
    """Accounts of this installation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody registers; people are invited."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only addresses of this very host, or without one."""
        host = self.request.get_host()
        return url_has_allowed_host_and_scheme(url, {host}, require_https=self.request.is_secure())

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Home."""
        return settings.LOGIN_REDIRECT_URL

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to where it was changed."""
        return reverse("security")

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **told: Any) -> Any:
        """Notes who came in."""
        viewer = queries.viewer_of_user(user.pk) or Viewer(user.get_username(), "viewer", user_id=user.pk)
        audit.record(viewer, "sign_in", f"user:{user.pk}")
        return super().post_login(request, user, **told)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Notes who did not; the address as it was typed is kept for an account that exists only."""
        user = queries.user_by_email(str(credentials.get("email", "")))
        audit.record(SYSTEM, "sign_in.refused", f"user:{user.user_id}" if user else "unknown")
        super().authentication_failed(request, **credentials)

    def send_notification_mail(
        self, template_prefix: str, user: AbstractBaseUser, *args: Any, **values: Any
    ) -> None:
        """Tells the owner of an account what changed about it, and the audit."""
        what = template_prefix.rsplit("/", 1)[-1]
        viewer = queries.viewer_of_user(user.pk)
        if viewer is not None:
            audit.record(viewer, what, f"user:{user.pk}")
        tell_of_change(user.get_username(), what)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The one letter that allauth writes beside notices: the link of a reset."""
        is_known = not template_prefix.endswith("unknown_account")
        send_reset(email if is_known else "", context.get("password_reset_url", settings.BASE_URL))

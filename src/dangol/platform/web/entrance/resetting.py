"""How does somebody get in again who forgot the password, where no mail can be sent? By a link the server prints."""

from __future__ import annotations

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse

from dangol.core.language import Said
from dangol.platform.kernel import audit
from dangol.platform.kernel.access.refusals import NotThereError
from dangol.platform.kernel.access.viewer import SYSTEM


def reset_link(email: str) -> str:
    """A link that works once within an hour; whoever may run commands on the server vouches for who gets it."""
    user = get_user_model().objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise NotThereError(Said("member", "구성원"), email)
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    where = {"uidb36": user_pk_to_url_str(user), "key": token}
    audit.record(SYSTEM, "password.reset_link_made", f"user:{user.pk}")
    return f"{settings.BASE_URL}{reverse('account_reset_password_from_key', kwargs=where)}"

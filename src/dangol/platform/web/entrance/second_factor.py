"""How are second factors kept? The secret of an authenticator app is sealed before it is written."""

from __future__ import annotations

from typing import Final

from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser

from dangol.platform.kernel import audit
from dangol.platform.kernel.access import queries
from dangol.platform.kernel.access.sealing import sealed, unsealed

PURPOSE: Final = "second_factor"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors of this installation."""

    def encrypt(self, text: str) -> str:
        """Sealed with the installation's secret."""
        return sealed(text, PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed."""
        return unsealed(encrypted_text, PURPOSE)

    def send_notification_mail(
        self, template_prefix: str, user: AbstractBaseUser, *args: object, **values: object
    ) -> None:
        """Every change of a second factor is audited, and told to its owner."""
        viewer = queries.viewer_of_user(user.pk)
        if viewer is not None:
            audit.record(viewer, template_prefix.rsplit("/", 1)[-1], f"user:{user.pk}")
        super().send_notification_mail(template_prefix, user, *args, **values)

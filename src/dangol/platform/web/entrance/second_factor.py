"""How are second factors kept? The secret of an authenticator app is sealed before it is written."""

from __future__ import annotations

from typing import Final

from allauth.mfa.adapter import DefaultMFAAdapter

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

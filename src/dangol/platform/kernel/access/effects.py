"""Which effects does this part of the kernel do? Letters about accounts."""

from __future__ import annotations

import json

from django.conf import settings
from django.core.mail import EmailMessage

from dangol.platform.kernel.access.letters import KIND
from dangol.platform.kernel.access.sealing import unsealed
from dangol.platform.kernel.effects import Claimed, claims


@claims(KIND)
def send_letter(claimed: Claimed) -> None:
    """Hands one letter to the mail server; a letter to nobody is done at once."""
    told = json.loads(unsealed(claimed.payload["sealed"], KIND))
    if not told["email"]:
        return
    headers = {"Message-ID": f"<{claimed.key.replace(':', '.')}@dangol>", "Auto-Submitted": "auto-generated"}
    EmailMessage(
        told["subject"], told["text"], settings.DEFAULT_FROM_EMAIL, [told["email"]], headers=headers
    ).send()

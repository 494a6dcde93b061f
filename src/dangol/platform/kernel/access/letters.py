"""How does a letter about an account leave? As an effect whose content is sealed, because it may hold a link that lets in."""

from __future__ import annotations

import json
from typing import Final

from dangol.platform.kernel.access.sealing import sealed
from dangol.platform.kernel.access.tokens import new_token
from dangol.platform.kernel.effects import plan

KIND: Final = "account_letter"


def plan_letter(email: str, subject: str, text: str) -> None:
    """Let the worker send a letter; an empty address is a letter to nobody, which takes as long to plan."""
    told = json.dumps({"email": email, "subject": subject, "text": text})
    plan(KIND, f"{KIND}:{new_token()}", {"sealed": sealed(told, KIND)})

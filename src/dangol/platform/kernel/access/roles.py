"""Which roles can somebody have?"""

from __future__ import annotations

from django.db import models


class Role(models.TextChoices):
    """What somebody may do; each room says what each role may do there."""

    OWNER = "owner"
    ADMIN = "admin"
    ANALYST = "analyst"
    MARKETER = "marketer"
    AGENT = "agent"
    VIEWER = "viewer"

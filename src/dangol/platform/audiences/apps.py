"""What is this room called in Django?"""

from __future__ import annotations

from django.apps import AppConfig


class AudiencesConfig(AppConfig):
    """The room `audiences`."""

    name = "dangol.platform.audiences"
    label = "audiences"

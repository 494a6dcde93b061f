"""What is this room called in Django?"""

from __future__ import annotations

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """The room `insight`."""

    name = "dangol.platform.insight"
    label = "insight"

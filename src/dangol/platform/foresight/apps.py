"""What is this room called in Django?"""

from __future__ import annotations

from django.apps import AppConfig


class ForesightConfig(AppConfig):
    """The room `foresight`."""

    name = "dangol.platform.foresight"
    label = "foresight"

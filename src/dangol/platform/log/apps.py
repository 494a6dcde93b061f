"""What is this room called in Django?"""

from __future__ import annotations

from django.apps import AppConfig


class LogConfig(AppConfig):
    """The room `log`."""

    name = "dangol.platform.log"
    label = "log"

"""What is this room called in Django?"""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The room `web`."""

    name = "dangol.platform.web"
    label = "web"

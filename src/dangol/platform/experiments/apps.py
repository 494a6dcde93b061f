"""What is this room called in Django?"""

from __future__ import annotations

from django.apps import AppConfig


class ExperimentsConfig(AppConfig):
    """The room `experiments`."""

    name = "dangol.platform.experiments"
    label = "experiments"

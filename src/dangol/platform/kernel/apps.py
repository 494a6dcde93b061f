"""What is this room called in Django?"""

from __future__ import annotations

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """The machine room."""

    name = "dangol.platform.kernel"
    label = "kernel"

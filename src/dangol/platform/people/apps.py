"""What is this room called in Django?"""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room `people`."""

    name = "dangol.platform.people"
    label = "people"

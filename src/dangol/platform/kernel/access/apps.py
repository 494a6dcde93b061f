"""What is this part of the kernel called in Django?"""

from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Users, units, roles, invitations and keys."""

    name = "dangol.platform.kernel.access"
    label = "access"

"""Which business is this, and what do its numbers depend on?"""

from __future__ import annotations

from django.db import models


class Business(models.Model):
    """The one row that describes the business of this installation."""

    class Kind(models.TextChoices):
        """How it earns: decides which number stands first."""

        SHOP = "shop"
        SUBSCRIPTION = "subscription"
        BOTH = "both"

    name = models.CharField(max_length=200, default="")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.BOTH)
    language = models.CharField(max_length=2, default="en")
    time_zone = models.CharField(max_length=64, default="Asia/Seoul")
    currency = models.CharField(max_length=3, default="KRW")
    fiscal_start = models.PositiveSmallIntegerField(default=1)
    inactivity_days = models.PositiveIntegerField(null=True, blank=True)
    inactivity_of = models.JSONField(default=list, blank=True)
    """Who is gone after another number of days: column, value and days, the first that fits counts."""
    activity = models.CharField(max_length=10, default="auto")
    is_demo = models.BooleanField(default=False)
    set_up_at = models.DateTimeField(null=True, blank=True)

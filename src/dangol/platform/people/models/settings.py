"""How does this business treat its people's data? One row that administrators edit."""

from __future__ import annotations

from django.db import models


class PeopleSettings(models.Model):
    """What differs between businesses: whose law, which trait names the unit, how long silence may last."""

    unit_trait = models.CharField(max_length=120, default="", blank=True)
    law = models.CharField(max_length=10, default="pipa")
    allows_transaction_basis = models.BooleanField(default=False)
    """Whether a purchase alone allows marketing for a while; off unless somebody decides it."""
    transaction_months = models.PositiveSmallIntegerField(default=6)
    retention_years = models.PositiveSmallIntegerField(null=True, blank=True)
    """After how many silent years somebody comes onto the reminder list; null: never."""
    figures_currency = models.CharField(max_length=3, default="", blank=True)
    """In which currency the figures of the orders were counted."""

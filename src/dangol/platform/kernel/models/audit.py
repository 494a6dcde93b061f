"""Who did what, and has anybody changed the record since?"""

from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """One deed. `digest` covers the entry and the digest before it: a changed row breaks the chain."""

    happened_at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    deed = models.CharField(max_length=100)
    on_what = models.CharField(max_length=300, default="")
    details = models.JSONField(default=dict)
    address = models.CharField(max_length=64, default="")
    previous = models.CharField(max_length=64, unique=True)
    """Unique: an entry has one successor, so that two writers cannot both continue from it."""
    digest = models.CharField(max_length=64, unique=True)

"""Which people changed since the columnar copy was written, and where does it lie?"""

from __future__ import annotations

from django.db import models


class Changed(models.Model):
    """Somebody changed. The chore that reads a row deletes it, so a late commit is never skipped."""

    class Reader(models.TextChoices):
        """Who still has to look: the columnar copy, the orders' figures, the copy of the accounts."""

        FILE = "file"
        FIGURES = "figures"
        ACCOUNT = "account"

    reader = models.CharField(max_length=8, choices=Reader)
    person_id = models.BigIntegerField()

    class Meta:
        """Read by reader, in order."""

        indexes = (models.Index(fields=["reader", "id"], name="changed_by_reader"),)


class PeopleFile(models.Model):
    """The one row that says which Parquet files are the people and the accounts."""

    generation = models.PositiveIntegerField(default=0)
    snapshot = models.CharField(max_length=200, default="", blank=True)
    changes = models.JSONField(default=list)
    """Newer rows of the same people, oldest file first."""
    changed_count = models.PositiveIntegerField(default=0)
    accounts = models.CharField(max_length=200, default="", blank=True)
    written_at = models.DateTimeField(null=True)

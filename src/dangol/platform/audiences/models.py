"""Which tables does this room keep? Saved rules, who is in them, and who entered or left."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Audience(models.Model):
    """A saved rule. Its members are counted again when something arrives or time changes the answer."""

    name = models.CharField(max_length=120, unique=True)
    note = models.TextField(default="", blank=True)
    rule = models.JSONField()
    """The tree as plain values; other audiences by their names."""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    position = models.BigIntegerField(default=-1)
    """Up to where the log had come when the members were counted."""
    counted_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)
    next_flip_at = models.DateTimeField(null=True)
    """When time alone changes somebody's membership; null: never."""
    failure = models.JSONField(null=True)
    member_count = models.PositiveIntegerField(null=True)

    class Meta:
        """In alphabetical order."""

        ordering = ("name",)


class Member(models.Model):
    """Somebody is in an audience."""

    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, db_index=False)
    person_id = models.BigIntegerField(db_index=True)
    entered_at = models.DateTimeField()

    class Meta:
        """Once."""

        constraints = (models.UniqueConstraint(fields=["audience", "person_id"], name="once_in_an_audience"),)


class Flip(models.Model):
    """Somebody entered or left. The first counting of a rule makes none: nobody entered by its being written."""

    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, db_index=False)
    person_id = models.BigIntegerField(db_index=True)
    is_entry = models.BooleanField()
    happened_at = models.DateTimeField()

    class Meta:
        """The latest first."""

        indexes = (models.Index(fields=["audience", "-happened_at"]),)

"""What is being worked on, how far did each reader come, and what went wrong?"""

from __future__ import annotations

from django.db import models


class Lease(models.Model):
    """Who does a job that only one may do at a time; taken and kept by compare-and-set."""

    name = models.CharField(max_length=100, primary_key=True)
    holder = models.CharField(max_length=100, default="")
    until = models.DateTimeField()
    turn = models.BigIntegerField(default=0)


class Worker(models.Model):
    """A process that does the chores; it says every few seconds that it lives."""

    name = models.CharField(max_length=100, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    is_resting = models.BooleanField(default=False)
    """No chore runs in it, because it was asked to rest."""
    troubles = models.JSONField(default=dict)
    """Chore -> its last error, of those that fail just now."""


class Cursor(models.Model):
    """Up to which position of the log a reader has come; moved in the transaction of its work."""

    name = models.CharField(max_length=100, primary_key=True)
    position = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(auto_now=True)


class Effect(models.Model):
    """Something that shall be done once: written by one room, claimed by the room that knows the kind."""

    class State(models.TextChoices):
        """From planned to done; set aside when it fails for good."""

        PLANNED = "planned"
        CLAIMED = "claimed"
        DONE = "done"
        SET_ASIDE = "set_aside"

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    due_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=100, default="")
    claimed_until = models.DateTimeField(null=True)
    attempt_count = models.PositiveIntegerField(default=0)
    error = models.TextField(default="")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        """Claimed in the order in which they are due."""

        indexes = (models.Index(fields=["state", "kind", "due_at"]),)


class Setback(models.Model):
    """A row that a reader could not work on: kept with its error, shown, and not in the way of the rest."""

    reader = models.CharField(max_length=100)
    position = models.BigIntegerField()
    what = models.TextField()
    error = models.TextField()
    happened_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        """One note a row and reader."""

        constraints = (models.UniqueConstraint(fields=["reader", "position"], name="one_setback_a_row"),)

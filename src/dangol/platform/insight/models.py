"""Which tables does this room keep? Stored answers, boards, watched numbers, and the tree of owned figures."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class StoredAnswer(models.Model):
    """The answer to one question, kept so that a page need not wait; refreshed while it is wanted."""

    digest = models.CharField(max_length=40, primary_key=True)
    metric = models.CharField(max_length=80, db_index=True)
    given = models.JSONField(default=dict)
    """The metric's settings as texts, as on the command line."""
    segment = models.TextField(default="")
    """A rule in one line; empty for everybody."""
    units = models.JSONField(null=True)
    """Ids of the units it is limited to; null for the whole business."""
    as_of = models.DateField(null=True)
    position = models.BigIntegerField(default=-1)
    rows = models.JSONField(default=list)
    failure = models.JSONField(null=True)
    """{"en": ..., "ko": ...} where it cannot be answered."""
    seconds = models.FloatField(default=0)
    computed_at = models.DateTimeField(null=True)
    wanted_at = models.DateTimeField()

    class Meta:
        """Refreshed in the order in which they were wanted last."""

        indexes = (models.Index(fields=["wanted_at"]),)


class Board(models.Model):
    """A page of pinned numbers that somebody keeps; shared ones are seen by all."""

    name = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    is_shared = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    """A deleted board can be brought back for a month."""
    purpose = models.CharField(max_length=40, default="", blank=True)
    """`beginning` for the board that a new business finds; it is made once, also by two at the same time."""

    class Meta:
        """One board a purpose."""

        constraints = (
            models.UniqueConstraint(
                fields=["purpose"], condition=~models.Q(purpose=""), name="one_board_a_purpose"
            ),
        )


class Pin(models.Model):
    """One number on a board: the address of its page (metric, settings, segment), and where it stands.

    The metric `explore` stands for a view of the explorer, whose settings are in `given`.
    """

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="pins")
    title = models.CharField(max_length=160, default="", blank=True)
    metric = models.CharField(max_length=80)
    given = models.JSONField(default=dict)
    span = models.CharField(max_length=40, default="")
    """A period that moves with the days, such as last_12_months; empty where `given` says it."""
    segment = models.TextField(default="", blank=True)
    order = models.PositiveIntegerField(default=0)


class Watch(models.Model):
    """A number that is watched: when it crosses the line, its owner is told."""

    class Side(models.TextChoices):
        """On which side of the line it is wrong."""

        BELOW = "below"
        ABOVE = "above"

    name = models.CharField(max_length=160)
    metric = models.CharField(max_length=80)
    given = models.JSONField(default=dict)
    span = models.CharField(max_length=40, default="last_month")
    segment = models.TextField(default="", blank=True)
    column = models.CharField(max_length=60)
    side = models.CharField(max_length=5, choices=Side)
    line = models.FloatField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    is_crossed = models.BooleanField(null=True)
    """Null: not known yet."""
    value = models.FloatField(null=True)
    looked_at = models.DateTimeField(null=True)
    crossed_at = models.DateTimeField(null=True)


class Figure(models.Model):
    """One figure of the KPI tree: what it is, what it feeds, who owns it, and where it should be."""

    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )
    title = models.CharField(max_length=160)
    metric = models.CharField(max_length=80)
    given = models.JSONField(default=dict)
    span = models.CharField(max_length=40, default="last_month")
    column = models.CharField(max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    target = models.FloatField(null=True, blank=True)
    note = models.TextField(default="", blank=True)
    order = models.PositiveIntegerField(default=0)


class Notice(models.Model):
    """Something that somebody should know: shown in the console until it is read."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    said = models.JSONField()
    """{"en": ..., "ko": ...}"""
    href = models.CharField(max_length=300, default="", blank=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        """Told once to each."""

        constraints = (models.UniqueConstraint(fields=["user", "key"], name="told_once"),)
        indexes = (models.Index(fields=["user", "read_at"]),)


class HoleOwner(models.Model):
    """Who looks after one hole of the leaky bucket."""

    divided_by = models.CharField(max_length=20)
    hole = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    note = models.TextField(default="", blank=True)

    class Meta:
        """One owner a hole."""

        constraints = (models.UniqueConstraint(fields=["divided_by", "hole"], name="one_owner_a_hole"),)

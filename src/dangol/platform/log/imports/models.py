"""Which imports were there, from where is data read again and again, and how good was it?"""

from __future__ import annotations

from django.db import models


class Connection(models.Model):
    """A place that is read again and again: a database, or a folder of files."""

    class Kind(models.TextChoices):
        """How it is read."""

        DATABASE = "database"
        FOLDER = "folder"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind)
    source = models.ForeignKey("log.Source", on_delete=models.PROTECT, related_name="connections")
    sealed_address = models.TextField()
    """The URL or path, encrypted: it may hold a password."""
    query = models.TextField(default="", blank=True)
    """A table's name or a SELECT; databases only."""
    incremental = models.CharField(max_length=120, default="", blank=True)
    """The column that only grows: the next run reads what lies above the last value."""
    last_value = models.JSONField(null=True)
    seen_files = models.JSONField(default=dict)
    """Path -> size and time of the last run that read it."""
    noun = models.CharField(max_length=20, default="", blank=True)
    mapping = models.JSONField(default=dict)
    every_minutes = models.PositiveIntegerField(default=60)
    is_live = models.BooleanField(default=False)
    next_run_at = models.DateTimeField(db_index=True)
    last_run_at = models.DateTimeField(null=True)
    error = models.JSONField(null=True)
    """{"en", "ko"} of the last run when it failed."""
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)


class Import(models.Model):
    """One bringing of files: looked at, planned, run, done; undone as a whole when nothing stands on it."""

    class State(models.TextChoices):
        """A draft is looked at and mapped; a planned one is taken by the worker."""

        DRAFT = "draft"
        PLANNED = "planned"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        UNDOING = "undoing"
        UNDONE = "undone"

    name = models.CharField(max_length=200)
    source = models.ForeignKey("log.Source", on_delete=models.PROTECT, related_name="imports")
    connection = models.ForeignKey(Connection, on_delete=models.SET_NULL, null=True, related_name="imports")
    paths = models.JSONField(default=list)
    """Where the files lie on the server."""
    noun = models.CharField(max_length=20, default="", blank=True)
    mapping = models.JSONField(default=dict)
    is_live = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    stage = models.CharField(max_length=20, default="", blank=True)
    record = models.JSONField(default=dict)
    """What was read as what, what was refused and why: `Record` as plain values."""
    rows_total = models.BigIntegerField(default=0)
    rows_done = models.BigIntegerField(default=0)
    rows_read = models.BigIntegerField(default=0)
    rows_kept = models.BigIntegerField(default=0)
    rows_refused = models.BigIntegerField(default=0)
    rows_repeated = models.BigIntegerField(default=0)
    last_position = models.BigIntegerField(null=True)
    """Where the log stood when it was done."""
    error = models.JSONField(null=True)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-id",)


class QualityRule(models.Model):
    """One check of the data: how far it may go, who owns it, and whether it may alert."""

    check_name = models.CharField(max_length=40)
    subject = models.CharField(max_length=120, default="", blank=True)
    """A noun or a source's name; empty: all."""
    threshold = models.FloatField(null=True)
    """Null: the check's own."""
    owner = models.CharField(max_length=200, default="", blank=True)
    is_muted = models.BooleanField(default=False)

    class Meta:
        """One rule a check and subject."""

        constraints = (
            models.UniqueConstraint(fields=["check_name", "subject"], name="one_rule_a_check_and_subject"),
        )


class QualityFinding(models.Model):
    """What a check found at a moment: kept, so that its history can be seen."""

    check_name = models.CharField(max_length=40)
    subject = models.CharField(max_length=120, default="", blank=True)
    looked_at = models.DateTimeField(db_index=True)
    value = models.FloatField(null=True)
    threshold = models.FloatField(null=True)
    is_failed = models.BooleanField(default=False)
    is_alerted = models.BooleanField(default=False)
    sentence = models.JSONField(default=dict)
    """{"en": ..., "ko": ...}"""

    class Meta:
        """Read by check, newest first."""

        indexes = (models.Index(fields=["check_name", "subject", "-looked_at"]),)

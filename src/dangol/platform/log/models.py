"""Which tables does the log keep? What came in, what it became, who it was about, what was refused."""

from __future__ import annotations

from django.db import models


class Source(models.Model):
    """Where events come from; its write key is public and can do nothing but bring events."""

    class Kind(models.TextChoices):
        """Decides what is believed: a browser's claims are untrusted."""

        SERVER = "server"
        BROWSER = "browser"
        IMPORT = "import"
        WEBHOOK = "webhook"
        INTERNAL = "internal"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind)
    write_key = models.CharField(max_length=64, unique=True)
    allowed_origins = models.JSONField(default=list)
    signing_secret = models.CharField(max_length=500, default="", blank=True)
    """Sealed; of identity tokens for a browser, of the sender's signature for a webhook."""
    settings = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)


class Envelope(models.Model):
    """What one group of requests brought, acknowledged once committed; the sequencer empties this table."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, db_index=False)
    received_at = models.BigIntegerField()
    """Microseconds since 1970, UTC."""
    body = models.BinaryField()
    """One Segment message a line, as JSON; each is valid."""
    event_count = models.PositiveIntegerField()


class Segment(models.Model):
    """A Parquet file of log rows in their order, with the positions first_position..last_position."""

    contents = models.JSONField(null=True)
    """{"types": [...], "names": [...]}: what is in it, so that who wants other rows need not open it; null: unknown."""
    first_position = models.BigIntegerField(unique=True)
    last_position = models.BigIntegerField(unique=True)
    path = models.CharField(max_length=300)
    """Relative to the lake's folder."""
    row_count = models.PositiveIntegerField()
    first_occurred_at = models.DateTimeField(null=True)
    last_occurred_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True, db_index=True)


class Identifier(models.Model):
    """One name of a person: `person_id` is the whole number that stands for them everywhere.

    A new identifier is its own person (`person_id` = `id`), or of the person who was named beside it. A merge
    changes nothing here: readers apply it.
    """

    kind = models.CharField(max_length=24)
    """user_id, anonymous_id, unverified_user_id, email, phone"""
    value = models.CharField(max_length=300)
    person_id = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        """A name stands for one person."""

        constraints = (models.UniqueConstraint(fields=["kind", "value"], name="one_person_a_name"),)


class Seat(models.Model):
    """The account that a person was last said to belong to by somebody trusted; later events are given it."""

    person_id = models.BigIntegerField(primary_key=True)
    account_id = models.CharField(max_length=300)


class EventSchema(models.Model):
    """What one source's messages of a type and name look like, kept up as they come."""

    source_id = models.BigIntegerField()
    type = models.CharField(max_length=10)
    name = models.CharField(max_length=300)
    count = models.BigIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    received_at = models.DateTimeField()
    """When the newest of them arrived."""
    properties = models.JSONField(default=dict)
    """Of each property (of each trait, for identify and group) the kinds of values that were seen."""

    class Meta:
        """One row a source, type and name."""

        constraints = (
            models.UniqueConstraint(fields=["source_id", "type", "name"], name="one_schema_an_event"),
        )


class Retention(models.Model):
    """For how many whole months raw events are kept; without a row, for ever."""

    source = models.OneToOneField(Source, on_delete=models.CASCADE, null=True)
    """None: of every source."""
    months = models.PositiveSmallIntegerField()


class BroughtKeys(models.Model):
    """A Parquet file of the keys of rows that a whole file brought: those rows are not taken in twice."""

    path = models.CharField(max_length=300)
    row_count = models.PositiveIntegerField()


class Merge(models.Model):
    """Two numbers that are one person from now on, until undone; the histories stay as they were."""

    loser_id = models.BigIntegerField(db_index=True)
    winner_id = models.BigIntegerField(db_index=True)
    reason = models.CharField(max_length=40)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, default="", blank=True)


class Refused(models.Model):
    """What was not let in, why, and what would have been."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, null=True)
    received_at = models.DateTimeField(db_index=True)
    body = models.TextField()
    reason = models.CharField(max_length=60, db_index=True)
    sentence = models.JSONField(default=dict)
    """{"en": ..., "ko": ...}"""


from dangol.platform.log.imports.models import (  # noqa: E402 they point to Source above
    Connection,
    Import,
    QualityFinding,
    QualityRule,
)

__all__ = [
    "Connection", "Envelope", "Identifier", "Import", "Merge", "QualityFinding", "QualityRule", "Refused",
    "Segment", "Source",
]  # fmt: skip

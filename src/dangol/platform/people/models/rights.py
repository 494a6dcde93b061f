"""What did people ask of their data, until when is it due, and what was done?"""

from __future__ import annotations

from django.db import models


class RightsRequest(models.Model):
    """One request of one person under the law that applies to them."""

    class Kind(models.TextChoices):
        """What is asked."""

        ACCESS = "access"
        CORRECTION = "correction"
        ERASURE = "erasure"
        STOP = "stop_processing"
        OBJECTION = "objection"
        EXPLANATION = "explanation"

    class Law(models.TextChoices):
        """Which law counts the days."""

        PIPA = "pipa"
        GDPR = "gdpr"

    class State(models.TextChoices):
        """Received, checked who asks, being worked on, ended."""

        RECEIVED = "received"
        IDENTIFIED = "identified"
        WORKING = "working"
        DONE = "done"
        REFUSED = "refused"

    kind = models.CharField(max_length=20, choices=Kind)
    law = models.CharField(max_length=10, choices=Law)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    person_id = models.BigIntegerField(null=True, db_index=True)
    requester = models.CharField(max_length=320, default="", blank=True)
    """Name or address of who asked; blanked when their data is erased."""
    message = models.TextField(default="", blank=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    extended_until = models.DateTimeField(null=True)
    identity_proof = models.CharField(max_length=300, default="", blank=True)
    identified_by = models.CharField(max_length=200, default="", blank=True)
    identified_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    answer = models.TextField(default="", blank=True)


class RightsStep(models.Model):
    """One thing that was done about a request; `counts` says how much of what was reached."""

    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(max_length=60)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    note = models.TextField(default="", blank=True)

    class Meta:
        """In the order in which they were done."""

        ordering = ("id",)


class ErasureCertificate(models.Model):
    """What was erased where. Names nobody: the person stands in it as a keyed hash."""

    request = models.OneToOneField(RightsRequest, on_delete=models.PROTECT, related_name="certificate")
    person_hash = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    kept = models.JSONField(default=list)
    made_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

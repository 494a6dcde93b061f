"""Which companies are customers, and who sits in them?"""

from __future__ import annotations

from django.db import models

from dangol.platform.kernel.access.models import Unit


class Account(models.Model):
    """A company, household or team; `account_id` is the id that sources give it."""

    account_id = models.CharField(max_length=300, unique=True)
    name = models.CharField(max_length=300, default="", blank=True)
    plan = models.CharField(max_length=120, default="", blank=True)
    industry = models.CharField(max_length=120, default="", blank=True)
    owner = models.CharField(max_length=200, default="", blank=True)
    created_on = models.DateField(null=True)
    seats_count = models.PositiveIntegerField(null=True)
    traits = models.JSONField(default=dict)
    untrusted = models.JSONField(default=dict)
    provenance = models.JSONField(default=dict)
    unit = models.ForeignKey(Unit, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        """Listed by who was active last, or by name."""

        indexes = (
            models.Index(fields=["last_seen_at", "id"], name="accounts_by_seen"),
            models.Index(fields=["name", "id"], name="accounts_by_name"),
        )


class Seat(models.Model):
    """A person in an account; they may have several and leave again."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="seats")
    person_id = models.BigIntegerField(db_index=True)
    role = models.CharField(max_length=120, default="", blank=True)
    since = models.DateTimeField()
    is_verified = models.BooleanField(default=False)
    left_at = models.DateTimeField(null=True)

    class Meta:
        """One seat a person and account."""

        constraints = (models.UniqueConstraint(fields=["account", "person_id"], name="one_seat_a_person"),)

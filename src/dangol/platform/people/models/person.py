"""Who is known? People with what was said about them, by whom and when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dangol.platform.kernel.access.models import Unit, User

LISTED = Q(is_known=True, merged_into__isnull=True, erased_at__isnull=True)
"""Whom lists show: named by somebody, not part of another person, not erased."""


class Person(models.Model):
    """One person. The key is the number that the log gave them."""

    id = models.BigIntegerField(primary_key=True)
    external_id = models.CharField(max_length=300, default="", blank=True)
    name = models.CharField(max_length=300, default="", blank=True)
    email = models.CharField(max_length=320, default="", blank=True)
    phone = models.CharField(max_length=60, default="", blank=True)
    account_id = models.CharField(max_length=300, default="", blank=True)
    """The account's own id, as sources say it; its page may come later than the person."""
    joined_on = models.DateField(null=True)
    channel = models.CharField(max_length=120, default="", blank=True)
    country = models.CharField(max_length=120, default="", blank=True)
    plan = models.CharField(max_length=120, default="", blank=True)
    referrer_id = models.BigIntegerField(null=True)
    traits = models.JSONField(default=dict)
    """What servers, imports, signed browsers and users of the console said."""
    untrusted = models.JSONField(default=dict)
    """What browsers claimed: shown apart, never used by rules, prices or rights."""
    provenance = models.JSONField(default=dict)
    """Field -> {source, at (microseconds), position, by}: where the present value comes from."""
    unit = models.ForeignKey(Unit, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    is_known = models.BooleanField(default=False)
    """Has an id, an address or a trait, and is not only a visitor's cookie."""
    is_verified = models.BooleanField(default=False)
    """A trusted source named them."""
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    """When they did something, or were named live; an imported profile is no sign of life."""
    order_count = models.PositiveIntegerField(null=True)
    amount = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    """What their orders brought, refunds taken off, in the currency of the business."""
    last_order_at = models.DateTimeField(null=True)
    merged_into = models.BigIntegerField(null=True, db_index=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        """An index for each order of the list; names and addresses are looked up exactly."""

        indexes = (
            models.Index(fields=["last_seen_at", "id"], name="people_by_seen", condition=LISTED),
            models.Index(fields=["name", "id"], name="people_by_name", condition=LISTED),
            models.Index(fields=["joined_on", "id"], name="people_by_joined", condition=LISTED),
            models.Index(fields=["amount", "id"], name="people_by_amount", condition=LISTED),
            models.Index(fields=["external_id"], name="people_external"),
            models.Index(fields=["email"], name="people_email"),
            models.Index(fields=["phone"], name="people_phone"),
            models.Index(fields=["account_id", "last_seen_at"], name="people_of_account"),
            models.Index(fields=["plan", "last_seen_at"], name="people_plan"),
            models.Index(fields=["country", "last_seen_at"], name="people_country"),
        )  # fmt: skip

    @property
    def title(self) -> str:
        """What the person is called in a list: name, else address, else id."""
        return self.name or self.email or self.external_id or self.phone


class TraitChange(models.Model):
    """A value that another took the place of: what stood there, who had said it, until when."""

    person_id = models.BigIntegerField(db_index=True)
    field = models.CharField(max_length=120)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    provenance = models.JSONField(default=dict)
    """Of the new value."""
    changed_at = models.DateTimeField()


class Note(models.Model):
    """What somebody who works here wrote down about a person."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    is_pinned = models.BooleanField(default=False)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=120)
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)


class Duplicate(models.Model):
    """Two people who may be one: found by the machine, decided by a human."""

    class Decision(models.TextChoices):
        """What a human said."""

        OPEN = "open"
        MERGED = "merged"
        DIFFERENT = "different"

    first_id = models.BigIntegerField(db_index=True)
    second_id = models.BigIntegerField(db_index=True)
    reason = models.CharField(max_length=40)
    evidence = models.CharField(max_length=320, default="", blank=True)
    found_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.OPEN)
    decided_by = models.CharField(max_length=200, default="", blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """A pair is asked about once."""

        constraints = (models.UniqueConstraint(fields=["first_id", "second_id"], name="one_question_a_pair"),)


class PersonMerge(models.Model):
    """One person was taken into another: what the winner's fields were before, so that it can be undone."""

    log_merge_id = models.BigIntegerField(null=True)
    loser_id = models.BigIntegerField(db_index=True)
    winner_id = models.BigIntegerField(db_index=True)
    reason = models.CharField(max_length=40)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    before = models.JSONField(default=dict)
    """Field -> [value, provenance] of the winner, for each field that came from the loser."""
    undone_by = models.CharField(max_length=200, default="", blank=True)
    undone_at = models.DateTimeField(null=True)

"""What did people agree to, in which words, and whom may nobody write to?"""

from __future__ import annotations

from django.db import models


class ConsentText(models.Model):
    """One wording of one purpose; a changed wording is a new version, the old ones stay as proof."""

    purpose = models.CharField(max_length=60)
    language = models.CharField(max_length=2)
    version = models.PositiveIntegerField()
    text = models.TextField()
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    class Meta:
        """Versions count up by purpose and language."""

        constraints = (
            models.UniqueConstraint(fields=["purpose", "language", "version"], name="one_text_a_version"),
        )


class Consent(models.Model):
    """One line of the ledger: given, refused or withdrawn, with its proof. Never changed, only added."""

    class State(models.TextChoices):
        """What the person said."""

        GIVEN = "given"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    class Basis(models.TextChoices):
        """Why contact is allowed: asked and agreed, or a purchase until a date."""

        OPT_IN = "opt_in"
        TRANSACTION = "transaction_until"

    person_id = models.BigIntegerField(db_index=True)
    channel = models.CharField(max_length=40)
    purpose = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State)
    basis = models.CharField(max_length=20, choices=Basis, default=Basis.OPT_IN)
    valid_until = models.DateTimeField(null=True)
    source = models.CharField(max_length=120, default="", blank=True)
    wording = models.ForeignKey(ConsentText, on_delete=models.PROTECT, null=True, related_name="+")
    wording_text = models.TextField(default="", blank=True)
    """The words as they were shown, when the source sent them."""
    proof = models.JSONField(default=dict)
    """Internet address, document, page, who entered it."""
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    position = models.BigIntegerField(null=True)
    """The log row it came by; null when entered by hand."""


class ConsentState(models.Model):
    """What holds now for a person, a channel and a purpose: the newest line of the ledger."""

    person_id = models.BigIntegerField()
    channel = models.CharField(max_length=40)
    purpose = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=Consent.State)
    basis = models.CharField(max_length=20, choices=Consent.Basis)
    valid_until = models.DateTimeField(null=True)
    happened_at = models.DateTimeField()

    class Meta:
        """One answer a question."""

        constraints = (
            models.UniqueConstraint(fields=["person_id", "channel", "purpose"], name="one_consent_a_purpose"),
        )


class Suppression(models.Model):
    """An address that is not written to. Only its keyed hash is kept, also after the person is erased."""

    class Scope(models.TextChoices):
        """How far it goes."""

        MARKETING = "marketing"
        ALL = "all"

    channel = models.CharField(max_length=40)
    address_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=60)
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.MARKETING)
    made_by = models.CharField(max_length=200, default="", blank=True)
    made_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        """One entry an address and channel."""

        constraints = (
            models.UniqueConstraint(fields=["channel", "address_hash"], name="one_suppression_an_address"),
        )

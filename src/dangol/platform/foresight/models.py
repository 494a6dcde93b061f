"""Which tables does this room keep? Trained models with their cards, scores, how they moved, warnings, and closings."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Run(models.Model):
    """One training or scoring, in a process of its own; without an end it is under way, or was killed."""

    class Job(models.TextChoices):
        """What is done."""

        TRAIN = "train"
        SCORE = "score"

    job = models.CharField(max_length=5, choices=Job)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    as_of = models.DateField(null=True)
    position = models.BigIntegerField(default=-1)
    """Up to where the log had come."""
    told = models.JSONField(default=dict)
    """What came of it: counts, and the sentence where there was nothing to learn from."""

    class Meta:
        """The latest of each job is asked for."""

        indexes = (models.Index(fields=["job", "-began_at"]),)


class ModelVersion(models.Model):
    """A trained model: its own text, the card that says how good it is, and whether it is used."""

    class Kind(models.TextChoices):
        """What it foresees."""

        CHURN = "churn"
        VALUE = "value"
        HEALTH = "health"

    class State(models.TextChoices):
        """In use; beaten by the one in use; failed its card; found wrong by what came; followed by a newer one."""

        IN_USE = "in_use"
        CHALLENGER = "challenger"
        REFUSED = "refused"
        DEMOTED = "demoted"
        FOLLOWED = "followed"

    kind = models.CharField(max_length=8, choices=Kind)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State)
    reason = models.JSONField()
    """{"en": ..., "ko": ...}: why it is in this state."""
    text = models.TextField(default="", blank=True)
    """The model, to be read by its own library; empty where nothing could be trained."""
    card = models.JSONField(null=True)
    method = models.CharField(max_length=60, default="", blank=True)
    """The contender that the card chose."""
    horizon_days = models.PositiveIntegerField(null=True)
    as_of = models.DateField(null=True)
    customer_count = models.PositiveIntegerField(null=True)
    left_count = models.PositiveIntegerField(null=True)
    seed = models.PositiveIntegerField(default=1)
    trained_at = models.DateTimeField()
    decided_at = models.DateTimeField()
    seconds = models.FloatField(default=0)

    class Meta:
        """Versions count up by kind; one of each kind is in use at most."""

        ordering = ("-trained_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["kind", "version"], name="one_model_a_version"),
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(state="in_use"), name="one_model_in_use"
            ),
        )


class Closing(models.Model):
    """Somebody took a customer off the list, with the reason: what the next model and the team learn from."""

    class Reason(models.TextChoices):
        """How it ended."""

        KEPT = "kept"
        LEFT = "left"
        NOT_AT_RISK = "not_at_risk"
        WRONG_DATA = "wrong_data"
        OTHER = "other"

    person_id = models.BigIntegerField(db_index=True)
    reason = models.CharField(max_length=12, choices=Reason)
    note = models.TextField(default="", blank=True)
    value = models.FloatField(null=True)
    """The probability when it was closed."""
    band = models.CharField(max_length=10, default="", blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    closed_at = models.DateTimeField(db_index=True)
    reopened_at = models.DateTimeField(null=True)


class Score(models.Model):
    """How likely it is that a customer leaves within the horizon, and what would be lost.

    Money is in the currency of the business. `value` is null where a rule is used instead of a model: it gives a
    band and no probability.
    """

    person_id = models.BigIntegerField(primary_key=True)
    value = models.FloatField(null=True)
    band = models.CharField(max_length=10)
    band_rank = models.PositiveSmallIntegerField()
    """1 low, 2 medium, 3 high."""
    reasons = models.JSONField(default=list)
    worth = models.FloatField(null=True)
    """What they would still bring."""
    worth_low = models.FloatField(null=True)
    worth_high = models.FloatField(null=True)
    at_stake = models.FloatField(null=True)
    """Probability times worth."""
    spread = models.FloatField(null=True)
    """The variance of what is lost: so that the total has an interval."""
    model = models.ForeignKey(ModelVersion, on_delete=models.SET_NULL, null=True, related_name="+")
    """Null: a rule was used."""
    run_id = models.BigIntegerField()
    as_of = models.DateField()
    scored_at = models.DateTimeField()
    told_band = models.CharField(max_length=10, default="")
    """The band that the log heard last."""
    point_value = models.FloatField(null=True)
    """The last point of the line over time."""
    point_band = models.CharField(max_length=10, default="")
    point_on = models.DateField(null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    closing = models.ForeignKey(
        Closing, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    """Null: it stands on the list, as nearly everybody does: an index of it would only mislead."""

    class Meta:
        """Ranked by money, by probability and by worth; every further index would be written anew every day."""

        indexes = (
            models.Index(fields=["-at_stake", "-person_id"], name="scores_by_money"),
            models.Index(fields=["-value", "-person_id"], name="scores_by_risk"),
            models.Index(fields=["-worth", "-person_id"], name="scores_by_worth"),
        )


class RiskPoint(models.Model):
    """A point of somebody's risk over time: one a week at most, and one whenever the band changes.

    Between two points the risk moved by less than two points of a hundred.
    """

    person_id = models.BigIntegerField()
    day = models.DateField()
    value = models.FloatField(null=True)
    band = models.CharField(max_length=10)

    class Meta:
        """One a day."""

        constraints = (models.UniqueConstraint(fields=["person_id", "day"], name="one_point_a_day"),)
        indexes = (models.Index(fields=["day"]),)


class EarlyWarning(models.Model):
    """Somebody's own rhythm is broken: they do far less than they usually do."""

    person_id = models.BigIntegerField()
    since = models.DateField()
    """The first day of the silence or slump."""
    usual_rate = models.FloatField(null=True)
    """Times a week that they usually come; null: judged by their pauses alone."""
    recent_count = models.FloatField(null=True)
    window_days = models.PositiveIntegerField(default=0)
    """The stretch that was judged; 0: the silence since they were last there."""
    usual_gap = models.FloatField(null=True)
    silent_days = models.FloatField(null=True)
    p_value = models.FloatField()
    q_value = models.FloatField()
    """The expected share of false alarms among all warnings at least as strong."""
    said = models.JSONField()
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    """When it was last found to hold."""
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One at a time for each customer."""

        constraints = (
            models.UniqueConstraint(
                fields=["person_id"], condition=models.Q(ended_at__isnull=True), name="one_warning_at_a_time"
            ),
        )
        indexes = (models.Index(fields=["ended_at", "q_value"]),)


class AccountHealth(models.Model):
    """How well an account does, from 0 to 100, and how much of what it is judged by is known."""

    account_id = models.CharField(max_length=300, unique=True)
    value = models.FloatField(null=True)
    band = models.CharField(max_length=12, default="", blank=True)
    """good, watch or poor; empty where nothing is known."""
    coverage = models.FloatField(null=True)
    """Share of the inputs that are known, 0 to 1: what is missing is never taken for good."""
    worst = models.CharField(max_length=20, default="", blank=True)
    """The family of features that goes with most of the risk; empty where none does."""
    said = models.JSONField(null=True)
    model = models.ForeignKey(ModelVersion, on_delete=models.SET_NULL, null=True, related_name="+")
    run_id = models.BigIntegerField()
    as_of = models.DateField()

    class Meta:
        """The weakest first."""

        indexes = (models.Index(fields=["value", "id"]),)

"""Which tables does this room keep? Experiments, who is in which arm, their readouts, changes, and who is held out."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dangol.platform.audiences.models import Audience
from dangol.platform.kernel.access.models import Unit


class Experiment(models.Model):
    """Something that is tried: everything that decides the answer is written down before the first customer."""

    class State(models.TextChoices):
        """From a draft that may change to a decision that stays."""

        DRAFT = "draft"
        RUNNING = "running"
        STOPPED = "stopped"
        DECIDED = "decided"

    class Whom(models.TextChoices):
        """What a unit is: what is drawn, kept together and counted once."""

        PERSON = "person"
        ACCOUNT = "account"

    class Enrols(models.TextChoices):
        """How units come in."""

        START = "start"
        """Everybody of the audience at the start."""
        ENTRY = "entry"
        """Whoever enters the audience, from the start to the end."""
        CODE = "code"
        """Whoever the developers' own code asks about."""
        LOG = "log"
        """Another tool drew the arms: they are read from the exposures in the log."""
        TABLE = "table"
        """A finished table that was uploaded; only its readout is kept."""
        HOLDOUT = "holdout"
        """The global holdout against everybody else."""

    key = models.CharField(max_length=160, unique=True)
    """What events and code call it: `experiment_id` of `Experiment Viewed`."""
    name = models.CharField(max_length=160)
    hypothesis = models.TextField(default="", blank=True)
    whom = models.CharField(max_length=8, choices=Whom, default=Whom.PERSON)
    enrols = models.CharField(max_length=8, choices=Enrols, default=Enrols.START)
    audience = models.ForeignKey(Audience, on_delete=models.SET_NULL, null=True)
    rule = models.JSONField(null=True)
    """The rule as it was when the experiment began, naming no other; null: everybody."""
    arms = models.JSONField(default=list)
    """[{"name", "share"}, ...]; the first is the control."""
    salt = models.CharField(max_length=40)
    outcome = models.CharField(max_length=160)
    horizon_days = models.PositiveIntegerField()
    smallest = models.FloatField(null=True)
    """The smallest effect that would matter, in the unit of the outcome; the sample is planned for it."""
    planned_units = models.PositiveIntegerField(null=True)
    """Units about which the interval that holds on any day is narrowest; set once, before anything depends on it."""
    segments = models.JSONField(default=list)
    """Columns of people by which the effect is told apart, declared before the start."""
    guardrails = models.JSONField(default=list)
    """Outcomes that must not become worse."""
    cost = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    """What treating one unit costs, in the currency of the business."""
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    unit = models.ForeignKey(Unit, on_delete=models.SET_NULL, null=True, related_name="+")
    """The unit whose people it is about; null: the whole business."""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    enrolled_at = models.DateTimeField(null=True)
    """When its audience was last looked through for units to come in."""
    ends_on = models.DateField(null=True)
    """The last day on which units come in: the one thing that may change after the start."""
    stopped_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(default="", blank=True)
    chosen = models.CharField(max_length=80, default="", blank=True)
    """The arm that everybody gets from the decision on."""

    class Meta:
        """The newest first."""

        ordering = ("-made_at", "-pk")


class Assignment(models.Model):
    """A unit is in an arm, for ever. Merges change nothing here: readers apply them."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, db_index=False)
    unit_id = models.BigIntegerField(db_index=True)
    """A person's number, or an account's key."""
    arm = models.PositiveSmallIntegerField()
    """Position in the experiment's arms."""
    assigned_at = models.DateTimeField()
    exposed_at = models.DateTimeField(null=True)
    """When the arm began to matter to the unit: said for every arm at the same instant."""

    class Meta:
        """Once an experiment."""

        constraints = (
            models.UniqueConstraint(fields=["experiment", "unit_id"], name="once_in_an_experiment"),
        )


class Readout(models.Model):
    """What an experiment says so far; counted again by the worker when something has arrived."""

    experiment = models.OneToOneField(Experiment, on_delete=models.CASCADE, primary_key=True)
    told = models.JSONField(default=dict)
    """The readout as plain values."""
    failure = models.JSONField(null=True)
    """{"en": ..., "ko": ...}: why there is none."""
    position = models.BigIntegerField(default=-1)
    computed_at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    harm_at = models.DateTimeField(null=True)
    """When it first looked harmful enough to suggest a stop."""


class Holdout(models.Model):
    """Customers whom no action reaches, so that what all actions change can be seen. A new salt is a new row."""

    action = models.CharField(max_length=120, default="", blank=True)
    """The action it is about; empty: all of them."""
    whom = models.CharField(max_length=8, choices=Experiment.Whom, default=Experiment.Whom.PERSON)
    share = models.FloatField()
    salt = models.CharField(max_length=40)
    exempt = models.ForeignKey(Audience, on_delete=models.SET_NULL, null=True)
    """Who is never held out."""
    made_by = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One that holds for each action."""

        ordering = ("-started_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["action"], condition=models.Q(ended_at=None), name="one_holdout_an_action"
            ),
        )


class Change(models.Model):
    """Something that changed for everybody at once, with the outcomes it should move, named up front (M-13)."""

    class Method(models.TextChoices):
        """How its effect is estimated without a draw."""

        DIFFERENCES = "did"
        """Difference in differences: those it was for against the others, before and after."""
        CUTOFF = "rd"
        """Regression discontinuity: those who joined just before and just after."""

    name = models.CharField(max_length=160)
    note = models.TextField(default="", blank=True)
    why = models.TextField(default="", blank=True)
    """Why it could not be drawn by lot."""
    changed_on = models.DateField()
    method = models.CharField(max_length=4, choices=Method)
    audience = models.ForeignKey(Audience, on_delete=models.SET_NULL, null=True)
    rule = models.JSONField(null=True)
    """Whom the change was for; null with a cut-off."""
    outcomes = models.JSONField(default=list)
    days = models.PositiveIntegerField()
    """How many days before and after are compared."""
    unit = models.ForeignKey(Unit, on_delete=models.SET_NULL, null=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    made_at = models.DateTimeField()
    told = models.JSONField(default=list)
    """One estimate an outcome, as plain values."""
    failure = models.JSONField(null=True)
    position = models.BigIntegerField(default=-1)
    computed_at = models.DateTimeField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-changed_on", "-pk")

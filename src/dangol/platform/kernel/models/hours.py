"""When is somebody there to answer? Calendars of open hours."""

from __future__ import annotations

from django.db import models


class OpenHours(models.Model):
    """A named calendar: open spans of the week in a zone, and the days on which it is closed."""

    name = models.CharField(max_length=120, unique=True)
    zone = models.CharField(max_length=64)
    weekly = models.JSONField(default=list)
    """Of Monday to Sunday: spans of minutes of the day."""
    closed_on = models.JSONField(default=dict)
    """Day -> what it is called."""

"""What does the worker do for experiments? It brings units in, and reads out anew what has moved."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import F, Q

from dangol.platform.experiments import changing, enrolling, reading
from dangol.platform.experiments.models import Change, Experiment
from dangol.platform.kernel import clock
from dangol.platform.kernel.chores import chore
from dangol.platform.log.queries import position
from dangol.platform.people.queries import changed_at

REST: Final = 20.0
"""A readout rests so many times the seconds that it took, and five minutes at least."""
LEAST: Final = 300.0


@chore("experiments.enrol", every=5.0)
def enrol() -> bool:
    """Bring in those who belong to what runs; True when there is more."""
    found = enrolling.due(clock.now())
    if found:
        enrolling.enrol(found[0])
    return len(found) > 1


@chore("experiments.readouts", every=10.0)
def refresh() -> bool:
    """Read out one experiment whose data has moved, or estimate one change; True when there is more."""
    experiments = [row for row in _moved() if _has_rested(row)]
    if experiments:
        reading.keep(experiments[0])
        return True
    changes = list(
        Change.objects.filter(Q(computed_at=None) | Q(position__lt=position(), computed_at__lt=_day_ago()))
    )
    if changes:
        changing.keep(changes[0])
    return len(changes) > 1


def _moved() -> list[Experiment]:
    """Never read out, or read out before something arrived; what was decided stays as it was then."""
    is_behind = Q(readout=None) | Q(readout__position__lt=position())
    if (changed := changed_at()) is not None:
        is_behind |= Q(readout__computed_at__lt=changed)
    is_open = Q(state__in=("running", "stopped")) | Q(state="decided", readout=None)
    rows = Experiment.objects.select_related("readout").filter(is_open, is_behind).exclude(enrols="table")
    return list(rows.order_by(F("readout__computed_at").asc(nulls_first=True), "pk"))


def _has_rested(row: Experiment) -> bool:
    if not hasattr(row, "readout"):
        return True
    wait = max(LEAST, REST * row.readout.seconds)
    return bool(clock.now() - row.readout.computed_at >= timedelta(seconds=wait))


def _day_ago() -> object:
    return clock.now() - timedelta(days=1)

"""Who comes into the experiments that run? Everybody of an audience at the start, or whoever enters it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from dangol.core.rules import rule as read_rule
from dangol.platform.audiences.ruling import member_ids
from dangol.platform.experiments.actions.placing import is_over, placed
from dangol.platform.experiments.models import Experiment
from dangol.platform.experiments.seeing import eyes_of
from dangol.platform.kernel import clock
from dangol.platform.log.sets import cut
from dangol.platform.people.models import Person
from dangol.platform.people.models.person import LISTED
from dangol.platform.people.queries import world_for

AT_ONCE: Final = 20_000
REST: Final = timedelta(minutes=5)
"""Between two looks at who has entered an audience."""


def due(now: datetime) -> list[Experiment]:
    """The experiments whose audience is to be looked through now."""
    running = Experiment.objects.filter(state=Experiment.State.RUNNING)
    first = running.filter(enrols__in=("start", "entry"), enrolled_at=None)
    again = running.filter(enrols="entry", enrolled_at__lt=now - REST)
    return [row for row in (first | again).order_by("started_at") if not is_over(row, now)]


def enrol(row: Experiment) -> int:
    """Bring in everybody who belongs and is not in yet; how many people were looked at. Safe to be killed.

    Everybody who is there at the start begins at one instant, the start, however long the work takes.
    """
    now = clock.now()
    is_first = row.enrolled_at is None
    at = row.started_at if is_first and row.started_at else now
    wanted = _members(row)
    for part in cut(wanted, AT_ONCE):
        if not Experiment.objects.filter(pk=row.pk, state=Experiment.State.RUNNING).exists():
            return 0  # stopped meanwhile
        placed(row, part, at)
    Experiment.objects.filter(pk=row.pk).update(enrolled_at=now)
    return len(wanted)


def _members(row: Experiment) -> list[int]:
    """The listed people whom the rule names now, of the experiment's unit."""
    if row.rule is None:
        everybody = Person.objects.filter(LISTED)
        if row.unit_id is not None:
            everybody = everybody.filter(Q(unit_id=row.unit_id))
        return sorted(everybody.values_list("pk", flat=True))
    world = world_for(eyes_of(row.unit_id))
    try:
        return sorted(member_ids(world, read_rule(row.rule)))
    finally:
        world.close()

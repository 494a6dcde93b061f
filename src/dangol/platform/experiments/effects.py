"""What does this room do when somebody is erased? It forgets in which arm they were; the counts of readouts stay."""

from __future__ import annotations

from django.db.models import Q

from dangol.platform.experiments.models import Assignment, Experiment
from dangol.platform.people.erasing import Counts, Erased, eraser


@eraser("experiments")
def forget(whom: Erased) -> Counts:
    """Their arms; those of their account stay, which is not a person."""
    theirs = Q(unit_id__in=whom.person_ids, experiment__whom=Experiment.Whom.PERSON)
    return {"experiment_assignments": Assignment.objects.filter(theirs).delete()[0]}

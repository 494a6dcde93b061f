"""Is it time to learn or to score? By the calendar, by how much has come since, and not while data is being brought."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Q

from dangol.platform.foresight.models import ModelVersion, Run
from dangol.platform.kernel import clock
from dangol.platform.kernel.queries import business
from dangol.platform.log.imports.models import Import
from dangol.platform.log.queries import position

EVERY: Final = timedelta(days=7)
"""A model is trained anew once a week."""
GROWTH: Final = 1.5
"""Sooner when the log has grown to so many times its length."""
PAUSE: Final = timedelta(minutes=10)
"""Between two trainings in any case."""
QUIET: Final = timedelta(seconds=20)
"""After an import: whoever has just brought data sees its pages first."""
_AT_WORK: Final = (Import.State.PLANNED, Import.State.RUNNING, Import.State.UNDOING)


def last_run(job: str) -> Run | None:
    """The latest of its kind that came to its end."""
    return Run.objects.filter(job=job, ended_at__isnull=False).order_by("-began_at").first()


def is_settled() -> bool:
    """Whether something is in the log, and no import is under way or has only just ended."""
    since = clock.now() - QUIET
    is_bringing = Import.objects.filter(Q(state__in=_AT_WORK) | Q(ended_at__gt=since)).exists()
    return position() > 0 and not is_bringing


def is_training_due() -> bool:
    """Never trained; a week ago; much has come since; or the one in use was found wrong."""
    last = last_run(Run.Job.TRAIN)
    if last is None:
        return is_settled()
    now = clock.now()
    if now - last.began_at < PAUSE:
        return False
    has_grown = position() >= GROWTH * max(last.position, 1)
    is_wrong = ModelVersion.objects.filter(
        state=ModelVersion.State.DEMOTED, decided_at__gt=last.began_at
    ).exists()
    return (now - last.began_at >= EVERY or has_grown or is_wrong) and is_settled()


def is_scoring_due() -> bool:
    """Once a day; after an import; after another model came into use. Not while a training is due."""
    last = last_run(Run.Job.SCORE)
    if last is None:
        is_due = True
    else:
        told = business().time_zone
        is_due = (
            last.as_of is None
            or last.as_of <= clock.today(told)
            or Import.objects.filter(ended_at__gt=last.began_at, state=Import.State.DONE).exists()
            or ModelVersion.objects.filter(decided_at__gt=last.began_at).exists()
        )
    return is_due and is_settled() and not is_training_due()

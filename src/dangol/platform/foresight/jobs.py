"""What is done in the process that ends? Learning, or scoring; each is a run with what came of it."""

from __future__ import annotations

from dangol.platform.foresight import scoring, training
from dangol.platform.foresight.models import Run
from dangol.platform.kernel import clock
from dangol.platform.log.queries import position

JOBS = {Run.Job.TRAIN.value: training.train, Run.Job.SCORE.value: scoring.score}


def run(job: str) -> Run:
    """Do a job; its run has an end only when all of it was done."""
    work = JOBS[job]
    begun = Run.objects.create(job=job, began_at=clock.now(), position=position())
    told = work(begun)
    Run.objects.filter(pk=begun.pk).update(ended_at=clock.now(), told=told, as_of=begun.as_of)
    begun.refresh_from_db()
    return begun

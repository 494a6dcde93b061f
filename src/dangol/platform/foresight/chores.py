"""What does a worker do for this room? It has models trained and customers scored, by a process that ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from dangol.platform.foresight import apart, schedule
from dangol.platform.foresight.models import EarlyWarning, ModelVersion, RiskPoint, Run
from dangol.platform.kernel import clock
from dangol.platform.kernel.chores import chore

LOOK: Final = 15.0
POINTS_KEPT: Final = timedelta(days=730)
RUNS_KEPT: Final = timedelta(days=400)
"""Longer than any horizon: what was expected is compared with what came."""
TEXTS_KEPT: Final = 12
"""So many past models of a kind keep their text; of the others the card remains."""


@chore("foresight.train", every=LOOK)
def train() -> bool:
    """Learn, when it is time."""
    return _tended(Run.Job.TRAIN, is_due=schedule.is_training_due)


@chore("foresight.score", every=LOOK)
def score() -> bool:
    """Score everybody, when it is time."""
    return _tended(Run.Job.SCORE, is_due=schedule.is_scoring_due)


def _tended(job: str, is_due: Callable[[], bool]) -> bool:
    return apart.tended(job) if apart.is_under_way(job) or is_due() else False


@chore("foresight.forget", every=3600.0)
def forget() -> bool:
    """Old points, runs and warnings go, and the texts of models that nobody uses any more."""
    now = clock.now()
    RiskPoint.objects.filter(day__lt=(now - POINTS_KEPT).date()).delete()
    Run.objects.filter(began_at__lt=now - RUNS_KEPT).delete()
    EarlyWarning.objects.filter(ended_at__lt=now - POINTS_KEPT).delete()
    for kind in ModelVersion.Kind.values:
        past = ModelVersion.objects.filter(kind=kind).exclude(state=ModelVersion.State.IN_USE)
        old = past.exclude(text="").order_by("-version").values_list("pk", flat=True)[TEXTS_KEPT:]
        ModelVersion.objects.filter(pk__in=list(old)).update(text="")
    return False

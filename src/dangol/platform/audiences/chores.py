"""When are audiences counted again? When something has arrived, or time alone changes somebody's membership."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Final

from django.db.models import Q, QuerySet

from dangol.platform.audiences.counting import count_again
from dangol.platform.audiences.models import Audience, Flip
from dangol.platform.audiences.ruling import open_world
from dangol.platform.kernel import clock
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.kernel.chores import chore
from dangol.platform.log.queries import position
from dangol.platform.people.queries import changed_at

REST: Final = 15.0
"""An audience rests so many times the seconds that its counting took."""
TURN: Final = 5.0
KEPT: Final = timedelta(days=180)
"""How long it is remembered who entered and left."""


@chore("audiences.refresh", every=1.0)
def refresh() -> bool:
    """Count what is due; True when there is more."""
    due = [each for each in _due() if _has_rested(each)]
    if not due:
        return False
    began, at, moment = time.monotonic(), position(), clock.now()
    with open_world(SYSTEM) as world:
        for number, audience in enumerate(due, start=1):
            count_again(audience, world, at, moment)
            if time.monotonic() - began > TURN:
                return number < len(due)
    return False


def _due() -> QuerySet[Audience]:
    """Never counted, behind the log, or with a membership that time has changed."""
    is_behind = Q(position__lt=position()) | Q(next_flip_at__lte=clock.now()) | Q(counted_at=None)
    if (changed := changed_at()) is not None:
        is_behind |= Q(counted_at__lt=changed)
    return Audience.objects.filter(is_behind).order_by("counted_at")


def _has_rested(audience: Audience) -> bool:
    if audience.counted_at is None:
        return True
    return clock.now() - audience.counted_at >= timedelta(seconds=max(1.0, REST * audience.seconds))


@chore("audiences.forget", every=3600.0)
def forget() -> bool:
    """Old comings and goings are let go."""
    Flip.objects.filter(happened_at__lt=clock.now() - KEPT).delete()
    return False

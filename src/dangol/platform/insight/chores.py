"""What keeps the answers fresh? What was wanted lately is counted again when something has arrived."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Final

from django.db.models import Q

from dangol.platform.insight import home, noticing
from dangol.platform.insight.answering import present_day, world_of
from dangol.platform.insight.beginnings import begin
from dangol.platform.insight.models import Board, StoredAnswer
from dangol.platform.insight.queries import known_now, store
from dangol.platform.insight.questions import Question, of_row
from dangol.platform.insight.watching import look
from dangol.platform.kernel import clock
from dangol.platform.kernel.chores import chore
from dangol.platform.kernel.queries import business
from dangol.platform.log.queries import position
from dangol.platform.people.queries import changed_at

WANTED: Final = timedelta(days=8)
"""What nobody looked at for so long is counted only when it is asked for again."""
FORGOTTEN: Final = timedelta(days=60)
RESTORABLE: Final = timedelta(days=30)
MOST_KEPT: Final = 5_000
REST: Final = 20.0
"""An answer rests so many times the seconds that it took: counting never takes the whole machine."""
TURN: Final = 5.0
"""Seconds of one turn; the lease is given back between turns."""


@chore("insight.refresh", every=1.0)
def refresh() -> bool:
    """Count stale answers again, the most wanted first; True when there are more."""
    due = [row for row in _stale() if _has_rested(row)]
    began = time.monotonic()
    while due and time.monotonic() - began < TURN:
        first = due[0]
        same = [row for row in due if (row.units, row.segment) == (first.units, first.segment)]
        _count_again(same, began)
        due = [row for row in due if row not in same]
    return bool(due)


def _count_again(rows: list[StoredAnswer], began: float) -> None:
    """Answers over one world, opened once."""
    since = known_now()
    with world_of(_question(rows[0]), present_day()) as world:
        for row in rows:
            store(_question(row), world, since)
            if time.monotonic() - began > TURN:
                return


def _stale() -> list[StoredAnswer]:
    """Wanted answers that do not hold everything."""
    wanted = StoredAnswer.objects.filter(wanted_at__gte=clock.now() - WANTED)
    is_old = Q(position__lt=position()) | Q(as_of__lt=present_day())
    if (changed := changed_at()) is not None:
        is_old |= Q(computed_at__lt=changed)
    return list(wanted.filter(is_old).defer("rows").order_by("-wanted_at")[:200])


def _has_rested(row: StoredAnswer) -> bool:
    if row.computed_at is None:
        return True
    return clock.now() - row.computed_at >= timedelta(seconds=max(1.0, REST * row.seconds))


def _question(row: StoredAnswer) -> Question:
    return of_row(row.metric, row.given, row.segment, row.units)


@chore("insight.home", every=30.0)
def prepare_home() -> bool:
    """The opening page is counted before anybody opens it."""
    home.prepare()
    return False


@chore("insight.watch", every=30.0)
def watch() -> bool:
    """Look at every watched number once; a business that has just been set up gets its alarm first."""
    if business().set_up_at is not None:
        begin()
    look()
    return False


@chore("insight.forget", every=3600.0)
def forget() -> bool:
    """Answers that nobody wanted for two months, or that are too many, go; they can be counted any time."""
    StoredAnswer.objects.filter(wanted_at__lt=clock.now() - FORGOTTEN).delete()
    Board.objects.filter(deleted_at__lt=clock.now() - RESTORABLE, purpose="").delete()
    noticing.forget()
    too_many = StoredAnswer.objects.order_by("-wanted_at").values_list("pk", flat=True)[MOST_KEPT:]
    StoredAnswer.objects.filter(pk__in=list(too_many)).delete()
    return False

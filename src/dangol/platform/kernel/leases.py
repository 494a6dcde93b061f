"""Who does a job that only one process may do at a time? The holder of its lease, taken by compare-and-set."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q

from dangol.platform.kernel import clock
from dangol.platform.kernel.models import Lease

LONGEST: Final = timedelta(minutes=15)
"""No lease is taken for longer at a time."""

lent: ContextVar[str] = ContextVar("lent", default="")
"""The chore that runs in this thread; the worker holds its lease."""
_mine: Final[set[str]] = set()
_being_taken: Final[set[str]] = set()
_lock: Final = threading.Lock()
_names: Final[dict[int, str]] = {}


def holder() -> str:
    """The name of this process among all that work on the database."""
    pid = os.getpid()
    with _lock:
        return _names.setdefault(pid, f"{socket.gethostname()[:60]}:{pid}:{secrets.token_hex(4)}")


@contextmanager
def held(name: str, seconds: float) -> Iterator[bool]:
    """For the body of a `with`: whether this process does the job now.

    Inside the chore of that name it is held already; elsewhere it is given back in the end. Whoever needs longer
    than `seconds` calls `kept`; another process may take over after that time.
    """
    if lent.get() == name:
        yield True
        return
    is_ours = take(name, seconds)
    try:
        yield is_ours
    finally:
        if is_ours:
            give_back(name)


def take(name: str, seconds: float) -> bool:
    """Take a lease that nobody holds, or that ran out; False when somebody does, another thread for instance."""
    me, now = holder(), clock.now()
    with _lock:
        if name in _mine | _being_taken:
            return False
        _being_taken.add(name)
    try:
        if is_taken := _take(name, me, now, now + timedelta(seconds=seconds)):
            _mine.add(name)
        return is_taken
    finally:
        _being_taken.discard(name)


def _take(name: str, me: str, now: datetime, until: datetime) -> bool:
    row = Lease.objects.filter(name=name)
    if not row.exists():
        Lease.objects.bulk_create([Lease(name=name, until=now - timedelta(days=1))], ignore_conflicts=True)
    # A lease that runs longer than any may was taken by a clock that was ahead, and has been set back since.
    free = Q(until__lt=now) | Q(until__gt=now + LONGEST) | Q(holder=me)
    return row.filter(free).update(holder=me, until=until, turn=F("turn") + 1) == 1


def kept(name: str, seconds: float) -> bool:
    """Hold on to a lease for longer; False when it was lost meanwhile.

    Asked first in the transaction that writes the result, it also keeps the job done once: it locks the lease's
    row, so that nobody takes the lease over before the commit.
    """
    until = clock.now() + timedelta(seconds=seconds)
    is_kept = Lease.objects.filter(name=name, holder=holder()).update(until=until) == 1
    if not is_kept:
        _mine.discard(name)
    return is_kept


def kept_all(seconds: float) -> None:
    """Hold on to every lease of this process for longer; those that were lost are forgotten."""
    if not _mine:
        return
    until = clock.now() + timedelta(seconds=seconds)
    held_now = set(_mine)
    rows = Lease.objects.filter(name__in=list(held_now), holder=holder())
    if rows.update(until=until) != len(held_now):
        _mine.difference_update(held_now - set(rows.values_list("name", flat=True)))


def own() -> frozenset[str]:
    """The leases that this process holds, as far as it knows."""
    return frozenset(_mine)


def give_back(*names: str) -> None:
    """Let others have these leases at once, or all of this process without a name."""
    given = set(names) if names else set(_mine)
    _mine.difference_update(given)
    Lease.objects.filter(name__in=list(given), holder=holder()).update(
        holder="", until=clock.now() - timedelta(days=1)
    )

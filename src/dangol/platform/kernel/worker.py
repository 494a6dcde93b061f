"""Who does the chores? A loop over all of them that can be killed at any line and stopped with grace."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import structlog
from django.db import DatabaseError, close_old_connections, connection

from dangol.platform.kernel import clock, leases, resting
from dangol.platform.kernel.chores import Chore, every_chore
from dangol.platform.kernel.models import Worker
from dangol.platform.kernel.pacing import Pace
from dangol.platform.kernel.queries import SILENT, living

PROMPT: Final = 0.5
"""Chores that look this often (seconds) share a thread of their own, so that a long one never delays them."""
PATIENT_THREADS: Final = 3
TICK: Final = 0.05
SHORTEST: Final = 0.15
LEASE: Final = 60.0
HEARTBEAT: Final = 10.0
REST_LOOK: Final = 0.5
LONGEST_PAUSE: Final = 300.0
MOST_ROUNDS: Final = 10_000

_rest: Final = threading.Event()
"""Set while nothing shall be begun."""
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Turn:
    """How one chore does in this process."""

    chore: Chore
    due: float = 0.0
    ended: float = 0.0
    is_running: bool = False
    failures: int = 0
    error: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, now: float) -> bool:
        """Whether it is due and nobody runs it; then it is the caller's to run."""
        with self.lock:
            is_ours = not self.is_running and self.due <= now and not _rest.is_set()
            self.is_running = self.is_running or is_ours
            return is_ours

    def is_due(self) -> bool:
        """Whether it would begin."""
        return not self.is_running and self.due <= time.monotonic() and not _rest.is_set()

    def is_still(self) -> bool:
        """Whether nobody runs it."""
        with self.lock:
            return not self.is_running

    def give_back(self) -> bool:
        """Let another process have it, unless it runs just now."""
        with self.lock:
            if not self.is_running:
                leases.give_back(self.chore.name)
            return not self.is_running

    def end(self, wait: float) -> None:
        """Give it back; due again after so many seconds."""
        with self.lock:
            self.is_running, self.ended = False, time.monotonic()
            self.due = self.ended + wait

    def wake(self) -> None:
        """Something changed: look soon, but leave others a moment to add to it."""
        if not self.failures:
            self.due = min(self.due, self.ended + SHORTEST)


def one_round(*, leave: Collection[str] = ()) -> None:
    """Run every chore but those to `leave`, in this thread, until none has anything to do. Errors are raised."""
    for _ in range(MOST_ROUNDS):
        had_work = [_to_its_end(each) for each in list(every_chore().values()) if each.name not in leave]
        if not any(had_work):
            return
    raise _endless()


def _to_its_end(each: Chore) -> bool:
    """Run a chore until it has nothing left; whether it had something."""
    for times in range(MOST_ROUNDS):
        if not _under_its_name(each):
            return times > 0
    raise _endless()


def _endless() -> RuntimeError:
    return RuntimeError("The chores do not come to an end.")


def run(stop: threading.Event) -> None:
    """Do the chores until `stop` is set; then finish what is begun, and give back the leases."""
    turns = [_Turn(each) for each in every_chore().values()]
    prompt = [each for each in turns if each.chore.every <= PROMPT]
    patient = [each for each in turns if each.chore.every > PROMPT]
    pace = Pace()
    lanes = [threading.Thread(target=_prompt_lane, args=(prompt, stop, pace), name="prompt")]
    lanes += [
        threading.Thread(target=_patient_lane, args=(patient, stop, pace), name=f"patient-{n}")
        for n in range(PATIENT_THREADS)
    ]
    started = clock.now()
    with suppress(DatabaseError):
        if resting.is_asked():
            _rest.set()
    for lane in lanes:
        lane.start()
    while not stop.is_set():
        _beat(turns, started)
        _between(turns, stop)
    for lane in lanes:
        lane.join()
    with suppress(DatabaseError):
        leases.give_back()
        Worker.objects.filter(name=leases.holder()).delete()
    _rest.clear()
    connection.close()


def _between(turns: list[_Turn], stop: threading.Event) -> None:
    """Wait for the next heartbeat; meanwhile heed a request to rest, and say when this process has come to rest."""
    until = time.monotonic() + HEARTBEAT
    while time.monotonic() < until and not stop.wait(REST_LOOK):
        with suppress(DatabaseError):
            is_asked = resting.is_asked()
            if is_asked:
                _rest.set()
                is_still = all(each.is_still() for each in turns)
                Worker.objects.filter(name=leases.holder()).update(is_resting=is_still, seen_at=clock.now())
            elif _rest.is_set():
                Worker.objects.filter(name=leases.holder()).update(is_resting=False)
                _rest.clear()


def _beat(turns: list[_Turn], started: datetime) -> None:
    """Say that this process lives, hold on to its leases, and leave some to others when there are others."""
    try:
        close_old_connections()
        now = clock.now()
        troubles = {each.chore.name: each.error for each in turns if each.failures}
        told = {"seen_at": now, "troubles": troubles, "started_at": started}
        Worker.objects.update_or_create(name=leases.holder(), defaults=told)
        Worker.objects.filter(seen_at__lt=now - 100 * SILENT).delete()
        leases.kept_all(LEASE)
        _share(turns, living().count())
    except DatabaseError:
        _log.exception("the worker could not reach the database")


def _share(turns: list[_Turn], workers: int) -> None:
    """Keep no more than a fair part of the leases."""
    surplus = len(leases.own()) - math.ceil(len(turns) / max(workers, 1))
    for each in sorted(turns, key=lambda turn: turn.chore.name):
        if surplus > 0 and each.chore.name in leases.own() and each.give_back():
            surplus -= 1


def _prompt_lane(turns: list[_Turn], stop: threading.Event, pace: Pace) -> None:
    """One thread that looks again as soon as anybody has written, and tells how much it has to do."""
    changes = _Changes()
    while not stop.is_set():
        if changes.seen():
            for each in turns:
                each.wake()
        began = time.monotonic()
        ran = [_run(each) for each in turns if not stop.is_set() and each.begin(time.monotonic())]
        if any(ran):
            pace.worked(time.monotonic() - began)
        else:
            stop.wait(TICK)
    connection.close()


def _patient_lane(turns: list[_Turn], stop: threading.Event, pace: Pace) -> None:
    """One thread of several: run whatever is due, at the pace that the prompt ones leave."""
    while not stop.is_set():
        ran = [_paced(each, stop, pace) for each in turns if not stop.is_set() and each.is_due()]
        if not any(ran):
            stop.wait(TICK)
    connection.close()


def _paced(turn: _Turn, stop: threading.Event, pace: Pace) -> bool:
    with pace.turn(stop):
        return turn.begin(time.monotonic()) and _run(turn)


def _run(turn: _Turn) -> bool:
    """Run a chore once; its failure is its own, and is tried again after a growing pause."""
    try:
        close_old_connections()
        is_more = _with_lease(turn.chore)
    except Exception as error:  # noqa: BLE001 a chore that fails does not stop the others
        turn.failures += 1
        turn.error = f"{type(error).__name__}: {error}"[:2_000]
        _log.exception("chore failed", chore=turn.chore.name, failures=turn.failures)
        turn.end(min(max(turn.chore.every, 0.5) * 2**turn.failures, LONGEST_PAUSE))
        connection.close()
        return False
    turn.failures, turn.error = 0, ""
    turn.end(0.0 if is_more else turn.chore.every)
    return is_more


def _with_lease(each: Chore) -> bool:
    if each.alone and each.name not in leases.own() and not leases.take(each.name, LEASE):
        return False
    return _under_its_name(each)


def _under_its_name(each: Chore) -> bool:
    token = leases.lent.set(each.name)
    try:
        with structlog.contextvars.bound_contextvars(chore=each.name):
            return each.run()
    finally:
        leases.lent.reset(token)


class _Changes:
    """Has anybody written to the database? On SQLite a question of microseconds; elsewhere always no."""

    def __init__(self) -> None:
        self._version: int | None = None

    def seen(self) -> bool:
        """Whether another connection committed since the last look."""
        if connection.vendor != "sqlite":
            return False
        try:
            with connection.cursor() as cursor:
                (version,) = cursor.execute("PRAGMA data_version").fetchone()
        except DatabaseError:
            return False
        before, self._version = self._version, version
        return before is not None and before != version

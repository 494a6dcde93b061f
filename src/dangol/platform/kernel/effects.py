"""What shall be done once? Effects: planned as rows by one room, claimed and done by the room that knows the kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet

from dangol.platform.kernel import clock, leases
from dangol.platform.kernel.chores import chore
from dangol.platform.kernel.models import Effect

MOST_ATTEMPTS: Final = 8
FIRST_WAIT: Final = 5
LONGEST_WAIT: Final = 3_600
BATCH: Final = 50
LONGEST_CLAIM: Final = timedelta(hours=1)
"""A claim that runs longer was made by a clock that was ahead, and has been set back since."""

_log = structlog.get_logger(__name__)


class SetAsideError(Exception):
    """Trying again will not help: the effect is set aside with this sentence. Any other error is tried again."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An effect that this process is to do now."""

    id: int
    kind: str
    key: str
    """Unique for ever: what the outside world is given to recognise a repetition."""
    payload: dict[str, Any]
    attempt: int
    """1 for the first; more after a failure, or after a crash in the middle."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An effect as it is listed."""

    id: int
    kind: str
    key: str
    state: str
    due_at: datetime
    attempt_count: int
    error: str


@dataclass(frozen=True, slots=True)
class _Doer:
    work: Callable[[Claimed], None]
    seconds: float


DOERS: Final[dict[str, _Doer]] = {}


def plan(kind: str, key: str, payload: Mapping[str, Any], due_at: datetime | None = None) -> bool:
    """Let something be done once, at `due_at` or now, when the caller's transaction commits.

    False when an effect of that key exists already: planning twice is doing once.
    """
    told = {"kind": kind, "payload": dict(payload), "due_at": due_at or clock.now()}
    _, is_new = Effect.objects.get_or_create(key=key, defaults=told)
    return is_new


def claims(
    kind: str, *, seconds: float = 120
) -> Callable[[Callable[[Claimed], None]], Callable[[Claimed], None]]:
    """Register who does effects of a kind. It runs outside any transaction and has `seconds` to finish.

    After a crash in the middle it is called again with the same key and a higher `attempt`.
    """

    def registered(work: Callable[[Claimed], None]) -> Callable[[Claimed], None]:
        if kind in DOERS:
            raise ValueError(f"Two rooms claim effects of the kind {kind!r}.")
        DOERS[kind] = _Doer(work, seconds)
        return work

    return registered


@chore("kernel.effects", every=1.5, alone=False)
def do_due() -> bool:
    """Do the effects that are due; any number of workers may."""
    count = 0
    for count, each in enumerate(_due(), start=1):  # noqa: B007 how many there were
        _do(each)
    return count == BATCH


def _due() -> Iterator[Claimed]:
    now = clock.now()
    over = Q(claimed_until__lt=now) | Q(claimed_until__gt=now + LONGEST_CLAIM)
    free = Q(state=Effect.State.PLANNED, due_at__lte=now) | (Q(state=Effect.State.CLAIMED) & over)
    for row in list(Effect.objects.filter(free, kind__in=list(DOERS)).order_by("due_at")[:BATCH]):
        if (claimed := claim(row)) is not None:
            yield claimed


def claim(row: Effect) -> Claimed | None:
    """Claim by compare-and-set; the attempt is counted before it is made, so that a crash counts as one."""
    until = clock.now() + timedelta(seconds=DOERS[row.kind].seconds)
    unchanged = Effect.objects.filter(pk=row.pk, state=row.state, attempt_count=row.attempt_count)
    told = {"state": Effect.State.CLAIMED, "claimed_by": leases.holder(), "claimed_until": until}
    if unchanged.update(attempt_count=F("attempt_count") + 1, **told) != 1:
        return None
    return Claimed(row.pk, row.kind, row.key, row.payload, row.attempt_count + 1)


def _do(claimed: Claimed) -> None:
    try:
        if claimed.attempt > MOST_ATTEMPTS:
            raise SetAsideError("It was begun too often without an end.")
        DOERS[claimed.kind].work(claimed)
    except SetAsideError as error:
        _settle(claimed, state=Effect.State.SET_ASIDE, error=str(error))
    except Exception as error:  # noqa: BLE001 whatever went wrong with one effect, the others go on
        _log.warning(
            "effect failed", kind=claimed.kind, effect=claimed.id, attempt=claimed.attempt, exc_info=True
        )
        _try_again(claimed, f"{type(error).__name__}: {error}")
    else:
        _settle(claimed, state=Effect.State.DONE, done_at=clock.now(), error="")


def _try_again(claimed: Claimed, error: str) -> None:
    if claimed.attempt >= MOST_ATTEMPTS:
        _settle(claimed, state=Effect.State.SET_ASIDE, error=error)
    else:
        due = clock.now() + timedelta(seconds=wait_after(claimed.attempt))
        _settle(claimed, state=Effect.State.PLANNED, due_at=due, error=error)


def wait_after(attempt: int) -> int:
    """Seconds until the next attempt.

    >>> [wait_after(each) for each in (1, 2, 3, 20)]
    [5, 20, 80, 3600]
    """
    return int(min(FIRST_WAIT * 4 ** (attempt - 1), LONGEST_WAIT))


def _settle(claimed: Claimed, **fields: Any) -> None:
    """Write the end of an attempt, unless another process took the effect over meanwhile."""
    own = Effect.objects.filter(pk=claimed.id, attempt_count=claimed.attempt, state=Effect.State.CLAIMED)
    own.update(claimed_by="", claimed_until=None, **fields)


# Those that need a look


def set_aside(limit: int = 100) -> list[Shown]:
    """Effects that failed for good, newest first."""
    return _shown(Effect.objects.filter(state=Effect.State.SET_ASIDE).order_by("-id")[:limit])


def of_kind(kind: str, limit: int = 100) -> list[Shown]:
    """Effects of a kind, newest first."""
    return _shown(Effect.objects.filter(kind=kind).order_by("-id")[:limit])


@transaction.atomic
def try_again(effect_id: int) -> bool:
    """Let an effect that was set aside be tried once more, from the first attempt."""
    aside = Effect.objects.filter(pk=effect_id, state=Effect.State.SET_ASIDE)
    return aside.update(state=Effect.State.PLANNED, due_at=clock.now(), attempt_count=0) == 1


def _shown(rows: QuerySet[Effect]) -> list[Shown]:
    return [Shown(r.pk, r.kind, r.key, r.state, r.due_at, r.attempt_count, r.error) for r in rows]

"""Who entered and who left? The members of a saved rule, counted again and compared with those before."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from dangol.core.engine import World
from dangol.core.errors import DangolError
from dangol.platform.audiences.models import Audience, Flip, Member
from dangol.platform.audiences.ruling import members_and_flip, read
from dangol.platform.kernel import clock

BATCH = 5_000


def count_again(audience: Audience, world: World, position: int, moment: datetime) -> None:
    """Bring the members of one audience up to what the world says; its changes are kept as flips.

    `position` and `moment` are those before the world was opened: what changes meanwhile is counted next time.

    A rule that cannot be answered keeps its members and says why.
    """
    began = time.perf_counter()
    try:
        inside, flip = members_and_flip(world, read(audience.rule, without=audience.name))
    except DangolError as error:
        _note(audience, position, moment, began, failure={"en": error.in_("en"), "ko": error.in_("ko")})
        return
    is_first = audience.counted_at is None
    before = set(Member.objects.filter(audience=audience).values_list("person_id", flat=True))
    now = set(inside)
    _move(audience, now - before, before - now, is_first)
    _note(audience, position, moment, began, failure=None, next_flip_at=_aware(flip), member_count=len(now))


def _move(audience: Audience, entered: set[int], left: set[int], is_first: bool) -> None:
    at = clock.now()
    with transaction.atomic():
        for some in _batches(sorted(left)):
            Member.objects.filter(audience=audience, person_id__in=some).delete()
        for some in _batches(sorted(entered)):
            Member.objects.bulk_create(
                [Member(audience=audience, person_id=each, entered_at=at) for each in some],
                ignore_conflicts=True,
            )
        if not is_first:
            changes = [(each, True) for each in sorted(entered)] + [(each, False) for each in sorted(left)]
            for pairs in _batches(changes):
                Flip.objects.bulk_create(
                    Flip(audience=audience, person_id=who, is_entry=is_entry, happened_at=at)
                    for who, is_entry in pairs
                )


def _note(audience: Audience, position: int, moment: datetime, began: float, **found: Any) -> None:
    told = {"position": position, "counted_at": moment, "seconds": time.perf_counter() - began}
    # Another rule since then: its own counting comes, and this one says nothing about it.
    Audience.objects.filter(pk=audience.pk, changed_at=audience.changed_at).update(**told, **found)


def _batches(each: Iterable[Any]) -> Iterator[list[Any]]:
    listed = list(each)
    for start in range(0, len(listed), BATCH):
        yield listed[start : start + BATCH]


def _aware(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)

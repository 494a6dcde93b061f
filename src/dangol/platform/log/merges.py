"""Which numbers stand for the same person now? Merges that hold, with chains followed to their end."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Max

from dangol.platform.log.models import Merge

Stamp = tuple[int, int, object]


@dataclass(frozen=True, slots=True)
class Merged:
    """Everybody who is part of somebody else, by their own number; `stamp` changes when anything does."""

    winners: dict[int, int]
    stamp: Stamp

    def winner(self, person_id: int) -> int:
        """Who a number stands for now."""
        return self.winners.get(person_id, person_id)

    def everyone(self, person_ids: Iterable[int]) -> set[int]:
        """These people and everybody who is part of them: all numbers under which their histories lie."""
        wanted = set(person_ids)
        return wanted | {loser for loser, winner in self.winners.items() if winner in wanted}


_kept: Merged = Merged({}, (0, 0, None))
_lock: Final = threading.Lock()


def merged() -> Merged:
    """The merges that hold now; read again only when one was made or undone."""
    global _kept  # noqa: PLW0603 one copy a process
    stamp = _stamp()
    with _lock:
        if _kept.stamp != stamp:
            pairs = Merge.objects.filter(undone_at=None).order_by("id").values_list("loser_id", "winner_id")
            _kept = Merged(resolved(pairs), stamp)
        return _kept


def _stamp() -> Stamp:
    told = Merge.objects.aggregate(n=Count("id"), last=Max("id"), undone=Max("undone_at"))
    return told["n"], told["last"] or 0, told["undone"]


def resolved(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The end of each chain of merges; of several merges of one loser the latest holds.

    >>> resolved([(1, 2), (2, 3), (5, 6)])
    {1: 3, 2: 3, 5: 6}
    """
    direct = dict(pairs)
    found: dict[int, int] = {}
    for loser in direct:
        path = [loser]
        while (after := direct.get(path[-1])) is not None and after not in path:
            path.append(after)
        found[loser] = path[-1]
    return {loser: winner for loser, winner in found.items() if loser != winner}

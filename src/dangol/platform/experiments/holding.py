"""Who is left alone by every action, or by one of them? A salted hash over the first number that a person ever had.

Merges need no rows here: whoever turns out to be one person is held out as their earliest number says; where the
others say otherwise it is a conflict, and not analysed. Raising the share takes further people in and lets nobody out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from secrets import token_hex
from typing import Final

import numpy as np

from dangol.core.experiments.assignment import is_held_out as drawn_out
from dangol.core.experiments.design import Holdout as Share
from dangol.platform.audiences.models import Member
from dangol.platform.experiments.drawing import accounts_of
from dangol.platform.experiments.models import Experiment, Holdout
from dangol.platform.log.merges import merged

SALT_BYTES: Final = 8


def new_salt(beginning: str) -> str:
    """A salt that nothing else has."""
    return f"{beginning}-{token_hex(SALT_BYTES)}"


def present(action: str = "") -> Holdout | None:
    """The holdout that holds now: of all actions, or of one."""
    return Holdout.objects.select_related("exempt").filter(action=action, ended_at=None).first()


def held_out(person_ids: Iterable[int], action: str = "") -> set[int]:
    """Those of these people whom no action may reach: of the global holdout, and of this action's own."""
    wanted = set(person_ids)
    holdouts = [present(), present(action)] if action else [present()]
    return set().union(*(held_out_by(each, wanted) for each in holdouts if each is not None))


def held_out_by(holdout: Holdout, person_ids: Collection[int]) -> set[int]:
    """Those of these people whom one holdout leaves alone; who is exempt never is."""
    drawn = units_by_holdout(holdout, person_ids)
    ids = list(drawn)
    flags = drawn_out(Share(holdout.salt, holdout.share), [drawn[each] for each in ids])
    out = set(np.array(ids, dtype=np.int64)[flags].tolist()) if ids else set()
    if holdout.exempt_id is not None and out:
        out -= set(Member.objects.filter(audience_id=holdout.exempt_id).values_list("person_id", flat=True))
    return out


def units_by_holdout(holdout: Holdout, person_ids: Collection[int]) -> dict[int, int]:
    """What is drawn for each of these people: their earliest number, or that of their account."""
    if holdout.whom == Experiment.Whom.ACCOUNT:
        people = merged()
        roots = {each: people.winner(each) for each in person_ids}
        accounts = accounts_of(set(roots.values()))
        return {each: accounts[root] for each, root in roots.items() if root in accounts}
    return earliest_numbers(person_ids)


def earliest_numbers(person_ids: Collection[int]) -> dict[int, int]:
    """The first number that each of these people ever had: numbers are given in the order of arrival."""
    people = merged()
    first: dict[int, int] = {}
    for loser, winner in people.winners.items():
        first[winner] = min(first.get(winner, winner), loser)
    roots = {each: people.winner(each) for each in person_ids}
    return {each: first.get(root, root) for each, root in roots.items()}

"""How does a human say that two are one, that they are not, or that they were not after all?"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.merging import join, part
from dangol.platform.people.models import Duplicate, Person, PersonMerge
from dangol.platform.people.resolution import Pair
from dangol.platform.people.seeing import seen_person, visible_to

BY_HAND = "by_hand"


@transaction.atomic
def merge(viewer: Viewer, loser_id: int, winner_id: int) -> int:
    """Take one person into another; the merge's number, by which it can be undone."""
    check_may(viewer, "edit_people")
    loser, winner = seen_person(viewer, loser_id), seen_person(viewer, winner_id)
    if loser.pk == winner.pk:
        raise RequestError(
            Said(f"Person {loser_id} was to be merged into {winner_id}.", f"고객 {loser_id}을(를) {winner_id}(으)로 합치려고 했습니다."),
            Said("They are one person already.", "이미 같은 고객입니다."),
            Said("Choose two different people.", "서로 다른 두 고객을 고르십시오."),
        )  # fmt: skip
    (made,) = join([Pair(loser.pk, winner.pk, BY_HAND)], viewer.name)
    _decide(viewer, loser.pk, winner.pk, Duplicate.Decision.MERGED)
    audit.record(viewer, "people.merged", f"person {winner.pk}", loser=loser.pk, merge=made.pk)
    return made.pk


@transaction.atomic
def undo_merge(viewer: Viewer, merge_id: int) -> tuple[int, int]:
    """Make two people of one again; the numbers of both (who was taken in, who took in)."""
    check_may(viewer, "edit_people")
    made = PersonMerge.objects.filter(pk=merge_id).first()
    if made is None or not visible_to(viewer).filter(pk=_root(made.winner_id)).exists():
        raise NotThereError(Said("merge", "병합"), merge_id)
    if PersonMerge.objects.filter(pk=made.pk, undone_at=None).update(
        undone_at=clock.now(), undone_by=viewer.name
    ):
        part(made, viewer.name)
        _decide(viewer, made.loser_id, made.winner_id, Duplicate.Decision.DIFFERENT)
        audit.record(
            viewer, "people.unmerged", f"person {made.winner_id}", loser=made.loser_id, merge=made.pk
        )
    return made.loser_id, made.winner_id


def _root(number: int) -> int:
    into = Person.objects.filter(pk=number).values_list("merged_into", flat=True).first()
    return number if into is None else _root(into)


@transaction.atomic
def keep_apart(viewer: Viewer, duplicate_id: int) -> None:
    """Say that two people who look alike are two; they are not asked about again."""
    check_may(viewer, "edit_people")
    found = Duplicate.objects.filter(pk=duplicate_id).first()
    if found is None:
        raise NotThereError(Said("question", "중복 확인"), duplicate_id)
    for number in (found.first_id, found.second_id):
        seen_person(viewer, number)
    _decide(viewer, found.first_id, found.second_id, Duplicate.Decision.DIFFERENT)
    audit.record(viewer, "people.kept_apart", f"person {found.first_id}", other=found.second_id)


def _decide(viewer: Viewer, one: int, other: int, decision: str) -> None:
    pair = Q(first_id=min(one, other), second_id=max(one, other))
    Duplicate.objects.filter(pair).update(
        decision=decision, decided_by=viewer.name[:200], decided_at=clock.now()
    )

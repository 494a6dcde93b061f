"""When do two numbers stand for one person, and how is that taken back? Neither touches a row of their histories."""

from __future__ import annotations

from django.db import transaction

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.kernel import clock
from dangol.platform.log.identities import links_changed
from dangol.platform.log.models import Identifier, Merge


@transaction.atomic
def merge_people(loser_id: int, winner_id: int, reason: str, made_by: str) -> int:
    """From now on the loser's history is the winner's too; the number of the merge, to undo it by."""
    if loser_id in _line_of(winner_id):
        raise RequestError(
            Said(
                f"Person {loser_id} was to become part of {winner_id}.",
                f"고객 {loser_id}을(를) {winner_id}에 합치려고 했습니다.",
            ),
            Said("Both are the same person already.", "이미 같은 고객입니다."),
            Said("Choose two people.", "서로 다른 두 고객을 고르십시오."),
        )
    return Merge.objects.create(
        loser_id=loser_id, winner_id=winner_id, reason=reason, made_by=made_by, made_at=clock.now()
    ).pk


@transaction.atomic
def undo_merge(merge_id: int, made_by: str) -> bool:
    """Both are themselves again, with their own histories; False when it was undone before."""
    found = Merge.objects.filter(pk=merge_id, undone_at=None)
    return found.update(undone_at=clock.now(), undone_by=made_by) == 1


@transaction.atomic
def link(kind: str, value: str, person_id: int) -> None:
    """A name stands for this person from now on; rows that came before keep the number they were given."""
    row, is_new = Identifier.objects.get_or_create(kind=kind, value=value, defaults={"person_id": person_id})
    if not is_new and row.person_id != person_id:
        Identifier.objects.filter(pk=row.pk).update(person_id=person_id)
        links_changed()


def _line_of(person_id: int) -> list[int]:
    """A person, whom they are part of, and whom those are part of."""
    line = [person_id]
    while after := Merge.objects.filter(undone_at=None, loser_id=line[-1]).order_by("-id").first():
        if after.winner_id in line:
            break
        line.append(after.winner_id)
    return line

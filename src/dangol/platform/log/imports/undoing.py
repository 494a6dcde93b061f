"""Can an import be taken back, what would that remove, and how is it done?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dangol.core.language import Said
from dangol.platform.log.imports.models import Import

BUSY: Final = Said(
    "Another import of the same source is being brought; wait for its end.",
    "같은 출처의 다른 가져오기가 진행 중입니다. 끝날 때까지 기다려 주십시오.",
)


@dataclass(frozen=True, slots=True)
class Undoing:
    """What taking an import back would remove, and what stands in the way."""

    rows: int
    hindrance: Said | None


def undoing(found: Import) -> Undoing:
    """The plan: everything that it brought goes, unless a later import of the source rests on it."""
    moving = (Import.State.PLANNED, Import.State.RUNNING)
    if Import.objects.filter(source_id=found.source_id, state__in=moving).exists():
        return Undoing(found.rows_done, BUSY)
    for later in Import.objects.filter(
        source_id=found.source_id, state=Import.State.DONE, pk__gt=found.pk, rows_done__gt=0
    ):
        made = later.record.get("made", {}).values()
        shared = sum(told["known"] + told["changed"] for told in made)
        if shared:
            return Undoing(found.rows_done, _rests(later, shared))
    return Undoing(found.rows_done, None)


def _rests(later: Import, shared: int) -> Said:
    return Said(
        f"A later import, {later.name}, left out or corrected {shared:,} rows because they were here already.",
        f"나중의 가져오기 {later.name}이(가) 이미 있다는 이유로 {shared:,}행을 건너뛰거나 고쳤습니다.",
    )

"""How is a change written down that could not be drawn by lot? With the outcomes it should move, named before (M-13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.core.rules import spelled_plainly
from dangol.platform.audiences.models import Audience
from dangol.platform.audiences.ruling import inlined, read
from dangol.platform.experiments.models import Change
from dangol.platform.experiments.outcomes import OUTCOMES
from dangol.platform.experiments.seeing import seen_change, unit_of
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.mending import without_nul

FLOWS: Final = ("revenue", "orders", "active_days", "tickets")
"""What can be followed before and after: staying cannot, as whoever could leave was there until the change."""
SHORTEST, LONGEST = 14, 365


@dataclass(frozen=True, slots=True)
class Told:
    """A change as somebody wrote it down."""

    name: str
    changed_on: date
    method: str = "did"
    outcomes: Sequence[str] = ("active_days",)
    days: int = 56
    """How many days before and after the change are compared; after joining, with a cut-off."""
    audience: int | None = None
    """Whom the change was for; with differences in differences."""
    note: str = ""
    why: str = ""


@transaction.atomic
def record_change(viewer: Viewer, told: Told) -> int:
    """Write a change into the log of changes; the worker estimates what it moved. Its number."""
    check_may(viewer, "edit_insight")
    name = " ".join(without_nul(told.name).split())[:160]
    _check(told, name)
    audience = Audience.objects.filter(pk=told.audience).first() if told.audience is not None else None
    if told.audience is not None and audience is None:
        raise NotThereError(Said("audience", "고객 그룹"), told.audience)
    made = Change.objects.create(
        name=name,
        note=without_nul(told.note).strip()[:4_000],
        why=without_nul(told.why).strip()[:4_000],
        changed_on=told.changed_on,
        method=told.method,
        audience=audience,
        rule=_rule_of(audience),
        outcomes=list(dict.fromkeys(told.outcomes)),
        days=told.days,
        unit_id=unit_of(viewer),
        made_by_id=viewer.user_id,
        made_at=clock.now(),
    )
    audit.record(viewer, "change.recorded", f"change {made.pk}", name=name)
    return made.pk


@transaction.atomic
def forget_change(viewer: Viewer, change: int) -> None:
    """Take a change out of the log again."""
    check_may(viewer, "edit_insight")
    row = seen_change(viewer, change)
    audit.record(viewer, "change.forgotten", f"change {row.pk}", name=row.name)
    row.delete()


@transaction.atomic
def estimate_again(viewer: Viewer, change: int) -> None:
    """Have the worker estimate it anew."""
    check_may(viewer, "edit_insight")
    Change.objects.filter(pk=seen_change(viewer, change).pk).update(computed_at=None)


def _rule_of(audience: Audience | None) -> Any:
    return audience and spelled_plainly(inlined(read(audience.rule, without=audience.name)))


def _check(told: Told, name: str) -> None:
    if told.method not in Change.Method.values:
        raise UnknownNameError(Said("method", "방법"), told.method, Change.Method.values)
    allowed = FLOWS if told.method == Change.Method.DIFFERENCES else tuple(OUTCOMES)
    for each in told.outcomes:
        if each not in allowed:
            raise UnknownNameError(Said("outcome", "결과 지표"), each, allowed)
    for wrong, would_work in _faults(told, name):
        raise RequestError(
            Said("A change was to be recorded.", "변경을 기록하려고 했습니다."), wrong, would_work
        )


def _faults(told: Told, name: str) -> list[tuple[Said, Said]]:
    found = []
    if not name or not told.outcomes:
        found.append((
            Said("It has no name, or names no outcome.", "이름이나 결과 지표가 없습니다."),
            Said("Say what changed and what it should move.", "무엇이 바뀌었고 무엇이 달라져야 하는지 적어 주십시오."),
        ))  # fmt: skip
    if not SHORTEST <= told.days <= LONGEST or not date(1990, 1, 1) <= told.changed_on <= date(2200, 1, 1):
        found.append((
            Said("Its span is not between 14 and 365 days, or its day lies beyond all data.", "기간이 14~365일이 아니거나 날짜가 데이터의 범위를 벗어납니다."),
            Said("For example 56 days.", "예: 56일."),
        ))  # fmt: skip
    if told.method == Change.Method.DIFFERENCES and told.audience is None:
        found.append((
            Said("Nobody says for whom the change was.", "누구에게 적용한 변경인지 알 수 없습니다."),
            Said("Choose the audience it was for; everybody else is what it is compared with.", "적용한 고객 그룹을 고르십시오. 나머지 고객과 비교합니다."),
        ))  # fmt: skip
    return found

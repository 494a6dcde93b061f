"""How does an experiment come to be, begin, end and get decided? After the start nothing changes but the end."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.rules import spelled_plainly
from dangol.platform.audiences.models import Audience
from dangol.platform.audiences.ruling import inlined, read
from dangol.platform.experiments.models import Assignment, Experiment
from dangol.platform.experiments.seeing import edited_experiment, unit_of
from dangol.platform.experiments.wishes import Wish, checked, new_key
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.mending import without_nul

State = Experiment.State


@transaction.atomic
def design(viewer: Viewer, wish: Wish, experiment: int | None = None) -> int:
    """Write an experiment down, or change one that has not begun; its number."""
    check_may(viewer, "edit_insight")
    fields = checked(wish)
    audience, rule = whom(wish)
    fields |= {"audience": audience, "rule": rule}
    if experiment is not None:
        row = edited_experiment(viewer, experiment)
        _check_state(
            row,
            State.DRAFT,
            Said("changed", "고치려고"),
            Said("Design another one.", "새 실험을 설계하십시오."),
        )
        Experiment.objects.filter(pk=row.pk, state=State.DRAFT).update(**fields)
        audit.record(viewer, "experiment.changed", f"experiment {row.pk}", name=fields["name"])
        return row.pk
    key, salt = new_key(fields["name"])
    made = Experiment.objects.create(
        key=key, salt=salt, unit_id=unit_of(viewer), made_by_id=viewer.user_id, made_at=clock.now(), **fields
    )
    audit.record(viewer, "experiment.designed", f"experiment {made.pk}", name=made.name)
    return made.pk


def whom(wish: Wish) -> tuple[Audience | None, Any]:
    """The audience, and its rule as it is today, naming no other: what it means does not change behind the start."""
    if wish.audience is not None:
        found = Audience.objects.filter(pk=wish.audience).first()
        if found is None:
            raise NotThereError(Said("audience", "고객 그룹"), wish.audience)
        return found, spelled_plainly(inlined(read(found.rule, without=found.name)))
    if wish.rule is None or wish.rule == "" or wish.rule == {}:
        return None, None
    return None, spelled_plainly(inlined(read(without_nul(wish.rule))))


@transaction.atomic
def start(viewer: Viewer, experiment: int) -> None:
    """From now on units come in; the worker brings them, and nothing of the design can be changed."""
    row = edited_experiment(viewer, experiment)
    _check_state(
        row,
        State.DRAFT,
        Said("started", "시작하려고"),
        Said("Design another one.", "새 실험을 설계하십시오."),
    )
    if row.ends_on is not None and row.ends_on < clock.now().date():
        raise _refused(row, Said("started", "시작하려고"), Said("Its last day is over.", "마지막 날이 지났습니다."), Said("Choose a later day first.", "먼저 더 늦은 날을 고르십시오."))  # fmt: skip
    _move(row, State.DRAFT, State.RUNNING, started_at=clock.now())
    audit.record(viewer, "experiment.started", f"experiment {row.pk}", name=row.name)


@transaction.atomic
def set_end(viewer: Viewer, experiment: int, ends_on: date | None) -> None:
    """Another last day on which units come in: the one thing that may change after the start."""
    row = edited_experiment(viewer, experiment)
    if row.state not in (State.DRAFT, State.RUNNING) or (ends_on and ends_on < clock.now().date()):
        raise _refused(
            row, Said("given another end", "종료일을 바꾸려고"), Said("It is over, or the day is.", "이미 끝났거나 지난 날입니다."),
            Said("Choose a day to come, of an experiment that runs.", "진행 중인 실험에 앞으로 올 날을 고르십시오."),
        )  # fmt: skip
    Experiment.objects.filter(pk=row.pk).update(ends_on=ends_on)
    audit.record(viewer, "experiment.end_moved", f"experiment {row.pk}", ends_on=str(ends_on or ""))


@transaction.atomic
def stop(viewer: Viewer, experiment: int) -> None:
    """Nobody comes in any more; those who are in are watched to the end of their horizon."""
    row = edited_experiment(viewer, experiment)
    _check_state(
        row,
        State.RUNNING,
        Said("stopped", "중단하려고"),
        Said("Only what runs can be stopped.", "진행 중인 실험만 중단할 수 있습니다."),
    )
    _move(row, State.RUNNING, State.STOPPED, stopped_at=clock.now())
    audit.record(viewer, "experiment.stopped", f"experiment {row.pk}", name=row.name)


@transaction.atomic
def decide(viewer: Viewer, experiment: int, chosen: str, words: str = "") -> None:
    """What everybody gets from now on, and why. The readout stays as it is at this moment."""
    row = edited_experiment(viewer, experiment)
    names = [arm["name"] for arm in row.arms]
    if row.state not in (State.RUNNING, State.STOPPED) or chosen not in names:
        raise _refused(
            row, Said("decided", "결정하려고"), Said("It has not begun, was decided before, or has no such arm.", "시작하지 않았거나 이미 결정했거나 없는 실험군입니다."),
            Said(f"Choose one of: {', '.join(names)}.", f"다음 중에서 고르십시오: {', '.join(names)}."),
        )  # fmt: skip
    now = clock.now()
    _move(
        row, row.state, State.DECIDED, decided_at=now, stopped_at=row.stopped_at or now, chosen=chosen,
        decision=without_nul(words).strip()[:4_000],
    )  # fmt: skip
    audit.record(viewer, "experiment.decided", f"experiment {row.pk}", chosen=chosen)


@transaction.atomic
def discard(viewer: Viewer, experiment: int) -> None:
    """A draft, or what was only read (another tool's exposures, an uploaded table), goes; what ran here stays."""
    row = edited_experiment(viewer, experiment)
    is_only_read = row.enrols in (Experiment.Enrols.LOG, Experiment.Enrols.TABLE)
    if not (row.state == State.DRAFT or is_only_read) or Assignment.objects.filter(experiment=row).exists():
        raise _refused(
            row, Said("thrown away", "버리려고"), Said("It has run, and what was tried is not forgotten.", "실행한 실험의 기록은 지우지 않습니다."),
            Said("Stop it, and decide.", "중단하고 결정해 주십시오."),
        )  # fmt: skip
    audit.record(viewer, "experiment.discarded", f"experiment {row.pk}", name=row.name)
    row.delete()


def _move(row: Experiment, before: str, after: str, **fields: Any) -> None:
    """Compare and set: of two who press the button, one does it."""
    if not Experiment.objects.filter(pk=row.pk, state=before).update(state=after, **fields):
        raise _refused(
            row, Said("moved on", "진행하려고"), Said("Somebody else did so just now.", "방금 다른 사람이 처리했습니다."),
            Said("Look at it again.", "다시 열어 보십시오."),
        )  # fmt: skip


def _check_state(row: Experiment, wanted: str, deed: Said, would_work: Said) -> None:
    if row.state != wanted:
        said = Said(f"It is {row.state}.", f"지금 상태는 {row.get_state_display()}입니다.")
        raise _refused(row, deed, said, would_work)


def _refused(row: Experiment, deed: Said, wrong: Said, would_work: Said) -> RequestError:
    asked = Said(
        f"The experiment {row.name!r} was to be {deed.en}.", f"실험 {row.name!r}을(를) {deed.ko} 했습니다."
    )
    return RequestError(asked, wrong, would_work)

"""How is something read out that was not run here? Exposures of another tool, or a finished table in a file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any

from django.db import transaction

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.experiments.finding import arms_in
from dangol.platform.experiments.models import Experiment
from dangol.platform.experiments.seeing import unit_of
from dangol.platform.experiments.wishes import MOST_ARMS, Wish, checked, new_key
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.refusals import check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.queries import world_for

State = Experiment.State


def adopt(viewer: Viewer, key: str, wish: Wish, *, shares: Sequence[tuple[str, float]] = ()) -> int:
    """Read out an experiment whose arms another tool drew and logged as `Experiment Viewed`; its number.

    `shares` are the planned ones, the control first; without them equal shares, with an arm called control (or the
    first by name) as the control.
    """
    check_may(viewer, "edit_insight")
    planned = list(shares) or _found_shares(viewer, key)
    if len(planned) < 2:
        raise RequestError(
            Said(f"The experiment {key!r} was to be read out.", f"실험 {key!r}을(를) 판독하려고 했습니다."),
            Said("The log holds exposures of fewer than two arms.", "로그에 실험군이 둘 이상 없습니다."),
            Said("Send `Experiment Viewed` for every arm, also the one that gets nothing.", "아무것도 받지 않는 실험군까지 모두 `Experiment Viewed`를 보내 주십시오."),
        )  # fmt: skip
    fields = checked(
        Wish(
            **{name: getattr(wish, name) for name in Wish.__dataclass_fields__}
            | {"arms": planned, "enrols": "code"}
        )
    )
    return _found(viewer, key, fields | {"enrols": Experiment.Enrols.LOG})


def _found_shares(viewer: Viewer, key: str) -> list[tuple[str, float]]:
    with closing(world_for(viewer)) as world:
        return _equal([name for name, _ in arms_in(world, key)][:MOST_ARMS])


def _equal(arms: Sequence[str]) -> list[tuple[str, float]]:
    known = ("control", "holdout", "held_out", "none")
    first = next((arm for name in known for arm in arms if arm.casefold() == name), min(arms, default=""))
    return [(arm, 1 / len(arms)) for arm in sorted(arms, key=lambda arm: (arm != first, arm))]


@transaction.atomic
def _found(viewer: Viewer, key: str, fields: dict[str, Any]) -> int:
    now = clock.now()
    if Experiment.objects.filter(key=key).exists():
        raise RequestError(
            Said(f"The experiment {key!r} was to be read out.", f"실험 {key!r}을(를) 판독하려고 했습니다."),
            Said("It is read out already.", "이미 판독하고 있습니다."),
            Said("Open it from the list.", "목록에서 열어 주십시오."),
        )
    _, salt = new_key(key)
    made = Experiment.objects.create(
        key=key, salt=salt, state=State.STOPPED, unit_id=unit_of(viewer), made_by_id=viewer.user_id, made_at=now,
        started_at=None, stopped_at=now, **fields,
    )  # fmt: skip
    audit.record(viewer, "experiment.adopted", f"experiment {made.pk}", name=made.name)
    return made.pk

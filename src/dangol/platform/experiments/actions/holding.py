"""How is a share of the customers left alone, so that what all actions change can be seen?"""

from __future__ import annotations

from typing import Final

from django.db import transaction

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.experiments.design import Holdout as Share
from dangol.core.language import Language, Said
from dangol.platform.audiences.models import Audience
from dangol.platform.experiments.holding import new_salt, present
from dangol.platform.experiments.models import Experiment, Holdout
from dangol.platform.experiments.seeing import check_whole
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.refusals import NotThereError
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.queries import business
from dangol.platform.log.mending import without_nul

MOST: Final = 0.5
HORIZON: Final = 90
REACHED, LEFT_ALONE = Said("reached", "나머지"), Said("left alone", "제외군")
EVERYTHING: Final = Said("Everything we do", "우리가 하는 모든 것")


@transaction.atomic
def hold_out(
    viewer: Viewer, share: float, *, action: str = "", whom: str = "person", exempt: int | None = None
) -> int:
    """From now on so many are left alone by all actions, or by one.

    Another share under the same salt keeps everybody's place: a larger one takes in more, a smaller one lets some go.
    """
    check_whole(viewer)
    action = " ".join(without_nul(action).split())[:120]
    _check(share, whom)
    if exempt is not None and not Audience.objects.filter(pk=exempt).exists():
        raise NotThereError(Said("audience", "고객 그룹"), exempt)
    before = present(action)
    salt = before.salt if before and before.whom == whom else new_salt("holdout")
    made = _replace(viewer, before, action=action, whom=whom, share=share, salt=salt, exempt_id=exempt)
    audit.record(viewer, "holdout.set", f"holdout {made.pk}", share=share, action=action, whom=whom)
    return made.pk


@transaction.atomic
def refresh_holdout(viewer: Viewer, action: str = "") -> int:
    """Others are left alone from now on: a new salt, as after each quarter or half year (SCIENCE 4.1)."""
    check_whole(viewer)
    before = _held(action)
    made = _replace(
        viewer, before, action=action, whom=before.whom, share=before.share, salt=new_salt("holdout"),
        exempt_id=before.exempt_id,
    )  # fmt: skip
    audit.record(viewer, "holdout.refreshed", f"holdout {made.pk}", action=action)
    return made.pk


@transaction.atomic
def end_holdout(viewer: Viewer, action: str = "") -> None:
    """Nobody is left alone any more; what was seen until now stays."""
    check_whole(viewer)
    before = _held(action)
    _end(before)
    audit.record(viewer, "holdout.ended", f"holdout {before.pk}", action=action)


def _held(action: str) -> Holdout:
    found = present(action)
    if found is None:
        raise NotThereError(Said("holdout", "제외군"), action or "*")
    return found


def _replace(viewer: Viewer, before: Holdout | None, **fields: object) -> Holdout:
    if before is not None:
        _end(before)
    made = Holdout.objects.create(made_by=viewer.name[:200], started_at=clock.now(), **fields)
    if not made.action:
        _watch(viewer, made)
    return made


def _end(holdout: Holdout) -> None:
    now = clock.now()
    Holdout.objects.filter(pk=holdout.pk, ended_at=None).update(ended_at=now)
    Experiment.objects.filter(key=_key(holdout), state=Experiment.State.RUNNING).update(
        state=Experiment.State.STOPPED, stopped_at=now
    )


def _key(holdout: Holdout) -> str:
    return f"global-holdout-{holdout.pk}"


def _watch(viewer: Viewer, made: Holdout) -> None:
    """What all actions together change is read as an experiment: those left alone against everybody else."""
    now = clock.now()
    language: Language = "ko" if business().language == "ko" else "en"
    shares = ((LEFT_ALONE, made.share), (REACHED, 1 - made.share))
    Experiment.objects.create(
        key=_key(made),
        name=EVERYTHING.in_(language),
        salt=made.salt,
        whom=made.whom,
        enrols=Experiment.Enrols.HOLDOUT,
        arms=[{"name": arm.in_(language), "share": share} for arm, share in shares],
        outcome="kept",
        horizon_days=HORIZON,
        state=Experiment.State.RUNNING,
        made_by_id=viewer.user_id,
        made_at=now,
        started_at=now,
    )


def _check(share: float, whom: str) -> None:
    if whom not in Experiment.Whom.values:
        raise UnknownNameError(Said("unit of an experiment", "실험 단위"), whom, Experiment.Whom.values)
    Share("check", share)
    if share > MOST:
        raise RequestError(
            Said(f"A holdout of {share:.4g} of everybody was asked for.", f"전체의 {share:.4g}을(를) 제외군으로 요청하셨습니다."),
            Said("More than half would be left alone.", "절반이 넘는 고객에게 아무것도 하지 않게 됩니다."),
            Said("Give a share up to 0.5; 0.05 is usual.", "0.5 이하로 주십시오. 보통 0.05입니다."),
        )  # fmt: skip

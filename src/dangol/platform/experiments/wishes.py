"""What was asked for when an experiment is designed, and can it be one? Checked before anything is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.experiments.design import Arm, Design
from dangol.core.language import Said
from dangol.platform.experiments.holding import new_salt
from dangol.platform.experiments.measuring import SEGMENTS
from dangol.platform.experiments.models import Experiment
from dangol.platform.experiments.outcomes import OUTCOMES
from dangol.platform.kernel import clock
from dangol.platform.log.mending import without_nul

CONTROL: Final = "control"
OWN: Final = ("start", "entry", "code")
"""How units may come into an experiment that is designed here."""
LONGEST: Final = 730
MOST_ARMS: Final = 10


@dataclass(frozen=True, slots=True)
class Wish:
    """An experiment as somebody wrote it down."""

    name: str
    hypothesis: str = ""
    arms: Sequence[tuple[str, float]] = ((CONTROL, 0.5), ("treated", 0.5))
    """Names and shares; the first is the control."""
    outcome: str = "kept"
    horizon_days: int = 60
    whom: str = "person"
    enrols: str = "start"
    audience: int | None = None
    rule: Any = None
    """Whom, where no saved audience is chosen: text, YAML or plain values; empty: everybody."""
    smallest: float | None = None
    segments: Sequence[str] = field(default=())
    guardrails: Sequence[str] = field(default=())
    cost: Decimal | None = None
    ends_on: date | None = None


def checked(wish: Wish) -> dict[str, Any]:
    """The fields of the experiment, or an error that says what is wrong with which."""
    name = " ".join(without_nul(wish.name).split())[:160]
    if not name:
        raise _refused(
            Said("It has no name.", "이름이 없습니다."), Said("Give it a name.", "이름을 적어 주십시오.")
        )
    _check_names(wish)
    if not 1 <= wish.horizon_days <= LONGEST or (wish.cost is not None and not 0 <= wish.cost < 10**12):
        raise _refused(
            Said("Its horizon is not between 1 and 730 days, or its cost is below 0 or beyond all measure.", "관찰 기간이 1~730일이 아니거나 비용이 0보다 작거나 지나치게 큽니다."),
            Said("For example 60 days and a cost of 3000.", "예: 60일, 비용 3000."),
        )  # fmt: skip
    if wish.ends_on is not None and wish.ends_on < clock.now().date():
        raise _refused(
            Said("Its last day is over already.", "마지막 날이 이미 지났습니다."),
            Said("Choose a day that is still to come.", "앞으로 올 날을 고르십시오."),
        )
    arms = [(" ".join(without_nul(arm).split())[:80], float(share)) for arm, share in wish.arms]
    _check_arms(name, arms, wish)
    return {
        "name": name,
        "hypothesis": without_nul(wish.hypothesis).strip()[:4_000],
        "arms": [{"name": arm, "share": share} for arm, share in arms],
        "outcome": wish.outcome,
        "horizon_days": wish.horizon_days,
        "whom": wish.whom,
        "enrols": wish.enrols,
        "smallest": wish.smallest,
        "segments": list(dict.fromkeys(wish.segments)),
        "guardrails": [each for each in dict.fromkeys(wish.guardrails) if each != wish.outcome],
        "cost": wish.cost,
        "ends_on": wish.ends_on,
    }


def _check_names(wish: Wish) -> None:
    known: tuple[tuple[Said, Sequence[str], Mapping[str, Any] | Sequence[str]], ...] = (
        (Said("outcome", "결과 지표"), (wish.outcome, *wish.guardrails), OUTCOMES),
        (Said("segment", "세그먼트"), tuple(wish.segments), SEGMENTS),
        (Said("unit of an experiment", "실험 단위"), (wish.whom,), Experiment.Whom.values),
        (Said("way in", "참여 방식"), (wish.enrols,), OWN),
    )
    for kind, names, allowed in known:
        for name in names:
            if name not in allowed:
                raise UnknownNameError(kind, name, list(allowed))


def _check_arms(name: str, arms: Sequence[tuple[str, float]], wish: Wish) -> None:
    if len(arms) > MOST_ARMS:
        raise _refused(
            Said("It has more than ten arms.", "실험군이 열 개를 넘습니다."),
            Said("Try fewer things at once; each arm needs its own customers.", "한 번에 더 적게 시험하십시오. 실험군마다 고객이 필요합니다."),
        )  # fmt: skip
    Design(name, tuple(Arm(*arm) for arm in arms), wish.outcome, "check", horizon_days=wish.horizon_days)
    if wish.smallest is not None and not wish.smallest:
        raise _refused(
            Said("The smallest effect worth having is 0.", "의미 있는 가장 작은 효과가 0입니다."),
            Said("Name a size, such as 0.02 for 2 points of retention.", "크기를 정하십시오. 예: 유지율 2%p는 0.02."),
        )  # fmt: skip


def new_key(name: str) -> tuple[str, str]:
    """What events call an experiment of this name, and its salt; neither is any other's."""
    plain = re.sub(r"[^\w]+", "-", name.casefold()).strip("-")[:120] or "experiment"
    taken = set(Experiment.objects.filter(key__startswith=plain).values_list("key", flat=True))
    numbers = (plain, *(f"{plain}-{n}" for n in range(2, len(taken) + 3)))
    return next(each for each in numbers if each not in taken), new_salt("experiment")


def _refused(wrong: Said, would_work: Said) -> RequestError:
    return RequestError(
        Said("An experiment was to be designed.", "실험을 설계하려고 했습니다."), wrong, would_work
    )

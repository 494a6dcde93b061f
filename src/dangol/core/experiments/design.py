"""What is tried, on whom, against what, and by what will it be judged? Declared before it starts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.stats.sequential import TUNED_AT

Unit = Literal["person", "account"]
BUCKETS: Final = 10_000
"""Into so many buckets everybody is divided; a share is known to a hundredth of a percent."""
_SALT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Arm:
    """One way of being treated, and the share (0 to 1) of the units that get it."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Holdout:
    """Those whom no retention action reaches at all: a share of everybody, by a salt of its own."""

    salt: str
    share: float

    def __post_init__(self) -> None:
        check_salt(self.salt)
        if not 0 < self.share < 1:
            raise RequestError(
                Said(
                    f"A holdout of {self.share:.4g} of everybody was asked for.",
                    f"전체의 {self.share:.4g}을(를) 제외군으로 요청하셨습니다.",
                ),
                Said(
                    "Some must be held out, and some must not.",
                    "일부는 제외하고 일부는 제외하지 않아야 합니다.",
                ),
                Said(
                    "Give a share between 0 and 1, such as 0.05.", "0과 1 사이의 비율을 주십시오. 예: 0.05."
                ),
            )


@dataclass(frozen=True, slots=True)
class Design:
    """An experiment as declared. The first arm is the control, unless `control` names another.

    `outcome` is the one goal, `guardrails` what may not get worse, `segments` the groups it may be read by;
    what is not named here is not judged. `smallest_effect` is the difference worth having, in the unit of the
    outcome. `enrolled` is the share (0 to 1) of the units that take part; raising it moves nobody between arms.
    `planned_units` are expected in all arms by the end: intervals that hold on any day are narrowest about there.
    """

    name: str
    arms: tuple[Arm, ...]
    outcome: str
    salt: str
    unit: Unit = "person"
    control: str = ""
    horizon_days: int = 90
    smallest_effect: float | None = None
    guardrails: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    enrolled: float = 1.0
    holdout: Holdout | None = None
    planned_units: int = TUNED_AT

    def __post_init__(self) -> None:
        check_salt(self.salt)
        _check_arms(self)
        if min(self.horizon_days, self.planned_units) < 1 or not 0 < self.enrolled <= 1:
            raise _refused(
                self.name,
                Said(
                    "Its horizon is a day or more, its planned units one or more, and the share that takes part lies "
                    "above 0, up to 1.",
                    "관찰 기간은 하루 이상, 예정 대상은 하나 이상이고 참여 비율은 0보다 크고 1 이하여야 합니다.",
                ),
                Said("For example 90 days and a share of 1.", "예: 90일, 비율 1."),
            )
        if self.holdout and self.holdout.salt == self.salt:
            raise _refused(
                self.name,
                Said(
                    "Its salt is that of the global holdout, so both would divide people alike.",
                    "실험의 솔트가 전체 제외군의 솔트와 같아서 둘이 같은 방식으로 고객을 나눕니다.",
                ),
                Said("Give it a salt of its own.", "실험에 다른 솔트를 주십시오."),
            )
        object.__setattr__(self, "control", self.control or self.arms[0].name)

    @property
    def shares(self) -> dict[str, float]:
        """Planned share by name of the arm."""
        return {arm.name: arm.share for arm in self.arms}

    @property
    def treatments(self) -> tuple[str, ...]:
        """The arms that are compared with the control."""
        return tuple(arm.name for arm in self.arms if arm.name != self.control)


def check_salt(salt: str) -> None:
    """A RequestError unless it is letters, digits, and . _ - inside, so that salt and id cannot be confused."""
    if not _SALT.fullmatch(salt):
        raise RequestError(
            Said(f"The salt {salt!r} was given.", f"솔트로 {salt!r}이(가) 주어졌습니다."),
            Said(
                "A salt is made of Latin letters, digits, and . _ - between them.",
                "솔트는 영문자와 숫자, 그 사이의 . _ -로 이루어집니다.",
            ),
            Said("For example: spring-offer-2026.", "예: spring-offer-2026."),
        )


def _check_arms(design: Design) -> None:
    names = [arm.name for arm in design.arms]
    control = design.control or (names[0] if names else "")
    for wrong, would_work in _faults(names, [arm.share for arm in design.arms], control):
        raise _refused(design.name, wrong, would_work)


def _faults(names: list[str], shares: list[float], control: str) -> Iterable[tuple[Said, Said]]:
    if len(names) < 2:
        yield (
            Said(
                "It has fewer than two arms, so there is nothing to compare with.",
                "실험군이 둘보다 적어서 비교할 대상이 없습니다.",
            ),
            Said("Add an arm that is left alone.", "아무것도 하지 않는 대조군을 더하십시오."),
        )
    if len(set(names)) < len(names) or not all(name.strip() for name in names):
        yield (
            Said(
                "Two of its arms have the same name, or one has none.",
                "이름이 같거나 없는 실험군이 있습니다.",
            ),
            Said("Name each arm differently.", "실험군마다 다른 이름을 주십시오."),
        )
    if min(shares, default=1) <= 0 or abs(sum(shares) - 1) > 1e-9:
        yield (
            Said(
                f"The shares of its arms add up to {sum(shares):.4g}, or one is not above 0.",
                f"실험군 비율의 합이 {sum(shares):.4g}이거나 0 이하인 비율이 있습니다.",
            ),
            Said("Give shares above 0 that add up to 1.", "0보다 크고 합이 1인 비율을 주십시오."),
        )
    if control not in names:
        yield (
            Said(
                f"Its control {control!r} is not one of its arms.",
                f"대조군 {control!r}은(는) 실험군에 없습니다.",
            ),
            Said(f"The arms are: {', '.join(names)}.", f"실험군: {', '.join(names)}."),
        )


def _refused(name: str, wrong: Said, would_work: Said) -> RequestError:
    asked = Said(f"The experiment {name!r} was to be designed.", f"실험 {name!r}을(를) 설계하려고 했습니다.")
    return RequestError(asked, wrong, would_work)

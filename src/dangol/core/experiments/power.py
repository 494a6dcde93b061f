"""Can it be proven here, and how long does that take? Sizes and weeks, said before the start."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf
from typing import Any, Final

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.stats.power import (
    POWER,
    detectable_difference,
    units_needed,
    units_needed_for_shares,
)

YEAR_WEEKS: Final = 52
"""What takes longer is said to be out of reach."""


@dataclass(frozen=True, slots=True)
class SampleSize:
    """Units needed in the control arm and in the treated one, in whole units."""

    control: int
    treated: int

    @property
    def total(self) -> int:
        """Units in both arms."""
        return self.control + self.treated


@dataclass(frozen=True, slots=True)
class RunTime:
    """How long an experiment must run. None: longer than anybody can wait."""

    size: SampleSize
    weeks: int | None
    double_weeks: int | None
    """The same for an effect twice as large."""
    horizon_days: int
    said: Said

    def to_plain(self) -> dict[str, Any]:
        """As plain values, for programs."""
        return {
            "control": self.size.control, "treated": self.size.treated, "weeks": self.weeks,
            "double_weeks": self.double_weeks, "horizon_days": self.horizon_days,
            "said": {"en": self.said.en, "ko": self.said.ko},
        }  # fmt: skip


def sample_size(
    share: float,
    other_share: float,
    *,
    control_share: float = 0.5,
    confidence: float = 0.95,
    power: float = POWER,
) -> SampleSize:
    """Units to tell two shares (0 to 1) apart, `control_share` of them in the control arm.

    >>> sample_size(0.9, 0.905)
    SampleSize(control=55248, treated=55248)
    >>> sample_size(0.9, 0.905, control_share=0.05).control
    29677
    """
    _check_share(share)
    _check_share(other_share)
    _check_differs(other_share - share)
    times = _times(control_share)
    n = units_needed_for_shares(share, other_share, times=times, confidence=confidence, power=power)
    return SampleSize(round(n), round(n * times))


def sample_size_of_mean(
    difference: float,
    variance: float,
    *,
    control_share: float = 0.5,
    confidence: float = 0.95,
    power: float = POWER,
) -> SampleSize:
    """The same for a difference of two means, such as money a customer, whose variance is known."""
    _check_differs(difference)
    times = _times(control_share)
    n = units_needed(difference, variance, times=times, confidence=confidence, power=power)
    return SampleSize(round(n), round(n * times))


def smallest_effect(
    units: int, variance: float, *, control_share: float = 0.5, power: float = POWER
) -> float:
    """The smallest difference that so many units in all would show."""
    return detectable_difference(units * control_share, variance, times=_times(control_share), power=power)


def run_time(
    size: SampleSize, units_per_week: float, *, units_now: int = 0, horizon_days: int = 0
) -> RunTime:
    """How many weeks until so many units have taken part, and their horizon is over.

    `units_now` can be enrolled at once, `units_per_week` come later. An effect twice as large needs a quarter.

    >>> run_time(SampleSize(5_000, 5_000), 1_200).said.en
    'About 9 weeks; or test an effect twice as large in 3.'
    """
    weeks = _weeks(size.total, units_per_week, units_now, horizon_days)
    double = _weeks(size.total / 4, units_per_week, units_now, horizon_days)
    return RunTime(size, weeks, double, horizon_days, weeks_said(weeks, double))


def weeks_said(weeks: int | None, double: int | None) -> Said:
    """The run time as a sentence."""
    if weeks is not None and weeks <= YEAR_WEEKS:
        return Said(
            f"About {weeks} weeks; or test an effect twice as large in {double}.",
            f"약 {weeks}주 걸립니다. 두 배 큰 효과라면 {double}주면 확인할 수 있습니다.",
        )
    if double is not None and double <= YEAR_WEEKS:
        return Said(
            f"Not provable within a year; an effect twice as large is, in about {double} weeks.",
            f"1년 안에는 확인할 수 없습니다. 두 배 큰 효과라면 약 {double}주면 확인할 수 있습니다.",
        )
    return Said(
        "Not provable within a year, nor is an effect twice as large. "
        "Pool several campaigns, take a longer horizon, or compare by what customers did before.",
        "1년 안에는 두 배 큰 효과도 확인할 수 없습니다. "
        "여러 캠페인을 합치거나, 관찰 기간을 늘리거나, 이전 행동으로 보정해 보십시오.",
    )


def _weeks(units: float, per_week: float, now: int, horizon_days: int) -> int | None:
    wait = ceil(horizon_days / 7)
    missing = max(units - now, 0)
    if missing and per_week <= 0:
        return None
    weeks = missing / per_week if missing else 0.0
    return None if weeks == inf else max(ceil(weeks), 1 if missing or not wait else 0) + wait


def _times(control_share: float) -> float:
    _check_share(control_share)
    return (1 - control_share) / control_share


def _check_share(share: float) -> None:
    if not 0 < share < 1:
        raise RequestError(
            Said(f"The share {share:.4g} was given.", f"비율 {share:.4g}이(가) 주어졌습니다."),
            Said("A share here lies between 0 and 1.", "비율은 0과 1 사이여야 합니다."),
            Said("Write 0.9 for 90 %.", "90%는 0.9로 쓰십시오."),
        )


def _check_differs(difference: float) -> None:
    if not difference:
        raise RequestError(
            Said("The size of a sample was asked for.", "필요한 표본 크기를 물으셨습니다."),
            Said(
                "No effect at all cannot be proven by any number.",
                "효과 0은 아무리 많아도 증명할 수 없습니다.",
            ),
            Said("Name the smallest effect that is worth having.", "의미 있는 가장 작은 효과를 정하십시오."),
        )

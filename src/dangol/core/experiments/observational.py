"""What can be said where nobody drew lots? Weaker designs, each with what it takes for granted [M-13].

Difference in differences, regression discontinuity, and a comparison within strata. Their readouts are labelled as
weaker, and speak of what goes together with the change, never of what it caused beyond doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from dangol.core.errors import DataError
from dangol.core.experiments.readout import Measured
from dangol.core.experiments.wording import difference_said, interval_said
from dangol.core.language import Said
from dangol.core.stats.discontinuity import regression_discontinuity
from dangol.core.stats.interval import Interval
from dangol.core.stats.mean import Mean
from dangol.core.stats.panel import difference_in_differences
from dangol.core.stats.strata import stratified_difference

Method = Literal["difference_in_differences", "regression_discontinuity", "stratified"]
Floats = npt.NDArray[np.float64]

WEAKER: Final = Said(
    "Weaker than an experiment: nobody drew lots.", "추첨으로 나누지 않았으므로 실험보다 약한 근거입니다."
)
ASSUMES: Final[Mapping[Method, Said]] = {
    "difference_in_differences": Said(
        "It holds if both groups would have moved alike without the change.",
        "변화가 없었다면 두 집단이 똑같이 움직였을 때 성립합니다.",
    ),
    "regression_discontinuity": Said(
        "It holds near the cutoff only, if nobody chose on which side to stand.",
        "기준선 가까이에서만, 그리고 아무도 어느 쪽에 설지 고르지 않았을 때 성립합니다.",
    ),
    "stratified": Said(
        "It holds if people within a stratum differ in nothing else that matters.",
        "같은 층의 고객끼리 다른 중요한 차이가 없을 때 성립합니다.",
    ),
}


@dataclass(frozen=True, slots=True)
class Weaker:
    """A finding without lots. `holds` is False where the data speaks against what it takes for granted.

    `holds` is None where the data cannot speak to it; `n` counts the units it rests on.
    """

    method: Method
    outcome: Measured
    difference: Interval
    n: int
    holds: bool | None
    said: Said
    notes: tuple[Said, ...]

    @property
    def is_randomised(self) -> bool:
        """Never: that is what makes it weaker."""
        return False


def before_and_after(
    outcome: Measured, values: Floats, is_treated: npt.NDArray[np.bool_], after: int
) -> Weaker:
    """Difference in differences over `values` (units x periods), of which those from `after` on follow the change."""
    found = difference_in_differences(values, is_treated, after)
    if found is None:
        raise _too_few(outcome, Said("each group before and after the change", "변화 전후의 두 집단"))
    notes = [WEAKER, ASSUMES["difference_in_differences"]]
    if found.moved_alike is False:
        notes.append(
            Said(
                "They did not move alike before the change, so this is no proof.",
                "변화 전부터 다르게 움직였으므로 증거가 되지 못합니다.",
            )
        )
    if found.moved_alike is None:
        notes.append(
            Said(
                "With one period before, whether they moved alike cannot be looked at.",
                "변화 전 기간이 하나뿐이라 똑같이 움직였는지 볼 수 없습니다.",
            )
        )
    return _weaker(
        "difference_in_differences", outcome, found.effect.difference, found.treated_count + found.other_count,
        found.moved_alike, notes,
    )  # fmt: skip


def at_cutoff(
    outcome: Measured, running: Floats, values: Floats, cutoff: float, *, bandwidth: float | None = None
) -> Weaker:
    """Regression discontinuity where `running` reaches `cutoff`."""
    found = regression_discontinuity(running, values, cutoff, bandwidth=bandwidth)
    if found is None:
        raise _too_few(outcome, Said("each side of the cutoff", "기준선 양쪽"))
    notes = [WEAKER, ASSUMES["regression_discontinuity"]]
    if found.is_crowded:
        notes.append(
            Said(
                "People crowd on one side of the cutoff, so they may have chosen it.",
                "기준선 한쪽에 고객이 몰려 있어 스스로 고른 것일 수 있습니다.",
            )
        )
    holds = None if found.is_crowded is None else not found.is_crowded
    count = found.below_count + found.above_count
    return _weaker("regression_discontinuity", outcome, found.jump, count, holds, notes)


def within_strata(
    outcome: Measured, values: Floats, is_treated: npt.NDArray[np.bool_], strata: npt.NDArray[Any]
) -> Weaker:
    """The difference between treated and others with the same mix of strata."""
    labels = np.asarray(strata).astype(str)
    arms = [
        {str(s): _mean(values[(labels == s) & mask]) for s in np.unique(labels[mask])}
        for mask in (~is_treated, is_treated)
    ]
    found = stratified_difference(arms[0], arms[1])
    if found is None:
        raise _too_few(outcome, Said("both groups of some stratum", "한 층의 두 집단"))
    return _weaker("stratified", outcome, found, len(values), None, [WEAKER, ASSUMES["stratified"]])


def _weaker(
    method: Method, outcome: Measured, difference: Interval, n: int, holds: bool | None, notes: list[Said]
) -> Weaker:
    change, around = difference_said(outcome, difference.value), interval_said(outcome, difference)
    said = Said(
        f"“{outcome.said.en}” differs by {change.en} ({around.en}) along with the change.",
        f"변화와 함께 “{outcome.said.ko}” 값이 {change.ko}({around.ko}) 차이 납니다.",
    )
    return Weaker(method, outcome, difference, n, holds, said, tuple(notes))


def _mean(values: Floats) -> Mean:
    return Mean(len(values), float(values.sum()), float(values @ values))


def _too_few(outcome: Measured, where: Said) -> DataError:
    return DataError(
        Said(f"“{outcome.said.en}” was to be compared.", f"“{outcome.said.ko}” 값을 비교하려고 했습니다."),
        Said(f"There are too few in {where.en}.", f"{where.ko}에 고객이 너무 적습니다."),
        Said("Take a longer time or a wider group.", "기간을 늘리거나 집단을 넓히십시오."),
    )

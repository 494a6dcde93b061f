"""How much may keeping a customer cost, and whose leaving would cost most?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.predict.value.histories import Numbers


def spend_ceiling(
    remaining_value: Numbers, margin: float, chance_of_leaving: Numbers | None = None
) -> Numbers:
    """The most that may be spent on keeping each customer before it costs more than it can bring [W-14].

        ceiling = remaining value * margin                        where it is certain to be lost otherwise
        ceiling = remaining value * margin * P(leaves)            at most, even if the action always works

    `remaining_value` is money before the margin. NaN where the value is not known; a RequestError for a margin
    outside 0 to 1 or a chance that is none.

    >>> spend_ceiling(np.array([200.0, np.nan]), 0.4, np.array([0.5, 0.5])).tolist()
    [40.0, nan]
    """
    if not 0.0 < margin <= 1.0:
        raise _refused(
            Said(
                f"The margin {margin:g} is not above 0 up to 1.",
                f"마진 {margin:g}은(는) 0 초과 1 이하가 아닙니다.",
            ),
            Said("Give for example 0.35.", "예를 들어 0.35를 주십시오."),
        )
    worth = np.maximum(remaining_value * margin, 0.0)
    return worth if chance_of_leaving is None else worth * _chances(chance_of_leaving)


def value_at_risk(chance_of_leaving: Numbers, remaining_value: Numbers) -> Numbers:
    """P(leaves) times what would be lost [I-14]; NaN where the value is not known. A RequestError if no chance is one.

    >>> value_at_risk(np.array([0.9, 0.1]), np.array([10.0, 500.0])).tolist()
    [9.0, 50.0]
    """
    return np.asarray(_chances(chance_of_leaving) * np.maximum(remaining_value, 0.0))


def ranked(at_risk: Numbers, chance_of_leaving: Numbers) -> npt.NDArray[np.intp]:
    """Positions of the customers, most at risk first; where money is not known by the chance alone, after the others."""
    known = ~np.isnan(at_risk)
    return np.lexsort((-chance_of_leaving, -np.where(known, at_risk, 0.0), ~known))


def _chances(given: Numbers) -> Numbers:
    if np.isnan(given).any() or (given < 0).any() or (given > 1).any():
        raise _refused(
            Said("A chance of leaving lies outside 0 to 1.", "떠날 확률이 0과 1 사이가 아닌 것이 있습니다."),
            Said("Give probabilities, for example 0.2.", "0.2처럼 확률을 주십시오."),
        )
    return given


def _refused(wrong: Said, would_work: Said) -> RequestError:
    return RequestError(
        Said("The money at stake was asked for.", "위험에 놓인 금액을 요청하셨습니다."), wrong, would_work
    )

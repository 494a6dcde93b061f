"""Can anything be learned from these customers at all? If not, a sentence that says what is wrong and what would work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from dangol.core.errors import DataError
from dangol.core.language import Said
from dangol.core.predict.columns import Columns, columns_of
from dangol.core.predict.labelled import Labelled, together

FEWEST_LEAVERS: Final = 50
"""Below it neither a ranking nor a calibration can be told from luck."""
_ASKED: Final = Said(
    "A model of who will leave was to be fitted.", "누가 떠날지 예측하는 모형을 만들려고 했습니다."
)


def sound(training: Sequence[Labelled]) -> Columns:
    """The features that can be learned from; a DataError where the customers, the outcomes or the features do not do."""
    if not training or not sum(map(len, training)):
        raise DataError(
            _ASKED,
            Said("There is no customer whose outcome is known.", "결과를 아는 고객이 한 명도 없습니다."),
            Said(
                "Give records that reach back further than the horizon.",
                "예측 기간보다 더 오래된 기록을 주십시오.",
            ),
        )
    for each in training:
        _check_people(each)
    _check_outcomes(training)
    columns = columns_of(together(training).matrix)
    if not columns.features:
        raise DataError(
            _ASKED,
            Said(
                "Every feature is the same for all customers.", "모든 항목의 값이 모든 고객에게 똑같습니다."
            ),
            Said(
                "Give records in which customers differ: purchases, use, plans, payments.",
                "구매, 이용, 요금제, 결제처럼 고객마다 다른 기록을 주십시오.",
            ),
        )
    return columns


def _check_people(labelled: Labelled) -> None:
    _, counts = np.unique(labelled.matrix.person_ids, return_counts=True)
    twice = int((counts > 1).sum())
    if twice:
        day = labelled.matrix.as_of
        raise DataError(
            _ASKED,
            Said(
                f"{twice} customers stand in the snapshot{f' of {day}' if day else ''} more than once.",
                f"{f'{day} ' if day else ''}기록에 두 번 이상 나오는 고객이 {twice}명 있습니다.",
            ),
            Said("Give one row a customer and day.", "고객과 날짜마다 한 행만 주십시오."),
        )


def _check_outcomes(training: Sequence[Labelled]) -> None:
    rows = together(training)
    everybody = len(np.unique(rows.matrix.person_ids))
    left = len(np.unique(rows.matrix.person_ids[rows.has_left]))
    stayed = len(np.unique(rows.matrix.person_ids[~rows.has_left]))
    if not left or not stayed:
        raise DataError(
            _ASKED,
            Said(
                f"None of the {everybody} customers left.", f"고객 {everybody}명 가운데 떠난 고객이 없습니다."
            )
            if not left
            else Said(f"All of the {everybody} customers left.", f"고객 {everybody}명이 모두 떠났습니다."),
            Said(
                "Both are needed, at least 50 of each: another horizon, or a longer record, may have them.",
                "떠난 고객과 남은 고객이 각각 50명 이상 필요합니다. 예측 기간을 바꾸거나 더 긴 기록을 주십시오.",
            ),
        )
    if min(left, stayed) < FEWEST_LEAVERS:
        few = Said(f"{left} customers left", f"떠난 고객이 {left}명입니다")
        if left >= FEWEST_LEAVERS:
            few = Said(f"{stayed} customers stayed", f"남은 고객이 {stayed}명입니다")
        raise DataError(
            _ASKED,
            Said(
                f"{few.en}; {FEWEST_LEAVERS} are needed to tell skill from luck.",
                f"{few.ko}. 우연과 실력을 가리려면 {FEWEST_LEAVERS}명이 필요합니다.",
            ),
            Said(
                "A longer horizon or more months of records bring more; until then the warnings on each customer's "
                "own rhythm work with a handful of customers.",
                "예측 기간을 늘리거나 더 여러 달의 기록을 주십시오. 그때까지는 고객 본인의 평소 흐름이 깨질 때 알리는 "
                "조기 경보를 쓰시면 됩니다. 조기 경보는 고객이 적어도 됩니다.",
            ),
        )

"""When would each customer have been warned of? Early warnings made again as of past days, each blind to the next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from dangol.core.language import Said
from dangol.core.predict.daily_counts import HISTORY_DAYS, DailyRecord
from dangol.core.predict.early_warning import FALSE_DISCOVERY_RATE, FEWEST_CUSTOMERS, early_warnings
from dangol.core.predict.lead_time import Signal

SAID: Final = Said("Early warning: the own rhythm has broken", "조기 경보: 평소 리듬이 깨짐")


def warnings_of(
    record: DailyRecord, looks: Iterable[int], *, false_discovery_rate: float = FALSE_DISCOVERY_RATE
) -> Signal:
    """Early warnings as they would have been given on each day of `looks` (days since 1970-01-01)."""
    people: list[npt.NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
    days: list[npt.NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
    for day in looks:
        counts = record.as_of(day, HISTORY_DAYS[record.unit])
        if len(counts) < FEWEST_CUSTOMERS:
            continue
        made = early_warnings(counts, false_discovery_rate=false_discovery_rate)
        people.append(made.person_ids[made.is_warned])
        days.append(np.full(made.warned_count, day))
    return Signal("early_warning", SAID, np.concatenate(people), np.concatenate(days))

"""What came of the customers of a day? Who left within the horizon, when, and whether they chose to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.core.calendar import Grain, Period


@dataclass(frozen=True, eq=False)
class Outcomes:
    """One element a customer who was at risk on `as_of`, by person_id; who left within the gap is not asked about.

    The horizon is the days from as_of + gap_days up to, and not including, as_of + gap_days + horizon_days.
    """

    as_of: date
    horizon_days: int
    gap_days: int
    person_ids: npt.NDArray[np.int64]
    has_left: npt.NDArray[np.bool_]
    is_involuntary: npt.NDArray[np.bool_]
    """Left because a payment failed, by the recorded cause; never without a contract."""
    left_on: npt.NDArray[Any]
    """datetime64[D]: when a contract ended, or the horizon began in which they stayed away; NaT: stayed."""
    renewal_count: npt.NDArray[np.int64]
    """Monthly renewals that came due in the horizon while they were there; 0 without a contract."""

    def __len__(self) -> int:
        return len(self.person_ids)

    @property
    def left_rate(self) -> float | None:
        """Share of them who left; None of nobody."""
        return float(self.has_left.mean()) if len(self) else None

    @property
    def hazard(self) -> float | None:
        """Share who left at a renewal that came due; None where none did."""
        due = int(self.renewal_count.sum())
        return int(self.has_left.sum()) / due if due else None


def renewals(
    since_on: npt.NDArray[np.datetime64], left_on: npt.NDArray[np.datetime64], days: Period
) -> npt.NDArray[np.int64]:
    """How many monthly renewals came due to each customer in these days, one that was refused by leaving included.

    A contract is renewed on the day of the month on which it began, or on the month's last. `left_on` is NaT for
    who stayed.
    """
    day = (since_on - since_on.astype("datetime64[M]")).astype(np.int64)
    last = np.where(np.isnat(left_on), np.datetime64(days.end - timedelta(days=1)), left_on)
    count = np.zeros(len(day), dtype=np.int64)
    for month in days.buckets(Grain.MONTH):
        due = np.datetime64(month.start) + np.minimum(day, month.days - 1)
        count += (due >= np.datetime64(days.start)) & (due <= last)
    return count

"""On which of the last days was each customer there, and how often? The record that a rhythm is read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from dangol.core.errors import RequestError
from dangol.core.language import Said

Unit = Literal["visits", "purchases"]
WEEK: Final = 7
HISTORY_DAYS: Final[dict[Unit, int]] = {"visits": 140, "purchases": 730}
"""So far back a rhythm is read from."""


@dataclass(frozen=True, eq=False)
class DailyCounts:
    """Counts by customer and day, columnar: one element of `row`, `ago` and `count` for each day with any.

    `count` is visits (stretches of use with ten empty minutes between them) or purchases. `known_days` says for how many days before `as_of`
    each customer has been one, at most `days`: before that there is no record to be silent in.
    """

    as_of: date
    days: int
    unit: Unit
    person_ids: npt.NDArray[np.int64]
    known_days: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]
    """Position in `person_ids`."""
    ago: npt.NDArray[np.int64]
    """Days before `as_of`: 1 is the last day that is known."""
    count: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        if len(np.unique(self.person_ids)) != len(self.person_ids):
            raise RequestError(
                Said("Daily counts of customers were given.", "고객의 날짜별 횟수가 주어졌습니다."),
                Said("A customer is there twice.", "같은 고객이 두 번 들어 있습니다."),
                Said(
                    "Give each customer one number, and add up what they did on a day.",
                    "고객마다 번호를 하나만 쓰고, 하루의 횟수를 더해 주십시오.",
                ),
            )
        if len(self.ago) and (self.ago.min() < 1 or self.ago.max() > self.days):
            raise RequestError(
                Said(
                    f"Daily counts of {self.days} days were given.",
                    f"{self.days}일의 날짜별 횟수가 주어졌습니다.",
                ),
                Said(
                    f"A day lies {int(self.ago.min())} to {int(self.ago.max())} days before {self.as_of}.",
                    f"{self.as_of}의 {int(self.ago.min())}~{int(self.ago.max())}일 전 날짜가 있습니다.",
                ),
                Said(f"Give days from 1 to {self.days}.", f"1에서 {self.days} 사이의 날을 주십시오."),
            )

    def __len__(self) -> int:
        return len(self.person_ids)

    def take(self, rows: npt.NDArray[Any]) -> DailyCounts:
        """The customers at these positions, or where this mask is true."""
        chosen = np.flatnonzero(rows) if rows.dtype == bool else np.asarray(rows)
        place = np.full(len(self), -1)
        place[chosen] = np.arange(len(chosen))
        kept = place[self.row] >= 0
        return DailyCounts(
            self.as_of, self.days, self.unit, self.person_ids[chosen], self.known_days[chosen],
            place[self.row[kept]], self.ago[kept], self.count[kept],
        )  # fmt: skip

    def earlier(self, days: int) -> DailyCounts:
        """What was known so many days before `as_of`: the same customers, without what came later."""
        kept = self.ago > days
        return DailyCounts(
            self.as_of - timedelta(days=days), self.days - days, self.unit, self.person_ids,
            np.maximum(self.known_days - days, 0), self.row[kept], self.ago[kept] - days, self.count[kept],
        )  # fmt: skip

    def weekly(self, of_days: bool = False) -> npt.NDArray[np.float64]:
        """Customers x weeks: counts (or days with any) by whole weeks back from `as_of`; the last week comes first.

        Whole weeks hold every weekday once, so a weekly rhythm cannot be mistaken for a change.
        """
        weeks = self.days // WEEK
        week = (self.ago - 1) // WEEK
        inside = week < weeks
        weights = np.ones(int(inside.sum())) if of_days else self.count[inside]
        cells = self.row[inside] * weeks + week[inside]
        sums: npt.NDArray[np.float64] = np.bincount(cells, weights, len(self) * weeks).astype(np.float64)
        return sums.reshape(len(self), weeks)

    def known_weeks(self) -> npt.NDArray[np.int64]:
        """Whole weeks for which each customer has been one."""
        return np.minimum(self.known_days, self.days) // WEEK

    def daily(self, rows: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """Customers x days: the counts of these customers; column 0 is the last known day."""
        some = self.take(rows)
        cells = some.row * self.days + some.ago - 1
        sums: npt.NDArray[np.float64] = np.bincount(cells, some.count, len(some) * self.days).astype(
            np.float64
        )
        return sums.reshape(len(some), self.days)


def daily_counts_of(
    as_of: date,
    person_ids: Sequence[int] | npt.NDArray[Any],
    counts: npt.NDArray[Any],
    *,
    unit: Unit = "visits",
    known_days: npt.NDArray[Any] | None = None,
) -> DailyCounts:
    """Counts from a table n x days whose last column is the day before `as_of`; NaN is a day before joining.

    `known_days` are otherwise the days since the first one that is not NaN.
    """
    table = np.asarray(counts, dtype=np.float64)[:, ::-1]
    days = table.shape[1]
    known = days - np.isnan(table[:, ::-1]).argmin(axis=1) if known_days is None else np.asarray(known_days)
    row, column = np.nonzero(np.nan_to_num(table) > 0)
    return DailyCounts(
        as_of, days, unit, np.asarray(person_ids, dtype=np.int64), known.astype(np.int64),
        row.astype(np.int64), column.astype(np.int64) + 1, table[row, column],
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class DailyRecord:
    """What everybody did on every day of a long time, and who was a customer when; days count from 1970-01-01.

    `person_ids`, `day` and `count` have one element a person and day; the stays one a stay, `ended` being NaN while it
    lasts. From it the counts as of any of its days are read without another query.
    """

    unit: Unit
    person_ids: npt.NDArray[np.int64]
    day: npt.NDArray[np.int64]
    count: npt.NDArray[np.float64]
    stay_person_ids: npt.NDArray[np.int64]
    started: npt.NDArray[np.int64]
    ended: npt.NDArray[np.float64]

    def as_of(self, day: int, days: int) -> DailyCounts:
        """The counts of who was a customer on `day`, of the `days` before it: nothing of the day or later is seen."""
        there = (self.started < day) & ~(self.ended < day)
        order = np.argsort(self.started[there], kind="stable")
        people, first = np.unique(self.stay_person_ids[there][order], return_index=True)
        known = day - self.started[there][order][first]
        kept = np.flatnonzero((self.day < day) & (self.day >= day - days))
        if not len(people):
            kept = kept[:0]
        at = np.minimum(np.searchsorted(people, self.person_ids[kept]), max(len(people) - 1, 0))
        is_customer = people[at] == self.person_ids[kept] if len(people) else np.empty(0, dtype=bool)
        kept, at = kept[is_customer], at[is_customer]
        active = np.unique(at)
        return DailyCounts(
            date(1970, 1, 1) + timedelta(days=day), days, self.unit, people[active],
            np.minimum(known[active], days), np.searchsorted(active, at), day - self.day[kept], self.count[kept],
        )  # fmt: skip

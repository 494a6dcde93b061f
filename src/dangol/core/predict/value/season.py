"""In which months do customers buy more than at other times of the year, and less?

A model of purchases knows no seasons. It is asked how many repeat purchases each past month should have had, given
who had bought for the first time by then; what there were, over what it said, is the index of that month of the year,
set so that a year has 1 on average: it moves purchases within a year and adds none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from dangol.core.predict.value.histories import Numbers
from dangol.core.predict.value.purchase_days import PurchaseDays
from dangol.core.predict.value.purchase_model import PurchaseModel

MONTHS: Final = 12
SHRINKAGE: Final = 30.0
"""An index is drawn towards 1 as if so many more purchases had been as expected."""


@dataclass(frozen=True)
class Month:
    """The repeat purchase days of one calendar month: what there were, and what the model says there should be."""

    starts_on: date
    actual: float
    expected: float


@dataclass(frozen=True)
class Season:
    """One index for each month of the year, January first; their mean is 1."""

    index: tuple[float, ...]

    def over(self, start: date, days: float) -> float:
        """The mean index of the days from `start` on."""
        count = max(round(days), 1)
        months = [(start + timedelta(days=ahead)).month for ahead in range(count)]
        return float(np.mean([self.index[month - 1] for month in months]))

    def to_plain(self) -> list[float]:
        """The twelve indices."""
        return list(self.index)


def tracking(model: PurchaseModel, purchases: PurchaseDays, as_of: date) -> tuple[Month, ...]:
    """Every whole month before `as_of`, actual beside expected; the first one, in which the data begins, is left out."""
    known = purchases.before(as_of)
    bounds = _month_starts(known.first_on, as_of)
    if len(bounds) < 2:
        return ()
    people, which = np.unique(known.person_ids, return_inverse=True)
    first = np.full(len(people), np.iinfo(np.int64).max)
    np.minimum.at(first, which, known.days)
    repeats = known.days[known.days > first[which]]
    ends = np.array([each.toordinal() for each in bounds])
    actual = np.diff([(repeats < end).sum() for end in ends])
    born, births = np.unique(first, return_counts=True)
    curve = _curve(model, int(ends[-1] - born[0]) + 1)
    reached = [births[born < end] @ curve[end - born[born < end]] for end in ends]
    return tuple(
        Month(start, float(now), float(should))
        for start, now, should in zip(bounds, actual, np.diff(reached), strict=False)
    )


def season_of(months: tuple[Month, ...]) -> Season | None:
    """The index of each month of the year; None where some month of the year was never seen whole."""
    sums: dict[int, list[float]] = {}
    for month in months:
        total = sums.setdefault(month.starts_on.month, [0.0, 0.0])
        total[0] += month.actual
        total[1] += month.expected
    if len(sums) < MONTHS or min(expected for _, expected in sums.values()) <= 0:
        return None
    level = sum(actual for actual, _ in sums.values()) / sum(expected for _, expected in sums.values())
    if not level:
        return None
    raw = np.array([_drawn_in(sums[month][0], sums[month][1], level) for month in range(1, MONTHS + 1)])
    return Season(tuple(map(float, raw / raw.mean())))


def season_from_plain(plain: list[float] | None) -> Season | None:
    """What `Season.to_plain` wrote."""
    return None if plain is None else Season(tuple(plain))


def plain_months(months: tuple[Month, ...]) -> list[Mapping[str, Any]]:
    """Actual and expected of each month, as JSON can hold it."""
    return [
        {"starts_on": each.starts_on.isoformat(), "actual": each.actual, "expected": each.expected}
        for each in months
    ]


def _drawn_in(actual: float, expected: float, level: float) -> float:
    usual = expected * level
    return (actual + SHRINKAGE) / (usual + SHRINKAGE)


def _curve(model: PurchaseModel, days: int) -> Numbers:
    """Expected repeat purchases of somebody within 0, 1, 2, ... days after a first purchase."""
    ages = np.unique(np.concatenate([np.arange(min(days, 60)), np.linspace(0, days, 200)]))
    values = [model.expected_of_new(float(age)) if age else 0.0 for age in ages]
    return np.asarray(np.interp(np.arange(days + 1), ages, values))


def _month_starts(first: date, as_of: date) -> list[date]:
    """The first days of the months after `first`, up to the last one that `as_of` has reached."""
    starts, day = [], date(first.year, first.month, 1)
    while (day := (day + timedelta(days=32)).replace(day=1)) <= as_of:
        starts.append(day)
    return starts

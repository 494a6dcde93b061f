"""What is left of a customer's purchases for a model? How often again, how late the last, since when, how much.

Models of purchases need no more than this (Fader, Hardie & Lee 2005): `x` repeat purchase days, `t_x` days from
the first purchase to the last, `T` days from the first purchase to the day of looking.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.core.errors import DataError
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said

Numbers = npt.NDArray[np.float64]

COLUMNS = ("purchase_repeat_count", "purchase_recency_days", "purchase_age_days", "purchase_mean_amount")
_ASKED = Said(
    "The future purchases of customers were to be estimated.", "고객의 앞으로의 구매를 추정하려고 했습니다."
)


@dataclass(frozen=True, eq=False)
class PurchaseHistories:
    """One row a customer; all times in one unit, days unless a test or a paper counts in weeks.

    A DataError where a row cannot be: negative counts, a last purchase before the first or after the end.
    """

    person_ids: npt.NDArray[np.int64]
    repeat_count: Numbers
    """`x`: purchase days after the first one."""
    recency: Numbers
    """`t_x`: from the first purchase to the last one; 0 without a repeat."""
    age: Numbers
    """`T`: from the first purchase to the day of looking."""
    mean_amount: Numbers
    """Mean money of a repeat purchase day; NaN where there is none or it is not known."""
    as_of: date | None = None
    currency: str | None = None

    def __post_init__(self) -> None:
        counts = {
            len(self.person_ids),
            *map(len, (self.repeat_count, self.recency, self.age, self.mean_amount)),
        }
        if len(counts) != 1:
            raise ValueError(f"Columns of different lengths were given: {sorted(counts)}.")
        _check(self.repeat_count, self.recency, self.age)

    def __len__(self) -> int:
        return len(self.person_ids)

    def take(self, rows: npt.NDArray[Any]) -> PurchaseHistories:
        """The customers at these positions, or where this mask is true."""
        columns = ("person_ids", "repeat_count", "recency", "age", "mean_amount")
        return replace(self, **{name: getattr(self, name)[rows] for name in columns})

    @property
    def repeat_amount(self) -> Numbers:
        """Money of all repeat purchases; 0 without one, NaN where it is not known."""
        return np.where(self.repeat_count > 0, self.repeat_count * self.mean_amount, 0.0)


@dataclass(frozen=True, eq=False)
class Grouped:
    """The different histories (`x`, `t_x`, `T`) with how many customers have each; `which` leads back to them."""

    x: Numbers
    t_x: Numbers
    age: Numbers
    weight: Numbers
    which: npt.NDArray[np.intp]

    def spread(self, per_group: Numbers) -> Numbers:
        """A number of each group, for each customer again."""
        return per_group[self.which]


def some_of(groups: Grouped, count: int) -> Grouped:
    """So many of the groups, drawn the same way each time: where a fit of all of them begins."""
    rows = np.random.default_rng(count).permutation(len(groups.x))[:count]
    which = np.arange(len(rows))
    return Grouped(groups.x[rows], groups.t_x[rows], groups.age[rows], groups.weight[rows], which)


def grouped(histories: PurchaseHistories) -> Grouped:
    """Equal rows put together, so that a likelihood of millions is a sum over thousands."""
    columns = (histories.repeat_count, histories.recency, histories.age)
    values, codes = zip(*(np.unique(each, return_inverse=True) for each in columns), strict=True)
    key = (codes[0] * len(values[1]) + codes[1]) * len(values[2]) + codes[2]
    _, first, which, weight = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    x, t_x, age = (each[first] for each in columns)
    return Grouped(x, t_x, age, weight.astype(np.float64), which)


def histories_of(matrix: FeatureMatrix, currency: str | None = None) -> PurchaseHistories:
    """The histories among the features of a shop; customers who never bought are left out.

    A DataError where the features hold no purchases.
    """
    if missing := [name for name in COLUMNS if name not in matrix.names]:
        raise DataError(
            _ASKED,
            Said(
                f"The features hold no purchases: {', '.join(missing)} is missing.",
                f"특성에 구매가 없습니다. {', '.join(missing)}이(가) 빠져 있습니다.",
            ),
            Said("Give the features of a business with orders.", "주문이 있는 사업의 특성을 주십시오."),
        )
    x, t_x, age, mean = (matrix.column(name) for name in COLUMNS)
    bought = ~np.isnan(x) & ~np.isnan(age)
    mean = np.where(x > 0, mean, np.nan)
    return PurchaseHistories(
        matrix.person_ids[bought], x[bought], np.nan_to_num(t_x[bought]), age[bought], mean[bought],
        as_of=matrix.as_of, currency=currency,
    )  # fmt: skip


def check_fits(groups: Grouped, least: int = 10) -> None:
    """A DataError, in a sentence, where no model of purchases can be fitted: too few, nobody again, all one day."""
    count, repeaters = int(groups.weight.sum()), int(groups.weight[groups.x > 0].sum())
    if count < least:
        raise _unfit(
            Said(
                f"There are {count} customers, and a model needs at least {least}.",
                f"고객이 {count}명입니다. 모형에는 적어도 {least}명이 필요합니다.",
            ),
            Said("Give the orders of more customers.", "더 많은 고객의 주문을 주십시오."),
        )
    if groups.age.max() <= 0:
        raise _unfit(
            Said("Everybody bought on one and the same day.", "모든 고객이 같은 날에만 구매했습니다."),
            Said("Give the orders of several months.", "여러 달의 주문을 주십시오."),
        )
    if not repeaters:
        raise _unfit(
            Said("Nobody bought on a second day.", "두 번째 날에 다시 구매한 고객이 없습니다."),
            Said(
                "Give a longer time of orders, with the same customer number for the same customer.",
                "더 긴 기간의 주문을, 같은 고객은 같은 고객 번호로 주십시오.",
            ),
        )


def _check(x: Numbers, t_x: Numbers, age: Numbers) -> None:
    wrong = ~(np.isfinite(x) & np.isfinite(t_x) & np.isfinite(age))
    wrong |= (x < 0) | (t_x < 0) | (t_x > age + 1e-9) | ((x == 0) & (t_x > 0))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise DataError(
            _ASKED,
            Said(
                f"{int(wrong.sum())} histories cannot be, the first in row {row}: {x[row]:g} repeat purchases, "
                f"the last {t_x[row]:g} and the end {age[row]:g} after the first.",
                f"있을 수 없는 이력이 {int(wrong.sum())}개 있습니다. 첫 번째는 {row}행입니다. 재구매 {x[row]:g}회, "
                f"첫 구매에서 마지막 구매까지 {t_x[row]:g}, 끝까지 {age[row]:g}.",
            ),
            Said(
                "Counts and times are 0 or more, and the last purchase lies between the first and the end.",
                "횟수와 기간은 0 이상이고, 마지막 구매는 첫 구매와 끝 사이에 있어야 합니다.",
            ),
        )


def _unfit(wrong: Said, would_work: Said) -> DataError:
    return DataError(_ASKED, wrong, would_work)

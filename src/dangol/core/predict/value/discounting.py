"""What is money of a later month worth today?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

import numpy as np

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.predict.value.histories import Grouped, Numbers
from dangol.core.predict.value.purchase_model import PurchaseModel
from dangol.core.predict.value.season import Season

MONTH_DAYS: Final = 30.4375
CAP_DAYS: Final = 1826
"""Five years: nothing is stated further ahead."""
YEARLY: Final = 0.10
"""Where nobody says otherwise, money of the next year is worth a tenth less."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How far ahead, at which discount, of which margin a value is stated.

    A RequestError for a horizon below a day, a yearly discount below 0 or from 1 up, or a margin outside 0 to 1.
    """

    horizon_days: int = 365
    yearly_discount: float = YEARLY
    margin: float = 1.0

    def __post_init__(self) -> None:
        if self.horizon_days < 1:
            raise _refused(
                Said(
                    f"{self.horizon_days} days are no time ahead.",
                    f"{self.horizon_days}일은 앞날이 아닙니다.",
                ),
                Said("Give 1 day or more, for example 365.", "1일 이상을 주십시오. 예: 365."),
            )
        if not 0.0 <= self.yearly_discount < 1.0:
            raise _refused(
                Said(
                    f"The yearly discount {self.yearly_discount:g} is not a rate from 0 to below 1.",
                    f"연간 할인율 {self.yearly_discount:g}은(는) 0 이상 1 미만이 아닙니다.",
                ),
                Said("Give for example 0.1.", "예를 들어 0.1을 주십시오."),
            )
        if not 0.0 < self.margin <= 1.0:
            raise _refused(
                Said(
                    f"The margin {self.margin:g} is not a rate above 0 up to 1.",
                    f"마진 {self.margin:g}은(는) 0보다 크고 1 이하인 비율이 아닙니다.",
                ),
                Said("Give for example 0.35.", "예를 들어 0.35를 주십시오."),
            )

    @property
    def stated_days(self) -> int:
        """The horizon, cut off at five years."""
        return min(self.horizon_days, CAP_DAYS)

    @property
    def monthly_rate(self) -> float:
        """The discount of one month: (1 + yearly)^(1/12) - 1, with the yearly rate as what a year later lacks."""
        return float((1.0 - self.yearly_discount) ** (-1.0 / 12.0) - 1.0)

    def factor(self, days_ahead: float) -> float:
        """What a unit of money so many days ahead is worth today."""
        return float((1.0 + self.monthly_rate) ** -(days_ahead / MONTH_DAYS))


def in_season(
    model: PurchaseModel, groups: Grouped, span: float, season: Season | None, as_of: date | None
) -> Numbers:
    """Expected purchase days of each group within `span`, month by month times the index of the month."""
    return _summed(model, groups, span, season, as_of, None)


def discounted(
    model: PurchaseModel, groups: Grouped, terms: Terms, season: Season | None, as_of: date | None
) -> Numbers:
    """The same over the horizon of the terms, each month worth what it is today."""
    return _summed(model, groups, terms.stated_days, season, as_of, terms)


def _summed(
    model: PurchaseModel, groups: Grouped, span: float, season: Season | None, as_of: date | None,
    terms: Terms | None,
) -> Numbers:  # fmt: skip
    steps = np.unique(np.append(np.arange(0.0, span, MONTH_DAYS), span))
    total, before = np.zeros(len(groups.x)), np.zeros(len(groups.x))
    for start, end in pairwise(steps):
        by_then = model.expected(groups, float(end))
        weight = 1.0 if terms is None else terms.factor((start + end) / 2.0)
        if season is not None and as_of is not None:
            weight *= season.over(as_of + timedelta(days=round(start)), end - start)
        total = total + (by_then - before) * weight
        before = by_then
    return total


def _refused(wrong: Said, would_work: Said) -> RequestError:
    return RequestError(
        Said("The value of customers was asked for.", "고객의 가치를 요청하셨습니다."), wrong, would_work
    )

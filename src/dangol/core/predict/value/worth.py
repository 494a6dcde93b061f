"""What do a model of purchases and one of amounts say together? Money to come of each customer, and of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dangol.core.errors import DataError
from dangol.core.language import Said
from dangol.core.predict.value.discounting import Terms, discounted, in_season
from dangol.core.predict.value.gamma_gamma import GammaGamma
from dangol.core.predict.value.histories import Grouped, Numbers, PurchaseHistories, grouped
from dangol.core.predict.value.interval import intervals
from dangol.core.predict.value.purchase_model import PurchaseModel
from dangol.core.predict.value.season import Season
from dangol.core.predict.value.value_card import Total

_DRAWS: Final = 40


@dataclass(frozen=True, eq=False)
class Parts:
    """Everything that a value is made of."""

    purchases: PurchaseModel
    amounts: GammaGamma | None
    season: Season | None
    terms: Terms


@dataclass(frozen=True, eq=False)
class Values:
    """One row a customer. Money is discounted and times the margin; NaN where no amounts are known.

    Between `low` and `high` lie four fifths of the chance for one customer; most of that is chance, not ignorance.
    """

    person_ids: npt.NDArray[np.int64]
    expected_purchases: Numbers
    low_purchases: Numbers
    high_purchases: Numbers
    expected_amount: Numbers
    low: Numbers
    high: Numbers
    alive: Numbers
    silent: Numbers
    """P(no purchase within the horizon)."""
    horizon_days: int
    currency: str | None


def amounts_of(histories: PurchaseHistories) -> tuple[GammaGamma | None, Said | None]:
    """The model of amounts, or why there is none."""
    try:
        return GammaGamma.fit(histories), None
    except DataError as error:
        return None, error.wrong


def expected(parts: Parts, histories: PurchaseHistories) -> tuple[Numbers, Numbers]:
    """Purchase days and money to come of each customer, in season."""
    groups = grouped(histories)
    counts = in_season(parts.purchases, groups, parts.terms.stated_days, parts.season, histories.as_of)
    if parts.amounts is None:
        return groups.spread(counts), np.full(len(histories), np.nan)
    return groups.spread(counts), groups.spread(_worth(parts, histories, groups)) * parts.amounts.expected(
        histories
    )


def scored(parts: Parts, histories: PurchaseHistories, seed: int) -> Values:
    """The same with everything else that is said of a customer."""
    groups, span = grouped(histories), float(parts.terms.stated_days)
    counts, money = expected(parts, histories)
    low, high = intervals(parts.purchases, parts.amounts, groups, span, seed)
    plain = parts.purchases.expected(groups, span)
    scale = np.divide(_worth(parts, histories, groups), plain, out=np.ones(len(plain)), where=plain > 0)
    own = np.ones(len(histories)) if parts.amounts is None else parts.amounts.scale(histories)
    own = own * groups.spread(scale)
    return Values(
        histories.person_ids, counts, groups.spread(low[0]), groups.spread(high[0]), money,
        groups.spread(low[1]) * own, groups.spread(high[1]) * own, groups.spread(parts.purchases.alive(groups)),
        groups.spread(parts.purchases.silent(groups, span)), parts.terms.stated_days, histories.currency,
    )  # fmt: skip


def total_of(parts: Parts, histories: PurchaseHistories, seed: int) -> Total:
    """Purchases and money of everybody, with how far the parameters of the purchases leave them open."""
    groups = grouped(histories)
    counts, money = expected(parts, histories)
    amount = None if parts.amounts is None else float(np.nansum(money))
    mean = (
        np.ones(len(histories)) if parts.amounts is None else np.nan_to_num(parts.amounts.expected(histories))
    )
    weights = np.bincount(groups.which, weights=mean, minlength=len(groups.x))
    span, optimum = float(parts.terms.stated_days), parts.purchases.optimum
    point = float(weights @ parts.purchases.expected(groups, span))
    if optimum.covariance is None or not point:
        return Total(float(counts.sum()), amount, None, None)
    drawn = [parts.purchases.with_parameters(each) for each in optimum.drawn(_DRAWS, seed)]
    sums = [float(weights @ model.expected(groups, span)) for model in drawn]
    low, high = np.quantile(sums, (0.025, 0.975)) / point
    return Total(float(counts.sum()), amount, float(low), float(high))


def _worth(parts: Parts, histories: PurchaseHistories, groups: Grouped) -> Numbers:
    """Discounted purchase days to come of each group, times the margin."""
    return (
        discounted(parts.purchases, groups, parts.terms, parts.season, histories.as_of) * parts.terms.margin
    )

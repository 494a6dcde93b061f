"""What would have been said some time ago, and what came? The bias that stands beside every value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from dangol.core.predict.value.histories import Numbers, PurchaseHistories

LEAST_DAYS: Final = 28
SHARE_OF_TIME: Final = 0.4
"""At most so much of the time known is held back; the model must learn from the rest."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What each customer of `earlier` did in the `span_days` after it, in the order of its rows."""

    earlier: PurchaseHistories
    span_days: float
    purchase_count: Numbers
    amount: Numbers


@dataclass(frozen=True)
class BackTest:
    """Expected and actual over `span_days` from `cut_on` on, for those who were customers by then.

    Amounts, coverage and correlations are None where they are not known; `bias` is expected over actual less 1.
    """

    cut_on: date | None
    span_days: float
    customer_count: int
    expected_purchases: float
    actual_purchases: float
    correlation: float | None
    error: float
    """Root of the mean squared difference of purchases a customer."""
    expected_amount: float | None = None
    actual_amount: float | None = None
    amount_correlation: float | None = None
    coverage: float | None = None
    """Share of customers whose spending (or number of purchases) lay inside their interval."""
    by_repeats: tuple[tuple[str, int, float, float], ...] = ()
    """Repeat purchases before, customers, mean expected, mean actual."""

    @property
    def bias(self) -> float | None:
        """Of the number of purchases: 0.1 is a tenth too many."""
        return _bias(self.expected_purchases, self.actual_purchases)

    @property
    def amount_bias(self) -> float | None:
        """Of the money; None where it is not known."""
        return _bias(self.expected_amount, self.actual_amount)


def cut_of(first_on: date, as_of: date, horizon_days: int) -> date | None:
    """The day on which to stand: the horizon before `as_of`, or less where too little would be left; None: too short."""
    known = (as_of - first_on).days
    span = min(horizon_days, int(known * SHARE_OF_TIME))
    return as_of - timedelta(days=span) if span >= LEAST_DAYS else None


def outcome_between(earlier: PurchaseHistories, later: PurchaseHistories) -> Outcome | None:
    """What came between two histories of the same business; None where they name no day or none in common."""
    if earlier.as_of is None or later.as_of is None or later.as_of <= earlier.as_of:
        return None
    _, before, after = np.intersect1d(
        earlier.person_ids, later.person_ids, assume_unique=True, return_indices=True
    )
    if not len(before):
        return None
    old, new = earlier.take(before), later.take(after)
    count = np.maximum(new.repeat_count - old.repeat_count, 0.0)
    return Outcome(old, (later.as_of - earlier.as_of).days, count, new.repeat_amount - old.repeat_amount)


def back_test(
    outcome: Outcome,
    expected: Numbers,
    expected_amount: Numbers | None = None,
    interval: tuple[Numbers, Numbers] | None = None,
) -> BackTest:
    """Compare what was expected of each customer with what came."""
    actual, spent = outcome.purchase_count, outcome.amount
    has_money = expected_amount is not None and not np.isnan(spent).any()
    measured = spent if has_money else actual
    return BackTest(
        cut_on=outcome.earlier.as_of, span_days=outcome.span_days, customer_count=len(actual),
        expected_purchases=float(expected.sum()), actual_purchases=float(actual.sum()),
        correlation=_correlation(expected, actual), error=float(np.sqrt(np.mean((expected - actual) ** 2))),
        expected_amount=float(np.nansum(expected_amount)) if has_money and expected_amount is not None else None,
        actual_amount=float(spent.sum()) if has_money else None,
        amount_correlation=_correlation(expected_amount, spent)
        if has_money and expected_amount is not None else None,
        coverage=None if interval is None
        else float(np.mean((measured >= interval[0] - 1e-9) & (measured <= interval[1] + 1e-9))),
        by_repeats=_by_repeats(outcome.earlier.repeat_count, expected, actual),
    )  # fmt: skip


def _by_repeats(x: Numbers, expected: Numbers, actual: Numbers) -> tuple[tuple[str, int, float, float], ...]:
    """The table of the papers: by repeat purchases before, seven and more together."""
    rows = []
    for count in range(8):
        mine = x >= count if count == 7 else x == count
        if mine.any():
            name = f"{count}+" if count == 7 else str(count)
            rows.append((name, int(mine.sum()), float(expected[mine].mean()), float(actual[mine].mean())))
    return tuple(rows)


def _correlation(one: Numbers, other: Numbers) -> float | None:
    if np.ptp(one) <= 0 or np.ptp(other) <= 0 or np.isnan(one).any():
        return None
    return float(np.corrcoef(one, other)[0, 1])


def _bias(expected: float | None, actual: float | None) -> float | None:
    return expected / actual - 1.0 if expected is not None and actual and actual > 0 else None

"""On which days did each customer buy, and for how much? What histories, seasons and back-tests are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from dangol.core.predict.value.histories import Numbers, PurchaseHistories

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PurchaseDays:
    """One row a customer and purchase day. `days` are proleptic ordinals (`date.toordinal`); NaN is no amount known."""

    person_ids: Whole
    days: Whole
    amounts: Numbers
    currency: str | None = None

    def __len__(self) -> int:
        return len(self.days)

    @property
    def first_on(self) -> date:
        """The first day on which anybody bought."""
        return date.fromordinal(int(self.days.min()))

    def before(self, day: date) -> PurchaseDays:
        """What was known before this day."""
        return self._taken(self.days < day.toordinal())

    def since(self, day: date) -> PurchaseDays:
        """What came on this day and after it."""
        return self._taken(self.days >= day.toordinal())

    def _taken(self, rows: npt.NDArray[np.bool_]) -> PurchaseDays:
        return PurchaseDays(self.person_ids[rows], self.days[rows], self.amounts[rows], self.currency)

    def histories(self, as_of: date) -> PurchaseHistories:
        """One history a customer of everything before `as_of`, in days; the mean is that of the days after the first.

        A mean is unknown where an amount of it is.
        """
        known = self.before(as_of)
        people, which = np.unique(known.person_ids, return_inverse=True)
        first = np.full(len(people), np.iinfo(np.int64).max)
        last = np.zeros(len(people), dtype=np.int64)
        np.minimum.at(first, which, known.days)
        np.maximum.at(last, which, known.days)
        repeat = known.days > first[which]
        count = np.bincount(which[repeat], minlength=len(people)).astype(np.float64)
        money = np.bincount(which[repeat], weights=known.amounts[repeat], minlength=len(people))
        mean = np.divide(money, count, out=np.full(len(people), np.nan), where=count > 0)
        return PurchaseHistories(
            people, count, (last - first).astype(np.float64), (as_of.toordinal() - first).astype(np.float64),
            mean, as_of, self.currency,
        )  # fmt: skip

    def of(self, person_ids: Whole) -> tuple[Numbers, Numbers]:
        """How many purchase days each of these customers has here, and for how much in all; 0 where none."""
        order = np.argsort(person_ids)
        at = np.searchsorted(person_ids[order], self.person_ids)
        at = np.minimum(at, len(person_ids) - 1)
        which = order[at]
        known = person_ids[which] == self.person_ids
        size = len(person_ids)
        count = np.bincount(which[known], minlength=size).astype(np.float64)
        money = np.bincount(which[known], weights=self.amounts[known], minlength=size)
        return count, money.astype(np.float64)

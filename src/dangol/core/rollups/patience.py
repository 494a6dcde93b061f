"""After how many silent days is each customer gone? By the first policy that fits them, or as for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import ibis
from ibis.expr.types import Table

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said

DIVISIONS: Final[dict[str, Said]] = {
    "plan": Said("Plan", "요금제"),
    "channel": Said("Came from", "유입 경로"),
    "country": Said("Country", "국가"),
}
"""By what customers can be told apart who buy at different paces."""
PATIENCE: Final = "gone_after_days"


@dataclass(frozen=True, slots=True)
class Silence:
    """Customers whose `column` is `value` are gone after `days` days without a purchase."""

    column: str
    value: str
    days: int

    def __post_init__(self) -> None:
        if self.column not in DIVISIONS:
            asked = Said("what tells customers apart", "고객을 나누는 기준")
            raise UnknownNameError(asked, self.column, DIVISIONS)
        if not 1 <= self.days <= 3_650 or not self.value:
            raise RequestError(
                Said(
                    f"Customers whose {self.column} is {self.value!r} were to be gone after {self.days} days.",
                    f"{DIVISIONS[self.column].ko} 값이 {self.value!r}인 고객을 {self.days}일 뒤 떠난 것으로 보려 하셨습니다.",
                ),
                Said(
                    "A policy names a value, and 1 to 3650 days.",
                    "정책에는 값과 1일부터 3650일까지의 날수가 있어야 합니다.",
                ),
                Said("For example: plan = weekly box, 21 days.", "예: 요금제 = 주간 배송, 21일."),
            )


def with_patience(orders: Table, people: Table, policies: Sequence[Silence], otherwise: int) -> Table:
    """The orders, each with the days of silence after which its customer is gone: `gone_after_days` int64.

    The first policy that fits a customer counts. A value is what is known of the customer now.
    """
    days = ibis.cases(
        *((people[each.column] == each.value, ibis.literal(each.days).cast("int64")) for each in policies),
        else_=ibis.literal(otherwise).cast("int64"),
    )
    each = people.select("person_id", **{PATIENCE: days})
    joined = orders.left_join(each, "person_id")
    return joined.select(orders, **{PATIENCE: joined[PATIENCE].fill_null(otherwise)})

"""Where is the hole? The outflow of a period divided by when, why, on which plan and from where they left."""

from __future__ import annotations

from typing import Literal

import ibis
from ibis import _
from ibis.expr.types import StringValue, Table

from dangol.core.calendar import Period
from dangol.core.errors import UnknownNameError
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.periods import share
from dangol.core.rollups.stays import money_of, tenure_class, why_no_money
from dangol.core.schema.causes import UNKNOWN
from dangol.core.schema.noun import MONEY

Hole = Literal["tenure", "reason", "plan", "channel"]

HOLES: dict[str, Said] = {
    "tenure": Said("when in life they left", "이용 기간"),
    "reason": Said("why they left", "이탈 사유"),
    "plan": Said("the plan they left", "요금제"),
    "channel": Said("where they came from", "유입 경로"),
}
"""By what the outflow can be divided."""


@metric(
    title=Said("Holes of the leaky bucket", "버킷의 구멍"),
    says=Said(
        "Customers who left in the period by hole, the biggest first, in customers and monthly money.",
        "기간에 빠져나간 고객을 구멍별로, 큰 구멍부터 사람 수와 월 금액으로 보여 줍니다.",
    ),
    unit="table",
    better="down",
    seeds=("I-02", "M-05"),
    returns={
        "divided_by": "string", "hole": "string", "place": "int64", "lost_count": "int64",
        "share_rate": "float64", "lost_amount": "decimal(18, 4)", "amount_share_rate": "float64",
        "currency": "string", "reason": "string",
    },
)  # fmt: skip
def leak_holes(stays: Table, people: Table, period: Period, by: Hole = "tenure") -> Table:
    """Leavings inside the period by hole; the holes sum to the whole outflow in customers and in money.

        share_rate = lost_count of the hole / all leavings      amount_share_rate likewise in money

    `by` is one of

        tenure   days from the start of the stay to its end (of a shop's customer to the last purchase): none
                 (first_day), up to 31 (month_1), 92 (months_2_3), 366 (months_4_12), later
        reason   the recorded cause, a code of `schema.causes`
        plan     the plan that paid most when they left          channel  where the person came from

    Not recorded is the hole `unknown`. place 1 is the biggest hole in customers. Money as in
    `leaky_bucket`; null with reason mixed_currencies where several are added, not_recorded where no amount is. Source: seeds I-02, M-05.

    >>> import dangol
    >>> from datetime import date
    >>> ends = [date(2025, 1, 20), date(2025, 1, 25), date(2025, 3, 1), None]
    >>> world = dangol.world({"subscriptions": [dict(person_id=who, started_on=date(2025, 1, 1),
    ...     ended_on=end, mrr_amount=10) for who, end in enumerate(ends)]}, as_of=date(2025, 4, 1))
    >>> for row in world.metric("leak_holes"):
    ...     print(row["place"], row["hole"], row["lost_count"], int(row["lost_amount"]))
    1 month_1 2 20
    2 months_2_3 1 10
    """
    if by not in HOLES:
        raise UnknownNameError(Said("hole", "구멍 기준"), by, HOLES)
    first, last = ibis.literal(period.start), ibis.literal(period.end)
    ended = stays.filter(stays.ended_on.notnull() & (stays.ended_on >= first) & (stays.ended_on < last))
    holes = ended.inner_join(people.select("person_id", "channel"), "person_id")
    sized = holes.mutate(hole=_hole(holes, by)).group_by("hole").agg(
        lost_count=_.count(), amount=_.end_amount.sum(), low=_.currency.min(), high=_.currency.max()
    )  # fmt: skip
    return _sized(sized, by).order_by("place")


def _hole(stays: Table, by: Hole) -> StringValue:
    named = {
        "tenure": tenure_class(stays), "reason": stays.cause, "plan": stays.plan, "channel": stays.channel,
    }  # fmt: skip
    return named[by].fill_null(UNKNOWN)


def _sized(holes: Table, by: Hole) -> Table:
    everything = ibis.window()
    biggest = ibis.window(order_by=[ibis.desc("lost_count"), "hole"])
    holes = holes.mutate(
        place=ibis.row_number().over(biggest) + 1,
        total=_.lost_count.sum().over(everything),
        low=_.low.min().over(everything),
        high=_.high.max().over(everything),
    )
    holes = holes.mutate(lost_amount=money_of(_.amount, _.low, _.high))
    whole_amount = holes.lost_amount.sum().over(everything)
    return holes.select(
        "hole", "place", "lost_count", "lost_amount", divided_by=ibis.literal(by),
        share_rate=share(holes.lost_count, holes.total),
        amount_share_rate=share(holes.lost_amount, whole_amount.cast(MONEY)),
        currency=ibis.ifelse(holes.lost_amount.isnull(), ibis.null("string"), holes.low),
        reason=why_no_money(holes.amount, holes.low, holes.high),
    ).select(
        "divided_by", "hole", "place", "lost_count", "share_rate", "lost_amount", "amount_share_rate",
        "currency", "reason",
    )  # fmt: skip

"""Recurring revenue: how much a month, at what yearly rate, and how much per paying customer?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Period
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.movements import movements
from dangol.core.rollups.periods import share
from dangol.core.rollups.recurring import Per, months_of
from dangol.core.rollups.vendor_profiles import profile_named
from dangol.core.schema.noun import MONEY
from dangol.core.schema.reasons import EMPTY_DENOMINATOR, MIXED_CURRENCIES

_MONTHS_A_YEAR: Final = 12
_COLUMNS: Final[Mapping[str, str]] = {
    "profile": "string", "currency": "string", "starts_on": "date", "ends_on": "date", "is_finished": "boolean",
}  # fmt: skip


@metric(
    title=Said("Monthly recurring revenue (MRR)", "월 반복 매출 (MRR)"),
    says=Said(
        "What the subscriptions that hold at the end of each month pay a month, before tax.",
        "월말에 유지되는 구독이 한 달에 내는 세전 금액입니다.",
    ),
    unit="money",
    better="up",
    seeds=("W-16",),
    returns={**_COLUMNS, "mrr_amount": MONEY, "customer_count": "int64", "reason": "string"},
)
def mrr(
    subscriptions: Table,
    period: Period,
    as_of: date,
    profile: str = "playbook",
    currency: str | None = None,
    per: Per = "person",
) -> Table:
    """Monthly recurring revenue at the end of each month; of the unfinished one, as of now. Money a month.

        MRR = sum of mrr_amount over the rows that pay at that moment

    Trials, rows that pay nothing and paused rows add 0. `customer_count` are those who pay anything.
    Null where amounts are in several currencies: name one by `currency`. Source: SCIENCE 5.3; seed W-16.

    >>> import dangol
    >>> from datetime import date
    >>> world = dangol.world({"subscriptions": [
    ...     dict(person_id="Ann", started_on=date(2025, 1, 1), mrr_amount=100),
    ...     dict(person_id="Bob", started_on=date(2025, 2, 1), mrr_amount=50, status="paused")]},
    ...     as_of=date(2025, 3, 1))
    >>> [(str(row["mrr_amount"]), row["customer_count"]) for row in world.metric("mrr")]
    [('100.0000', 1), ('100.0000', 1)]
    """
    return (
        _at_month_ends(subscriptions, period, as_of, profile, currency, per)
        .select(*_COLUMNS, "mrr_amount", "customer_count", "reason")
        .order_by("starts_on")
    )


@metric(
    title=Said("Annual run rate (ARR)", "연 환산 반복 매출 (ARR)"),
    says=Said(
        "Twelve times the monthly recurring revenue: what a year would bring if nothing changed. A run rate, not a"
        " forecast.",
        "월 반복 매출의 열두 배로, 아무것도 달라지지 않을 때 한 해에 들어올 금액입니다. 예측이 아니라 환산치입니다.",
    ),
    unit="money",
    better="up",
    seeds=("W-16",),
    returns={**_COLUMNS, "arr_amount": MONEY, "mrr_amount": MONEY, "reason": "string"},
)
def arr(
    subscriptions: Table,
    period: Period,
    as_of: date,
    profile: str = "playbook",
    currency: str | None = None,
) -> Table:
    """Annual run rate at the end of each month: subscriptions only. Money a year.

        ARR = 12 x MRR

    Source: SCIENCE 5.3; seed W-16 (annual *run rate*).

    >>> import dangol
    >>> from datetime import date
    >>> ann = dict(person_id="Ann", started_on=date(2025, 1, 1), mrr_amount=100)
    >>> world = dangol.world({"subscriptions": [ann]}, as_of=date(2025, 2, 1))
    >>> str(world.metric("arr").one()["arr_amount"])
    '1200.0000'
    """
    rows = _at_month_ends(subscriptions, period, as_of, profile, currency, "person")
    yearly = rows.mutate(arr_amount=(_.mrr_amount * _MONTHS_A_YEAR).cast(MONEY))
    return yearly.select(*_COLUMNS, "arr_amount", "mrr_amount", "reason").order_by("starts_on")


@metric(
    title=Said("Average revenue per account (ARPA)", "고객당 평균 매출 (ARPA)"),
    says=Said(
        "Monthly recurring revenue divided by the customers who pay it.",
        "월 반복 매출을 결제 고객 수로 나눈 값입니다.",
    ),
    unit="money",
    better="up",
    seeds=("W-16", "A-03"),
    returns={
        **_COLUMNS, "mean_amount": "float64", "mrr_amount": MONEY, "customer_count": "int64", "reason": "string",
    },
)  # fmt: skip
def arpa(
    subscriptions: Table,
    period: Period,
    as_of: date,
    profile: str = "playbook",
    currency: str | None = None,
    per: Per = "person",
) -> Table:
    """What a paying customer pays a month on average, at the end of each month. Money, as float64.

        ARPA = MRR / paying customers

    Source: SCIENCE 5.3; seeds W-16, A-03.

    >>> import dangol
    >>> from datetime import date
    >>> world = dangol.world({"subscriptions": [dict(person_id=who, started_on=date(2025, 1, 1), mrr_amount=pays)
    ...     for who, pays in (("Ann", 100), ("Bob", 50))]}, as_of=date(2025, 2, 1))
    >>> world.metric("arpa").one()["mean_amount"]
    75.0
    """
    rows = _at_month_ends(subscriptions, period, as_of, profile, currency, per)
    nobody = rows.reason.isnull() & (rows.customer_count == 0)
    averaged = rows.mutate(
        mean_amount=share(_.mrr_amount, _.customer_count),
        reason=ibis.ifelse(nobody, EMPTY_DENOMINATOR, rows.reason),
    )
    return averaged.select(*_COLUMNS, "mean_amount", "mrr_amount", "customer_count", "reason").order_by(
        "starts_on"
    )


def _at_month_ends(
    subscriptions: Table, period: Period, as_of: date, profile: str, currency: str | None, per: Per
) -> Table:
    bridge = movements(
        subscriptions, profile_named(profile), months_of(period), as_of, currency=currency, per=per
    )
    return bridge.select(
        *_COLUMNS,
        mrr_amount=_.end_amount,
        customer_count=_.end_count,
        reason=ibis.ifelse(_.is_mixed, MIXED_CURRENCIES, ibis.null("string")),
    )

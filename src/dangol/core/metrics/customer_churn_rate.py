"""Customer churn rate: of those who were customers at the start, how many left?"""

from __future__ import annotations

from datetime import date
from typing import Literal

import ibis
from ibis import _
from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.calendar import Grain, Period
from dangol.core.errors import UnknownNameError
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.periods import Buckets
from dangol.core.rollups.tenures import customer_counts

Profile = Literal["sets", "stripe", "baremetrics", "profitwell"]

PROFILES: dict[str, tuple[Expr, Expr]] = {
    "sets": (_.lost_count, _.start_count),
    "profitwell": (_.lost_count, _.start_count),
    "baremetrics": (_.lost_count + _.fleeting_count, _.start_count),
    "stripe": (_.lost_count + _.fleeting_count, _.start_count + _.new_count + _.returned_count),
}
"""Whom each profile counts as lost, and by whom it divides."""


@metric(
    title=Said("Customer churn rate (CCR)", "고객 이탈률 (CCR)"),
    says=Said(
        "Of the customers at the start of the period, the share who are no longer customers at its end.",
        "기간 시작 시점의 고객 가운데 기간이 끝날 때에는 고객이 아닌 사람의 비율입니다.",
    ),
    unit="ratio",
    better="down",
    seeds=("W-13", "I-01"),
    returns={
        "starts_on": "date", "ends_on": "date", "profile": "string", "start_count": "int64",
        "new_count": "int64", "lost_count": "int64", "base_count": "int64", "rate": "float64",
        "annual_rate": "float64", "reason": "string",
    },
)  # fmt: skip
def customer_churn_rate(
    tenures: Table,
    period: Period,
    grain: Grain = Grain.MONTH,
    fiscal_start: int = 1,
    as_of: date | None = None,
    profile: Profile = "sets",
) -> Table:
    """Share of customers lost in each period, by the rule of a named profile.

        rate = lost_count / base_count              annual_rate = 1 - (1 - rate)^(periods a year)

    A ratio, 0 to 1; by baremetrics the rate passes 1 where more join and leave than were there at the start,
    and the annual rate is then 1.

        profile      lost_count                               base_count
        sets         at the start and not at the end          customers at the start
        profitwell   the same: joined-and-left is ignored     customers at the start
        baremetrics  also who joined and left inside          customers at the start
        stripe       also who joined and left inside          customers at the start + joined inside

    By `sets` (the default) CRR + CCR = 1. The vendors look back over 30 days where this metric takes the
    calendar period. Joined are new and returning customers. 1,000 at the start, 200 new, 60 lost of whom
    10 are new: baremetrics 6.0 %, the others 5.0 %. Source: SCIENCE 5.1; seeds W-13.

    >>> import dangol
    >>> from datetime import date
    >>> ends = [date(2025, 2, 10)] * 50 + [None] * 950
    >>> stays = [(date(2025, 1, 1), end) for end in ends]
    >>> stays += [(date(2025, 2, 3), date(2025, 2, 20))] * 10 + [(date(2025, 2, 3), None)] * 190
    >>> world = dangol.world({"subscriptions": [dict(person_id=who, started_on=start, ended_on=end,
    ...     mrr_amount=10) for who, (start, end) in enumerate(stays)]}, as_of=date(2025, 3, 1))
    >>> february = dangol.Period(date(2025, 2, 1), date(2025, 3, 1))
    >>> for name in PROFILES:
    ...     row = world.metric("customer_churn_rate", period=february, profile=name).one()
    ...     print(name, row["lost_count"], row["base_count"], row["rate"], round(row["annual_rate"], 4))
    sets 50 1000 0.05 0.4596
    profitwell 50 1000 0.05 0.4596
    baremetrics 60 1000 0.06 0.5241
    stripe 60 1200 0.05 0.4596
    """
    if profile not in PROFILES:
        raise UnknownNameError(Said("churn profile", "이탈률 프로필"), profile, PROFILES)
    buckets = Buckets.of(period, grain, fiscal_start, as_of)
    lost, base = PROFILES[profile]
    counts = customer_counts(tenures, buckets).mutate(lost_count=lost, base_count=base)
    counts = counts.mutate(reason=buckets.why_unknown(_.ends_on, _.base_count))
    known_base = ibis.ifelse(_.reason.isnull(), _.base_count.cast("float64"), ibis.null("float64"))
    rated = counts.mutate(rate=_.lost_count.cast("float64") / known_base)
    return rated.select(
        "starts_on", "ends_on", "start_count", "new_count", "lost_count", "base_count", "rate", "reason",
        profile=ibis.literal(profile), annual_rate=_annual(_.rate, buckets.grain),
    ).select(
        "starts_on", "ends_on", "profile", "start_count", "new_count", "lost_count", "base_count", "rate",
        "annual_rate", "reason",
    ).order_by("starts_on")  # fmt: skip


def _annual(rate: Expr, grain: Grain) -> Expr:
    """The share lost in a year at that rate; nobody is left to lose once the rate passes 1."""
    left = ibis.ifelse(rate > 1.0, 0.0, 1 - rate)
    return 1 - left ** periods_a_year(grain)


def periods_a_year(grain: Grain) -> float:
    """How many periods of a grain a year has: 12 months, 4 quarters, 365 days, 365 / 7 weeks."""
    return 12 / grain.months if grain.months else 365 / grain.days

"""MRR churn rate: what share of recurring revenue, and of paying customers, was lost?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Period
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.movements import movements, rate_reason, where_known
from dangol.core.rollups.periods import share
from dangol.core.rollups.recurring import months_of, trailing
from dangol.core.rollups.vendor_profiles import profile_named
from dangol.core.schema.noun import MONEY


@metric(
    title=Said("MRR churn rate", "MRR 이탈률"),
    says=Said(
        "The share of recurring revenue at the start that was lost, before and after what other customers added,"
        " and the share of customers lost.",
        "시작 시점 반복 매출 가운데 잃은 비율을, 기존 고객이 늘린 금액을 빼기 전과 뺀 후로 보여 주고 떠난 고객의 비율도"
        " 함께 보여 줍니다.",
    ),
    unit="ratio",
    better="down",
    seeds=("W-16", "I-01"),
    returns={
        "profile": "string", "currency": "string", "starts_on": "date", "ends_on": "date", "start_amount": MONEY,
        "lost_amount": MONEY, "regained_amount": MONEY, "gross_rate": "float64", "net_rate": "float64",
        "churn_count": "int64", "customer_count": "int64", "customer_rate": "float64", "reason": "string",
    },
)  # fmt: skip
def mrr_churn_rate(
    subscriptions: Table,
    period: Period,
    as_of: date,
    profile: str = "playbook",
    currency: str | None = None,
) -> Table:
    """Gross and net MRR churn, and customer churn, of each window. Ratios; net is negative when growth outweighs.

        lost          = churn + contraction + pause       regained = expansion + reactivation + resume
        gross_rate    = lost / start                      net_rate = (lost - regained) / start
        customer_rate = churned customers / customer_count

    Windows are calendar months, or the profile's trailing days (30 for stripe and baremetrics), counted back
    from the end of the period. `customer_count` are the customers at the start; stripe adds those who came in the window, new or back.
    Who is on hold has not churned. Source: SCIENCE 5.1, 5.2; seeds W-16, I-01.

    $100 at the start, 10 lost by churn, 10 by contraction, 10 gained by expansion: gross 20 %, net 10 %.

    >>> import dangol
    >>> from datetime import date
    >>> moved = [("Ann", 10, 0), ("Bob", 30, 20), ("Cat", 60, 70)]
    >>> world = dangol.world({"subscriptions": [
    ...     dict(person_id=who, started_on=start, ended_on=end, mrr_amount=pays) for who, before, after in moved
    ...     for start, end, pays in ((date(2025, 1, 1), date(2025, 2, 1), before),
    ...                              (date(2025, 2, 1), None, after))]}, as_of=date(2025, 3, 1))
    >>> row = world.metric("mrr_churn_rate", profile="chartmogul").records()[1]
    >>> row["gross_rate"], row["net_rate"], round(row["customer_rate"], 4)
    (0.2, 0.1, 0.3333)
    """
    rules = profile_named(profile)
    days = rules.churn_window_days
    windows = trailing(period, days) if days else months_of(period)
    bridge = movements(subscriptions, rules, windows, as_of, currency=currency)
    bridge = bridge.mutate(came_count=_.new_count + _.reactivation_count + _.resume_count)
    summed = bridge.mutate(
        lost_amount=(_.churn_amount + _.contraction_amount + _.pause_amount).cast(MONEY),
        regained_amount=(_.expansion_amount + _.reactivation_amount + _.resume_amount).cast(MONEY),
        customer_count=_.start_count + (_.came_count if rules.divides_by_new_too else ibis.literal(0)),
    )
    explained = summed.mutate(reason=rate_reason(summed, summed.start_amount))
    return explained.select(
        "profile", "currency", "starts_on", "ends_on", "start_amount", "lost_amount", "regained_amount",
        gross_rate=where_known(share(_.lost_amount, _.start_amount)),
        net_rate=where_known(share(_.lost_amount - _.regained_amount, _.start_amount)),
        churn_count=_.churn_count,
        customer_count=_.customer_count,
        customer_rate=where_known(share(_.churn_count, _.customer_count)),
        reason=_.reason,
    ).order_by("starts_on")  # fmt: skip

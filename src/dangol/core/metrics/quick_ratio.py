"""Quick ratio: how much recurring revenue comes in for each unit that goes out?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Period
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.movements import GAINS, LOSSES, movements, rate_reason, where_known
from dangol.core.rollups.periods import share
from dangol.core.rollups.recurring import months_of
from dangol.core.rollups.vendor_profiles import Profile, profile_named
from dangol.core.schema.noun import MONEY


@metric(
    title=Said("Quick ratio", "퀵 비율"),
    says=Said(
        "Recurring revenue gained in the month for each unit lost in it; 4 or more is a rule of thumb for healthy"
        " growth.",
        "한 달 동안 잃은 반복 매출 1에 대해 얻은 반복 매출입니다. 4 이상이면 건강한 성장이라는 경험칙이 있습니다.",
    ),
    unit="ratio",
    better="up",
    seeds=("W-16", "M-05"),
    returns={
        "profile": "string", "currency": "string", "starts_on": "date", "ends_on": "date",
        "gained_amount": MONEY, "lost_amount": MONEY, "rate": "float64", "reason": "string",
    },
)  # fmt: skip
def quick_ratio(
    subscriptions: Table,
    period: Period,
    as_of: date,
    profile: str = "playbook",
    currency: str | None = None,
) -> Table:
    """Gained over lost recurring revenue of each whole month. A ratio; null where nothing was lost.

        quick ratio = (new + reactivation + resume + expansion) / (contraction + pause + churn)

    The profile baremetrics leaves reactivation and resume out. Source: SCIENCE 5.2; seeds W-16, M-05.

    >>> import dangol
    >>> from datetime import date
    >>> terms = [("Ann", date(2025, 1, 1), None, 100), ("Bob", date(2025, 1, 1), date(2025, 2, 1), 50),
    ...          ("Cat", date(2025, 2, 1), None, 200)]
    >>> world = dangol.world({"subscriptions": [dict(person_id=who, started_on=start, ended_on=end,
    ...     mrr_amount=pays) for who, start, end, pays in terms]}, as_of=date(2025, 3, 1))
    >>> world.metric("quick_ratio").column("rate")
    [None, 4.0]
    """
    rules = profile_named(profile)
    bridge = movements(subscriptions, rules, months_of(period), as_of, currency=currency)
    summed = bridge.mutate(
        gained_amount=_sum(bridge, _growth(rules)),
        lost_amount=_sum(bridge, LOSSES),
    )
    explained = summed.mutate(reason=rate_reason(summed, summed.lost_amount))
    return explained.select(
        "profile", "currency", "starts_on", "ends_on", "gained_amount", "lost_amount",
        rate=where_known(share(_.gained_amount, _.lost_amount)),
        reason=_.reason,
    ).order_by("starts_on")  # fmt: skip


def _growth(rules: Profile) -> tuple[str, ...]:
    return GAINS if rules.quick_ratio_has_returns else ("new", "expansion")


def _sum(bridge: Table, names: tuple[str, ...]) -> ibis.expr.types.DecimalColumn:
    first, *others = (bridge[f"{name}_amount"] for name in names)
    return sum(others, first).cast(MONEY)

"""Inactivity: after how many silent days is a customer more likely gone than coming back?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import IntegerValue, StringValue, Table

from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.gaps import gaps_of_activity
from dangol.core.schema.reasons import ALREADY_LOW, BEFORE_HISTORY, NOT_REACHED, TOO_FEW
from dangol.core.stats.survival import kaplan_meier, survival_quantile

FEWEST = 30
"""Gaps that must still be open at a day for the return curve to speak of it."""


@metric(
    title=Said("Return curve", "복귀 곡선"),
    says=Said(
        "Of the customers silent for so many days, the share who come back within the horizon.",
        "며칠 동안 활동이 없던 고객 가운데 정해진 기간 안에 돌아오는 비율입니다.",
    ),
    unit="ratio",
    better="up",
    seeds=("I-38", "I-13"),
    returns={
        "inactive_days": "int64", "at_risk_count": "int64", "away_rate": "float64", "low": "float64",
        "high": "float64", "return_rate": "float64", "reason": "string",
    },
)  # fmt: skip
def return_curve(activity: Table, as_of: date, horizon_days: int = 90, until_days: int = 365) -> Table:
    """What silence of each length means, from 0 to `until_days` days. Ratios, 0 to 1.

        away_rate(d)   = S(d)                        the share of gaps longer than d days
        return_rate(d) = 1 - S(d + H) / S(d)         back within H days, given silent for d

    S is Kaplan-Meier's over the gaps between active days; the gap that is still open counts as censored, so
    that those who never came back are not forgotten. low and high are its log-log interval at 0.95. Null with
    the reason too_few where fewer than 30 gaps lasted that long, and before_history where no gap has been
    watched for d + H days. Source: SCIENCE 3.3.

    >>> import dangol
    >>> from datetime import date, timedelta
    >>> first = date(2025, 1, 1)
    >>> days = [(who, first + timedelta(days=day)) for who in range(40) for day in ((0, 7) if who % 4 else (0,))]
    >>> world = dangol.world({"events": [dict(person_id=who, name="Opened", occurred_on=day, occurred_at=day)
    ...     for who, day in days]}, as_of=date(2025, 3, 1))
    >>> curve = {row["inactive_days"]: row for row in world.metric("return_curve", horizon_days=30)}
    >>> round(curve[0]["return_rate"], 3), curve[8]["return_rate"], curve[30]["reason"]
    (0.429, 0.0, 'before_history')
    """
    curve = kaplan_meier(gaps_of_activity(activity, as_of))
    now, later = _on_days(curve, until_days, 0), _on_days(curve, until_days, horizon_days)
    both = now.join(later.select("inactive_days", later_rate=later.away_rate), "inactive_days")
    is_known = (both.at_risk_count >= FEWEST) & both.later_rate.notnull()
    return_rate = 1 - both.later_rate / both.away_rate.nullif(0.0)
    return both.select(
        "inactive_days", "at_risk_count", "away_rate", "low", "high",
        return_rate=ibis.ifelse(is_known, return_rate, ibis.null("float64")),
        reason=ibis.cases(
            (both.at_risk_count < FEWEST, TOO_FEW), (both.later_rate.isnull(), BEFORE_HISTORY),
            else_=ibis.null("string"),
        ),
    ).order_by("inactive_days")  # fmt: skip


def _on_days(curve: Table, until_days: int, ahead: int) -> Table:
    """The curve read off `ahead` days after each day from 0 to `until_days`; null beyond what was watched."""
    days = ibis.range(until_days + 1).unnest().name("inactive_days").as_table()
    days = days.mutate(inactive_days=_.inactive_days.cast("int64"))
    pairs = days.cross_join(curve)
    on = pairs.inactive_days + ahead
    reached = pairs.duration <= on
    return pairs.group_by("inactive_days").agg(
        # A person silent for d days is one whose gap is longer than d, or open and watched for d days.
        at_risk_count=pairs.at_risk.max(where=pairs.duration >= on).fill_null(0),
        away_rate=ibis.ifelse(
            pairs.duration.max() >= on.max(),
            pairs.survival.min(where=reached).fill_null(1.0),
            ibis.null("float64"),
        ),
        low=pairs.low.min(where=reached),
        high=pairs.high.min(where=reached),
    )


@metric(
    title=Said("Suggested churn window", "이탈 기준일 제안"),
    says=Said(
        "After how many silent days a customer seldom comes back, as the data itself says.",
        "며칠 동안 활동이 없으면 고객이 거의 돌아오지 않는지, 데이터로 제안하는 기준입니다.",
    ),
    unit="days",
    better="none",
    seeds=("I-38", "I-13"),
    returns={
        "suggested_days": "int64", "slipping_days": "int64", "threshold": "float64", "horizon_days": "int64",
        "person_count": "int64", "gap_count": "int64", "open_gap_count": "int64", "median_days": "int64",
        "p80_days": "int64", "p90_days": "int64", "p95_days": "int64", "censored_median_days": "int64",
        "censored_p80_days": "int64", "reason": "string", "slipping_reason": "string",
    },
)  # fmt: skip
def inactivity_window(
    activity: Table, as_of: date, threshold: float = 0.25, horizon_days: int = 90, until_days: int = 365
) -> Table:
    """The churn window suggested from the data, in days, with what else the gaps say.

        suggested_days = the first d with return_rate(d) <= threshold     (see return_curve)
        slipping_days  = the first d with return_rate(d) <= 0.5           more likely to stay away than to return

    The threshold is the share of returns at which winning back costs more than it gives. median_days to
    p95_days are the percentiles of the gaps that ended, which forget who never came back; the censored ones
    count them. suggested_days is null with its reason, and slipping_days with slipping_reason: too_few gaps,
    not_reached within `until_days`, or already_low where the return rate is no higher on day 0, so that there is
    no day on which it turns. Source: SCIENCE 3.3.

    >>> import dangol
    >>> from datetime import date, timedelta
    >>> first = date(2025, 1, 1)
    >>> days = [(who, first + timedelta(days=7 * week)) for who in range(60) for week in range(1 + who % 12)]
    >>> world = dangol.world({"events": [dict(person_id=who, name="Opened", occurred_on=day, occurred_at=day)
    ...     for who, day in days]}, as_of=date(2025, 7, 1))
    >>> row = world.metric("inactivity_window").one()
    >>> row["suggested_days"], row["median_days"], row["gap_count"], row["open_gap_count"]
    (7, 7, 330, 60)
    """
    gaps = gaps_of_activity(activity, as_of)
    curve = kaplan_meier(gaps)
    returns = return_curve(activity, as_of, horizon_days, until_days)
    ended = kaplan_meier(gaps.filter(gaps.is_event))
    found = returns.agg(
        suggested_day=_.inactive_days.min(where=_.return_rate <= threshold),
        slipping_day=_.inactive_days.min(where=_.return_rate <= 0.5),
        known_count=_.return_rate.count(),
    )
    counts = gaps.agg(
        person_count=gaps.person_id.nunique(), gap_count=gaps.is_event.cast("int64").sum(),
        all_count=gaps.count(),
    )  # fmt: skip
    quantiles = {
        "median_days": (ended, 0.5), "p80_days": (ended, 0.8), "p90_days": (ended, 0.9), "p95_days": (ended, 0.95),
        "censored_median_days": (curve, 0.5), "censored_p80_days": (curve, 0.8),
    }  # fmt: skip
    row = found.cross_join(counts)
    for name, (of, reached) in quantiles.items():
        row = row.cross_join(survival_quantile(of, reached=reached).rename({name: "duration"}))
    return row.select(
        suggested_days=row.suggested_day.nullif(0), slipping_days=row.slipping_day.nullif(0),
        threshold=ibis.literal(str(threshold)).cast("float64"),
        horizon_days=ibis.literal(horizon_days).cast("int64"), person_count=row.person_count,
        gap_count=row.gap_count.fill_null(0), open_gap_count=row.all_count - row.gap_count.fill_null(0),
        **{name: row[name] for name in quantiles},
        reason=_why_unknown(row.suggested_day, row.known_count),
        slipping_reason=_why_unknown(row.slipping_day, row.known_count),
    )  # fmt: skip


def _why_unknown(day: IntegerValue, known_count: IntegerValue) -> StringValue:
    """Why the return rate has no day on which it falls so low; null where it has one."""
    return ibis.cases(
        (day > 0, ibis.null("string")), (day == 0, ibis.literal(ALREADY_LOW)),
        (known_count == 0, ibis.literal(TOO_FEW)), else_=ibis.literal(NOT_REACHED),
    )  # fmt: skip

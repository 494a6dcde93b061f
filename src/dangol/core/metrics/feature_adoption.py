"""Feature adoption: which features do people use, how many of them, how soon, and do users of them stay?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Period
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.features import kept_by_early_use, uses_of_features, waits_for_first_use
from dangol.core.rollups.periods import share
from dangol.core.schema.reasons import EMPTY_DENOMINATOR, TOO_FEW
from dangol.core.stats.proportion import newcombe_ends
from dangol.core.stats.survival import kaplan_meier, survival_quantile


@metric(
    title=Said("Feature adoption", "기능 채택률"),
    says=Said(
        "For each feature: the share of active people who use it, how often, how soon, and whether early users stay more.",
        "기능마다 활동 고객 가운데 사용하는 비율, 사용 횟수, 첫 사용까지의 시간, 일찍 쓴 사람이 더 남는지를 보여 줍니다.",
    ),
    unit="ratio",
    better="up",
    seeds=("I-21", "W-28"),
    returns={
        "feature": "string", "user_count": "int64", "active_count": "int64", "adoption_rate": "float64",
        "use_count": "int64", "mean_uses": "float64", "median_days": "int64", "early_count": "int64",
        "early_kept_rate": "float64", "other_count": "int64", "other_kept_rate": "float64",
        "kept_gap": "float64", "gap_low": "float64", "gap_high": "float64", "reason": "string",
    },
)  # fmt: skip
def feature_adoption(
    events: Table, period: Period, as_of: date, features: Sequence[str] | None = None, early_days: int = 14,
    kept_days: int = 28,
) -> Table:  # fmt: skip
    """One row a feature (an event name), the most adopted first. Ratios, 0 to 1.

        adoption_rate = |people who used it in the period| / |people active in the period|
        mean_uses     = uses / users                                                    (depth)
        median_days   = Kaplan-Meier median of days from the first activity to the first use
        kept_gap      = early_kept_rate - other_kept_rate                               (association)

    Early users are those who used it in their first `early_days` days; kept is who was active in the `kept_days`
    days after those. Both are counted among people who began early enough to be watched so long. gap_low and
    gap_high are Newcombe's interval at 0.95. The gap is an association: who uses a feature may differ in other
    ways, so only an experiment can say that the feature keeps them. It is null (too_few) when one side is empty.
    `features` limits the list. Source: SCIENCE 5.6; seed I-21.

    >>> import dangol
    >>> from datetime import date
    >>> used = [("Ann", "Invited", 1), ("Ann", "Invited", 2), ("Ann", "Exported", 5), ("Bob", "Exported", 1)]
    >>> world = dangol.world({"events": [dict(person_id=who, name=name, occurred_on=date(2025, 1, day),
    ...     occurred_at=date(2025, 1, day)) for who, name, day in used]})
    >>> for row in world.metric("feature_adoption"):
    ...     print(row["feature"], row["user_count"], row["adoption_rate"], row["mean_uses"], row["median_days"])
    Exported 2 1.0 1.0 0
    Invited 1 0.5 2.0 0
    """
    inside = _inside(events, period)
    active = inside.agg(active_count=inside.person_id.nunique())
    uses = uses_of_features(inside, features)
    totals = uses.group_by("feature").agg(user_count=_.count(), use_count=_.use_count.sum())
    soon = survival_quantile(
        kaplan_meier(waits_for_first_use(events, features, as_of), ["feature"], weight="n"), ["feature"]
    )
    kept = kept_by_early_use(events, features, early_days, kept_days, as_of)
    rows = totals.cross_join(active).left_join(soon, "feature").drop("feature_right")
    rows = rows.left_join(kept, "feature").drop("feature_right")
    both = (rows.early_count > 0) & (rows.other_count > 0)
    numbers = [rows[name].cast("float64").nullif(0) for name in ("other_count", "early_count")]
    parts = [rows[name].cast("float64") for name in ("other_kept", "early_kept")]
    low, high = newcombe_ends(parts[0], numbers[0], parts[1], numbers[1])
    early, other = share(rows.early_kept, rows.early_count), share(rows.other_kept, rows.other_count)
    return rows.select(
        "feature", "user_count", "active_count", adoption_rate=share(rows.user_count, rows.active_count),
        use_count=rows.use_count, mean_uses=share(rows.use_count, rows.user_count), median_days=rows.duration,
        early_count=rows.early_count.fill_null(0), early_kept_rate=early,
        other_count=rows.other_count.fill_null(0), other_kept_rate=other, kept_gap=early - other,
        gap_low=low, gap_high=high,
        reason=ibis.ifelse(both, ibis.null("string"), ibis.literal(TOO_FEW)),
    ).order_by(ibis.desc("user_count"), "feature")  # fmt: skip


@metric(
    title=Said("Feature breadth", "사용 기능 수 분포"),
    says=Said(
        "How many different features people use, and the share of active people at each number.",
        "고객이 서로 다른 기능을 몇 가지 쓰는지와 그 비율입니다.",
    ),
    unit="ratio",
    better="none",
    seeds=("I-21",),
    returns={
        "feature_count": "int64", "person_count": "int64", "active_count": "int64", "rate": "float64",
        "reason": "string",
    },
)  # fmt: skip
def feature_breadth(events: Table, period: Period, features: Sequence[str] | None = None) -> Table:
    """People by the number of different features (event names) they used in the period. A ratio, 0 to 1.

        rate(k) = |people who used exactly k features| / |people active in the period|

    With `features`, people active with none of them stand in the row 0. Source: SCIENCE 5.6; seed I-21.

    >>> import dangol
    >>> from datetime import date
    >>> used = [("Ann", "Invited", 1), ("Ann", "Exported", 5), ("Bob", "Exported", 1)]
    >>> world = dangol.world({"events": [dict(person_id=who, name=name, occurred_on=date(2025, 1, day),
    ...     occurred_at=date(2025, 1, day)) for who, name, day in used]})
    >>> [(row["feature_count"], row["person_count"], row["rate"]) for row in world.metric("feature_breadth")]
    [(1, 1, 0.5), (2, 1, 0.5)]
    """
    inside = _inside(events, period)
    is_feature = inside.name.isin(list(features)) if features is not None else inside.name.notnull()
    named = inside.mutate(feature=ibis.ifelse(is_feature, inside.name, ibis.null("string")))
    persons = named.group_by("person_id").agg(feature_count=_.feature.nunique())
    active = persons.agg(active_count=persons.count())
    rows = persons.group_by("feature_count").agg(person_count=_.count()).cross_join(active)
    return rows.mutate(
        rate=share(rows.person_count, rows.active_count),
        reason=ibis.ifelse(rows.active_count == 0, EMPTY_DENOMINATOR, ibis.null("string")),
    ).order_by("feature_count")  # fmt: skip


def _inside(events: Table, period: Period) -> Table:
    return events.filter(
        (events.occurred_on >= ibis.literal(period.start)) & (events.occurred_on < ibis.literal(period.end))
    )

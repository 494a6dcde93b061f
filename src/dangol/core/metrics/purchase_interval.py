"""Purchase interval: how many days pass between one purchase and the next?"""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Period
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.purchases import gaps, purchase_days
from dangol.core.schema.reasons import EMPTY_DENOMINATOR


@metric(
    title=Said("Purchase interval", "구매 간격"),
    says=Said(
        "Days between one purchase day and the next: half of the gaps are at most the median, four in five at most p80.",
        "한 번 구매하고 다시 구매하기까지 걸린 날수입니다. 간격의 절반은 중앙값 이하, 다섯 가운데 넷은 p80 이하입니다.",
    ),
    unit="days",
    better="down",
    seeds=("E-02", "E-35"),
    returns={
        "starts_on": "date", "ends_on": "date", "gap_count": "int64", "people_count": "int64",
        "median_days": "float64", "p80_days": "float64", "mean_days": "float64", "reason": "string",
    },
)  # fmt: skip
def purchase_interval(orders: Table, period: Period) -> Table:
    """Gaps between the purchase days of a person, for the gaps that end inside the period. Days.

        median_days, p80_days: interpolated quantiles of the gaps        mean_days: their mean

    Only people who came back have gaps, so these are times of those who return, not of everybody: the
    window after which a customer counts as gone takes the others into account by censoring. Online Retail
    II: median 31, p80 87. Source: SCIENCE 3.3, 5.6; seeds E-02, E-35.

    >>> import dangol
    >>> from datetime import date
    >>> days = [("Ann", 1), ("Ann", 11), ("Ann", 16), ("Bob", 2), ("Bob", 22), ("Cat", 5)]
    >>> world = dangol.world({"orders": [
    ...     dict(person_id=who, ordered_on=date(2025, 1, day), amount=10) for who, day in days]})
    >>> row = world.metric("purchase_interval").one()
    >>> row["gap_count"], row["people_count"], row["median_days"], round(row["mean_days"], 2)
    (3, 2, 10.0, 11.67)
    """
    first, end = ibis.literal(period.start), ibis.literal(period.end)
    all_gaps = gaps(purchase_days(orders).filter(_.bought_on < end))
    inside = all_gaps.filter(_.bought_on >= first)
    table = inside.agg(
        gap_count=_.count(), people_count=_.person_id.nunique(),
        median_days=_.gap_days.quantile(0.5).cast("float64"),
        p80_days=_.gap_days.quantile(0.8).cast("float64"),
        mean_days=_.gap_days.mean(),
    )  # fmt: skip
    return table.select(
        "gap_count", "people_count", "median_days", "p80_days", "mean_days", starts_on=first, ends_on=end,
        reason=ibis.ifelse(_.gap_count == 0, EMPTY_DENOMINATOR, ibis.null("string")),
    ).relocate("starts_on", "ends_on", before="gap_count")  # fmt: skip

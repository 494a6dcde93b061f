"""In which shape does each metric come: along time, along age, as cohorts, as flows, as ranks, or as one number?

The shape chooses picture, headline and period; every metric of the catalogue has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["series", "curve", "heat", "ranked", "flows", "bridge", "bucket", "single"]


@dataclass(frozen=True, slots=True)
class Shape:
    """How the rows of a metric are read."""

    kind: Kind
    y: str
    """The figure that speaks."""
    x: str = ""
    """Where it lies: a day, an age, or the name of a category."""
    low: str = ""
    high: str = ""
    part: str = ""
    """Numerator of a rate whose interval is not among the columns: Wilson's is drawn."""
    of: str = ""
    """The column that says of how many."""
    by: str = ""
    """A column that splits the rows into several lines."""
    also: tuple[str, ...] = ()
    """Further figures of the same kind, drawn in grey."""
    span: str = "months_to_now"
    """The period shown first, where the metric takes one."""


def _rate(y: str, part: str, of: str, **rest: str) -> Shape:
    return Shape("series", y, "starts_on", part=part, of=of, **rest)  # type: ignore[arg-type]


_YEAR: Final = "last_12_months"
SHAPES: Final[dict[str, Shape]] = {
    "active_users": Shape("series", "active_count", "day", also=("daily_count",), span="last_90_days"),
    "arpa": Shape("series", "mean_amount", "starts_on", of="customer_count"),
    "arr": Shape("series", "arr_amount", "starts_on"),
    "avoidable_churn": _rate("avoidable_rate", "avoidable_count", "lost_count"),
    "ces": Shape("series", "mean_score", "starts_on", "mean_low", "mean_high", of="answer_count"),
    "churn_by_reason": Shape("ranked", "lost_count", "cause", span=_YEAR),
    "cohort_brackets": Shape("heat", "rate", "bracket", of="cohort_count"),
    "cohort_retention": Shape("heat", "rate", "bucket", of="cohort_count"),
    "cohort_retention_curve": Shape("curve", "rate", "bucket", "low", "high", of="eligible_count", by="segment"),
    "cohort_revenue": Shape("heat", "rate", "bucket", of="cohort_count"),
    "csat": Shape("series", "rate", "starts_on", "low", "high", of="answer_count"),
    "customer_churn_rate": _rate("rate", "lost_count", "base_count"),
    "customer_retention_rate": _rate("rate", "kept_count", "start_count"),
    "feature_adoption": Shape("ranked", "adoption_rate", "feature", part="user_count", of="active_count", span="last_90_days"),
    "feature_breadth": Shape("ranked", "rate", "feature_count", part="person_count", of="active_count", span="last_90_days"),
    "first_to_second_purchase": Shape("ranked", "rate", "within_days", part="converted_count", of="observed_count"),
    "gross_dollar_retention": Shape("series", "rate", "ends_on", of="then_count"),
    "historic_lifetime_value": Shape("single", "mean_amount", low="low_amount", high="high_amount", of="customer_count"),
    "inactivity_window": Shape("single", "suggested_days", of="person_count"),
    "leak_holes": Shape("ranked", "lost_count", "hole", span=_YEAR),
    "leaky_bucket": Shape("bucket", "leak_rate", "starts_on", of="start_count"),
    "lifecycle_flows": Shape("flows", "people_count", span="last_month"),
    "lifecycle_states": Shape("ranked", "people_count", "state"),
    "lifetime_value": Shape("ranked", "mean_amount", "variant", "low_amount", "high_amount", of="customer_count"),
    "mrr": Shape("series", "mrr_amount", "starts_on", of="customer_count"),
    "mrr_churn_rate": Shape("series", "gross_rate", "starts_on", of="customer_count", also=("net_rate",)),
    "mrr_movements": Shape("bridge", "end_amount", "starts_on", of="end_count", span=_YEAR),
    "net_dollar_retention": Shape("series", "rate", "ends_on", of="then_count"),
    "new_and_existing_spend": Shape("series", "ratio", "starts_on", "ratio_low", "ratio_high", of="existing_count"),
    "nps": Shape("series", "score", "starts_on", "low", "high", of="answer_count"),
    "ordered_funnel": Shape("ranked", "rate", "name", of="person_count", span="last_28_days"),
    "purchase_frequency": Shape("series", "mean_order_count", "starts_on", of="buyer_count"),
    "purchase_interval": Shape("single", "median_days", of="people_count", span=_YEAR),
    "quick_ratio": Shape("series", "rate", "starts_on"),
    "referred_and_other": Shape("ranked", "conversion_rate", "stratum", "conversion_low_rate", "conversion_high_rate", of="people_count"),
    "repeat_purchase_rate": Shape("single", "rate", low="low_rate", high="high_rate", of="buyer_count", span=_YEAR),
    "return_curve": Shape("curve", "return_rate", "inactive_days", of="at_risk_count"),
    "revenue_levers": Shape("curve", "total_difference_amount", "month", by="lever"),
    "rfm": Shape("ranked", "people_count", "segment"),
    "same_customer_revenue": Shape("series", "rate", "ends_on", of="then_count"),
    "spend_by_tenure": Shape("ranked", "mean_amount", "tenure_year", of="observed_count"),
    "time_to_value": Shape("ranked", "within_30_rate", "segment", of="person_count"),
    "time_to_value_curve": Shape("curve", "activated_rate", "days", "low", "high", by="segment"),
    "value_at_risk": Shape("single", "amount", of="overdue_count"),
}  # fmt: skip

UNCOMMON: Final = frozenset({"quick_ratio", "new_and_existing_spend"})
"""Ratios that are said as a number, not as a share in percent."""


def shape_of(metric: str) -> Shape:
    """The shape of a metric; without one declared, a list."""
    return SHAPES.get(metric, Shape("single", ""))

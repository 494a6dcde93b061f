"""Under which question does each metric stand in the catalogue?"""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said

GROUPS: Final[dict[str, Said]] = {
    "keeping": Said("Who stays?", "누가 남습니까?"),
    "leaving": Said("Who leaves, and why?", "누가 왜 떠납니까?"),
    "money": Said("What are they worth?", "얼마의 가치가 있습니까?"),
    "returning": Said("Who comes back to buy?", "누가 다시 구매합니까?"),
    "using": Said("How is it used?", "어떻게 이용합니까?"),
    "saying": Said("What do they say?", "무엇이라고 말합니까?"),
}
_METRICS: Final[dict[str, tuple[str, ...]]] = {
    "keeping": (
        "customer_retention_rate", "net_dollar_retention", "gross_dollar_retention", "cohort_retention",
        "cohort_retention_curve", "cohort_revenue", "cohort_brackets", "same_customer_revenue", "lifecycle_states",
        "lifecycle_flows",
    ),
    "leaving": (
        "customer_churn_rate", "leaky_bucket", "leak_holes", "churn_by_reason", "avoidable_churn", "mrr_churn_rate",
        "value_at_risk", "inactivity_window", "return_curve",
    ),
    "money": (
        "mrr", "arr", "arpa", "mrr_movements", "quick_ratio", "lifetime_value", "historic_lifetime_value",
        "spend_by_tenure", "new_and_existing_spend", "revenue_levers", "rfm",
    ),
    "returning": ("repeat_purchase_rate", "first_to_second_purchase", "purchase_frequency", "purchase_interval", "referred_and_other"),
    "using": ("active_users", "feature_adoption", "feature_breadth", "ordered_funnel", "time_to_value", "time_to_value_curve"),
    "saying": ("nps", "csat", "ces"),
}  # fmt: skip
_GROUP: Final = {metric: group for group, metrics in _METRICS.items() for metric in metrics}
ORDER: Final = {metric: place for place, metric in enumerate(_GROUP)}


def group_of(metric: str) -> str:
    """The group of a metric; what nobody has placed is about use."""
    return _GROUP.get(metric, "using")

"""What does a new business find? A board, the alarm of churn and a tree of figures, each to be changed or thrown away."""

from __future__ import annotations

from typing import Final

from django.db import IntegrityError, transaction

from dangol.core.language import Language, Said
from dangol.core.metrics import find
from dangol.platform.insight.figures import headline_column
from dangol.platform.insight.models import Board, Figure, Pin, Watch
from dangol.platform.kernel import clock
from dangol.platform.kernel.queries import business

ALARM: Final = 0.15
"""A month in which more than 15 % of the customers leave needs somebody."""
SHOP: Final = (
    "repeat_purchase_rate",
    "customer_retention_rate",
    "leaky_bucket",
    "purchase_frequency",
    "cohort_retention",
    "rfm",
    "historic_lifetime_value",
    "new_and_existing_spend",
)
SUBSCRIPTION: Final = (
    "net_dollar_retention",
    "customer_retention_rate",
    "mrr",
    "mrr_movements",
    "leaky_bucket",
    "cohort_retention",
    "customer_churn_rate",
    "nps",
)
BOTH: Final = (
    "net_dollar_retention",
    "customer_retention_rate",
    "repeat_purchase_rate",
    "mrr",
    "leaky_bucket",
    "cohort_retention",
    "lifecycle_states",
    "nps",
)
PINS: Final = {"shop": SHOP, "subscription": SUBSCRIPTION}
_FEEDS: Final = {
    "shop": ("repeat_purchase_rate", ("customer_retention_rate", "purchase_frequency", "purchase_interval", "nps")),
    "": ("net_dollar_retention", ("gross_dollar_retention", "customer_retention_rate", "mrr", "nps")),
}  # fmt: skip
SPANS_OF: Final = {
    "repeat_purchase_rate": "last_12_months",
    "purchase_interval": "last_12_months",
    "mrr_movements": "last_12_months",
    "lifecycle_states": "",
    "rfm": "",
    "historic_lifetime_value": "",
}
NAME: Final = Said("What counts", "핵심 지표")
WATCH: Final = Said("Churn alarm", "이탈 경보")


def begin() -> bool:
    """Make what a new business begins with, once for ever; whether it was made now."""
    if Board.objects.filter(purpose="beginning").exists():
        return False
    try:
        with transaction.atomic():
            _begin(business().kind, business().language)
    except IntegrityError:  # somebody else began at the same moment
        return False
    return True


def _begin(kind: str, language: str) -> None:
    say: Language = "ko" if language == "ko" else "en"
    board = Board.objects.create(name=NAME.in_(say), is_shared=True, made_at=clock.now(), purpose="beginning")
    for place, metric in enumerate(PINS.get(kind, BOTH)):
        Pin.objects.create(board=board, metric=metric, span=_span(metric, "months_to_now"), order=place)
    if not Watch.objects.exists():
        Watch.objects.create(
            name=WATCH.in_(say),
            metric="customer_churn_rate",
            column="rate",
            side=Watch.Side.ABOVE,
            line=ALARM,
        )
    if not Figure.objects.exists():
        top, fed = _FEEDS.get(kind, _FEEDS[""])
        root = _figure(top, None, 0, say)
        for place, metric in enumerate(fed):
            _figure(metric, root, place, say)


def _figure(metric: str, parent: Figure | None, place: int, say: Language) -> Figure:
    title = find(metric).title.in_(say)
    return Figure.objects.create(
        parent=parent, title=title, metric=metric, column=headline_column(metric), order=place,
        span=_span(metric, "last_month"),
    )  # fmt: skip


def _span(metric: str, usual: str) -> str:
    """The moving period of a metric; none where it takes none."""
    if "period" not in find(metric).parameters:
        return ""
    return SPANS_OF.get(metric, usual)

"""Do their payments go through? From failed payments among the events, and from subscriptions past due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.features.events import failures
from dangol.core.features.family import Family, Known, count, flag, windowed
from dangol.core.features.feature import Feature
from dangol.core.features.traits import CARD, latest
from dangol.core.language import Said

_FEATURES: Final = (
    *windowed("payment", "payment_failed_count", Said("Failed payments in the last {days} days", "최근 {days}일 결제 실패"), "count", 1, windows=(28, 90)),
    Feature("payment_failed_days", Said("Days since a payment last failed", "마지막 결제 실패 후 지난 날"), "payment", "days", -1),
    Feature("payment_is_past_due", Said("Payment past due", "결제 연체 중"), "payment", "flag", 1),
    Feature("payment_past_due_count", Said("Times that a payment was past due", "결제가 연체된 횟수"), "payment", "count", 1),
    Feature("payment_card_days", Said("Days until the card expires", "카드 만료까지 남은 날"), "payment", "days", -1),
)  # fmt: skip


FAILURE_COUNTS: Final = ("payment_failed_count_28d", "payment_failed_count_90d")


def failures_of(sums: Table) -> dict[str, Expr]:
    """The columns of failed payments: read beside the use, in the one pass over the events."""
    recent, wide = failures(sums)
    return {**dict(zip(FAILURE_COUNTS, (recent, wide), strict=True)), "payment_failed_days": sums.failed_days}


def _build(known: Known) -> Sequence[Table]:
    rows, card = known.nouns.get("subscriptions"), latest(known, CARD)
    expiry = [] if card is None else [card.select("person_id", payment_card_days=card.until_days)]
    return expiry if rows is None else [*expiry, _past_due(rows)]


def _past_due(rows: Table) -> Table:
    is_late = rows.status == "past_due"
    return rows.group_by("person_id").agg(
        payment_is_past_due=flag(is_late & rows.ended_on.isnull()).max(),
        payment_past_due_count=count(is_late),
    )


PAYMENT: Final = Family(_FEATURES, _build)

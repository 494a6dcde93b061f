"""Do their payments go through? From failed payments among the events, and from subscriptions past due."""

from __future__ import annotations

from typing import Final

from ibis import _
from ibis.expr.types import Table

from dangol.core.features.contract import running
from dangol.core.features.events import failures
from dangol.core.features.family import Family, Known, flag, joined, windowed
from dangol.core.features.feature import Feature
from dangol.core.language import Said
from dangol.core.rollups.tenures import held

_FEATURES: Final = (
    *windowed("payment", "payment_failed_count", Said("Failed payments in the last {days} days", "최근 {days}일 결제 실패"), "count", 1, windows=(28, 90)),
    Feature("payment_failed_days", Said("Days since a payment last failed", "마지막 결제 실패 후 지난 날"), "payment", "days", -1),
    Feature("payment_is_past_due", Said("Payment past due", "결제 연체 중"), "payment", "flag", 1),
    Feature("payment_past_due_count", Said("Times that a payment was past due", "결제가 연체된 횟수"), "payment", "count", 1),
)  # fmt: skip


def _build(known: Known) -> Table | None:
    parts = [_failures(known.sums)] if known.sums is not None else []
    parts += [_past_due(known)] if "subscriptions" in known.nouns else []
    return joined(known.at_risk, parts, zero=("payment_failed_count_28d", "payment_failed_count_90d"))


def _failures(sums: Table) -> Table:
    recent, wide = failures(sums)
    return sums.select(
        "person_id", payment_failed_count_28d=recent, payment_failed_count_90d=wide,
        payment_failed_days=sums.failed_days,
    )  # fmt: skip


def _past_due(known: Known) -> Table:
    rows = known.nouns["subscriptions"]
    now = running(held(rows), known.cut).group_by("person_id").agg(
        payment_is_past_due=flag(_.status == "past_due").max()
    )  # fmt: skip
    times = rows.group_by("person_id").agg(
        payment_past_due_count=(_.status == "past_due").cast("int64").sum()
    )
    return now.left_join(times, "person_id").drop("person_id_right")


PAYMENT: Final = Family(_FEATURES, _build)

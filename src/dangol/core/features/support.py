"""Did they need help, and did they get it in time? From the tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.features.family import Family, Known, joined, windowed
from dangol.core.features.feature import Feature
from dangol.core.features.known import literal
from dangol.core.language import Said

PROMISED_HOURS: Final = 24
"""Hours within which a first reply is promised (the service level)."""

_FEATURES: Final = (
    *windowed("support", "support_ticket_count", Said("Tickets in the last {days} days", "최근 {days}일 문의"), "count", windows=(28, 90)),
    Feature("support_open_count", Said("Tickets that are still open", "아직 해결되지 않은 문의"), "support", "count", 1),
    Feature("support_open_days", Said("Days that the oldest open ticket has been open", "가장 오래 열려 있는 문의의 경과일"), "support", "days", 1),
    Feature("support_wait_hours_90d", Said("Mean hours to a first reply, over 90 days", "최근 90일 첫 답변까지의 평균 시간"), "support", "hours", 1),
    Feature("support_late_count_90d", Said("Tickets without a reply within 24 hours, over 90 days", "최근 90일 중 24시간 안에 답변받지 못한 문의"), "support", "count", 1),
    Feature("support_silent_days", Said("Days since the last ticket", "마지막 문의 후 지난 날"), "support", "days"),
)  # fmt: skip
_ZERO: Final = (
    "support_ticket_count_28d",
    "support_ticket_count_90d",
    "support_open_count",
    "support_late_count_90d",
)


def _build(known: Known) -> Table | None:
    if "tickets" not in known.nouns:
        return None
    tickets, now = known.nouns["tickets"], known.cut.moment
    age = known.cut.days_since(tickets.opened_on)
    waited = (
        tickets.replied_at.fill_null(literal(now)).delta(tickets.opened_at, unit="second").cast("float64")
        / 3600
    )
    promised = literal(now - timedelta(hours=PROMISED_HOURS))
    is_open = tickets.resolved_at.isnull()
    # An unanswered ticket has waited until now; only the answered ones have a wait that is over.
    rows = tickets.select(
        "person_id",
        age=age,
        is_open=is_open,
        wait=ibis.ifelse(tickets.replied_at.notnull() & (age <= 90), waited, ibis.null("float64")),
        is_late=(age <= 90)
        & (waited > PROMISED_HOURS)
        & ((tickets.opened_at < promised) | tickets.replied_at.notnull()),
    )
    people = rows.group_by("person_id").agg(
        support_ticket_count_28d=(_.age <= 28).cast("int64").sum(),
        support_ticket_count_90d=(_.age <= 90).cast("int64").sum(),
        support_open_count=_.is_open.cast("int64").sum(),
        support_open_days=_.age.max(where=_.is_open),
        support_wait_hours_90d=_.wait.mean(),
        support_late_count_90d=_.is_late.cast("int64").sum(),
        support_silent_days=_.age.min(),
    )
    return joined(known.at_risk, [people], zero=_ZERO)


SUPPORT: Final = Family(_FEATURES, _build)

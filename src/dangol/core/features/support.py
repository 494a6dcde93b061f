"""Did they need help, and did they get it in time? From the tickets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ibis.expr.types import Table

from dangol.core.features.family import Family, Known, count, windowed
from dangol.core.features.feature import Feature
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


def _build(known: Known) -> Sequence[Table]:
    tickets = known.nouns.get("tickets")
    return [] if tickets is None else [_asked(tickets)]


def _asked(tickets: Table) -> Table:
    age, lately, is_open = tickets.age, tickets.age <= 90, tickets.resolved_at.isnull()
    return tickets.group_by("person_id").agg(
        support_ticket_count_28d=count(age <= 28),
        support_ticket_count_90d=count(lately),
        support_open_count=count(is_open),
        support_open_days=age.max(where=is_open),
        # An unanswered ticket still waits: it is late once the promise is broken, but has no wait to average.
        support_wait_hours_90d=tickets.wait_hours.mean(where=lately & tickets.replied_at.notnull()),
        support_late_count_90d=count(lately & (tickets.wait_hours > float(PROMISED_HOURS))),
        support_silent_days=age.min(),
    )


SUPPORT: Final = Family(_FEATURES, _build, _ZERO)

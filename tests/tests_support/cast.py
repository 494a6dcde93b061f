"""Who is in the tests? Ann (loyal), Bob (leaving), Cat (came back), Dan (unsubscribed), Eve (no business here)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

Row = dict[str, Any]


def _orders(who: str, *days: tuple[date, str]) -> list[Row]:
    return [
        {
            "order_id": f"{who}-{n}",
            "person_id": who,
            "ordered_on": day,
            "amount": Decimal(amount),
            "currency": "KRW",
        }
        for n, (day, amount) in enumerate(days)
    ]


def _events(who: str, name: str, *days: date) -> list[Row]:
    return [
        {"person_id": who, "name": name, "occurred_at": datetime(d.year, d.month, d.day, 9)} for d in days
    ]


TABLES: dict[str, list[Row]] = {
    "people": [
        {"person_id": who, "name": who, "joined_on": joined, "channel": channel, "plan": plan, "account_id": account}
        for who, joined, channel, plan, account in (
            ("Ann", date(2025, 1, 1), "search", "pro", "acme"),
            ("Bob", date(2025, 1, 5), "ads", "basic", "acme"),
            ("Cat", date(2025, 1, 20), "friend", "pro", "blue"),
            ("Dan", date(2025, 2, 2), None, None, None),
            ("Eve", date(2025, 3, 1), "search", None, None),
        )
    ],
    "accounts": [
        {"account_id": "acme", "name": "Acme", "plan": "pro", "industry": "retail", "seats_count": 3},
        {"account_id": "blue", "name": "Blue", "plan": "basic", "industry": "software", "seats_count": 1},
    ],
    "orders": [
        *_orders("Ann", (date(2025, 1, 3), "10000"), (date(2025, 2, 3), "12000"), (date(2025, 3, 3), "9000"),
                 (date(2025, 4, 2), "15000"), (date(2025, 5, 4), "11000")),
        *_orders("Bob", (date(2025, 1, 8), "30000"), (date(2025, 1, 20), "20000"), (date(2025, 1, 22), "-20000")),
        *_orders("Cat", (date(2025, 1, 20), "8000"), (date(2025, 5, 1), "7000")),
        *_orders("Dan", (date(2025, 2, 14), "5000")),
    ],
    "subscriptions": [
        {"subscription_id": s, "person_id": who, "started_on": start, "ended_on": end, "mrr_amount": Decimal(mrr),
         "status": status, "ended_because": why, "plan": plan, "currency": "KRW"}
        for s, who, start, end, mrr, status, why, plan in (
            ("a1", "Ann", date(2025, 1, 1), date(2025, 3, 1), "10000", "active", None, "basic"),
            ("a1", "Ann", date(2025, 3, 1), None, "15000", "active", None, "pro"),
            ("b1", "Bob", date(2025, 1, 5), date(2025, 3, 5), "10000", "active", "price", "basic"),
            ("c1", "Cat", date(2025, 1, 20), date(2025, 2, 20), "20000", "active", "natural", "pro"),
            ("c2", "Cat", date(2025, 4, 20), None, "12000", "active", None, "basic"),
            ("d1", "Dan", date(2025, 2, 2), date(2025, 2, 16), "0", "trial", None, "basic"),
            ("d1", "Dan", date(2025, 2, 16), date(2025, 4, 1), "10000", "active", None, "basic"),
            ("d1", "Dan", date(2025, 4, 1), date(2025, 5, 1), "10000", "paused", None, "basic"),
        )
    ],
    "events": [
        *_events("Ann", "Report Viewed", *(date(2025, m, d) for m in range(1, 6) for d in (2, 9, 16, 23))),
        *_events("Ann", "Team Invited", date(2025, 1, 10)),
        *_events("Bob", "Report Viewed", date(2025, 1, 6), date(2025, 1, 7), date(2025, 1, 30), date(2025, 3, 1)),
        *_events("Cat", "Report Viewed", date(2025, 1, 21), date(2025, 4, 21), date(2025, 5, 2)),
        *_events("Cat", "Team Invited", date(2025, 4, 22)),
        *_events("Dan", "Signed Up", date(2025, 2, 2)),
    ],
    "messages": [
        {"message_id": "m1", "person_id": "Ann", "channel": "email", "campaign": "news", "sent_at": datetime(2025, 3, 1, 9),
         "opened_at": datetime(2025, 3, 1, 10), "is_bounced": False},
        {"message_id": "m2", "person_id": "Bob", "channel": "email", "campaign": "news", "sent_at": datetime(2025, 3, 1, 9),
         "opened_at": None, "is_bounced": True},
    ],
    "answers": [
        {"answer_id": f"{survey}-{who}-{day}", "person_id": who, "survey": survey, "score": score, "comment": comment,
         "answered_at": datetime(2025, 3, day, 12)}
        for survey, who, score, comment, day in (
            ("nps", "Ann", 10.0, "Great", 1), ("nps", "Bob", 3.0, "너무 비싸요", 2), ("nps", "Cat", 8.0, None, 3),
            ("nps", "Dan", 9.0, "좋아요", 4), ("csat", "Ann", 5.0, None, 5), ("csat", "Bob", 2.0, None, 6),
            ("ces", "Cat", 6.0, None, 7), ("ces", "Bob", 3.0, None, 8),
        )
    ],
    "tickets": [
        {"ticket_id": "t1", "person_id": "Bob", "topic": "billing", "opened_at": datetime(2025, 2, 1, 9),
         "replied_at": datetime(2025, 2, 1, 15), "resolved_at": None},
        {"ticket_id": "t2", "person_id": "Ann", "topic": "how-to", "opened_at": datetime(2025, 2, 3, 9),
         "replied_at": datetime(2025, 2, 3, 10), "resolved_at": datetime(2025, 2, 4, 9)},
    ],
    "exposures": [
        {"person_id": "Ann", "experiment": "welcome", "arm": "treated", "exposed_on": date(2025, 1, 2)},
        {"person_id": "Bob", "experiment": "welcome", "arm": "control", "exposed_on": date(2025, 1, 6)},
    ],
}  # fmt: skip

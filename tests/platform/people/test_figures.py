"""Are people's orders added up in the money of the business, also after that has changed?"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.kernel.actions import set_up_business
from dangol.platform.log.actions import accept
from dangol.platform.people.models import Person
from tests_support.logged import source

pytestmark = pytest.mark.django_db(transaction=True)


def test_another_currency_counts_everybody_anew(clock: Any, run_chores: Callable[[], None]) -> None:
    set_up_business(SYSTEM, kind="shop", currency="KRW", time_zone="UTC")
    bought = [("figures-1", 12_000, "KRW"), ("figures-2", 9, "USD"), ("figures-3", 5_000, "KRW")]
    accept(
        [
            {"messageId": key, "type": "track", "userId": "ann", "event": "Order Completed",
             "properties": {"order_id": key, "total": total, "currency": currency}}
            for key, total, currency in bought
        ],
        source(),
    )  # fmt: skip
    run_chores()
    ann = Person.objects.get(external_id="ann")
    assert (ann.order_count, ann.amount) == (3, Decimal(17_000))
    set_up_business(SYSTEM, currency="USD")
    run_chores()
    ann.refresh_from_db()
    assert (ann.order_count, ann.amount) == (3, Decimal(9))

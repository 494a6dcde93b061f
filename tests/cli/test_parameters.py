"""Is what stands after `--set` read as the type that the metric asks for?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pytest

from dangol.cli.source import day, pairs
from dangol.core.calendar import Grain, Period
from dangol.core.engine.parameters import parsed, value_of, written
from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.metrics import find

CASES: list[tuple[Any, str, Any]] = [
    (Grain, "week", Grain.WEEK),
    (Period, "2025-01-01..2025-02-01", Period(date(2025, 1, 1), date(2025, 2, 1))),
    (date, "2025-01-31", date(2025, 1, 31)),
    (date | None, "2025-01-31", date(2025, 1, 31)),
    (int, "3", 3),
    (float, "0.5", 0.5),
    (Decimal, "10.5", Decimal("10.5")),
    (bool, "True", True),
    (bool, "false", False),
    (str, "Report Viewed", "Report Viewed"),
    (Literal["people", "revenue"], "revenue", "revenue"),
    (tuple[int, ...], "1, 7,30", (1, 7, 30)),
]


@pytest.mark.parametrize(("kind", "text", "value"), CASES, ids=str)
def test_reads(kind: Any, text: str, value: Any) -> None:
    assert value_of("x", kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [(Period, "2025-01-01"), (date, "31.1.2025"), (int, "3.5"), (bool, "maybe"), (Decimal, "ten")],
)
def test_refuses_with_what_would_work(kind: Any, text: str) -> None:
    with pytest.raises(RequestError) as caught:
        value_of("x", kind, text)
    assert text in caught.value.in_("en")
    assert "Write x=" in caught.value.in_("en")
    assert "쓰십시오" in caught.value.in_("ko")


def test_a_wrong_choice_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Nearest: month"):
        value_of("grain", Grain, "monht")


def test_a_wrong_setting_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Nearest: grain"):
        parsed(find("customer_retention_rate"), ["grian=week"])


def test_a_setting_without_a_value_is_refused() -> None:
    with pytest.raises(RequestError, match="NAME=VALUE"):
        parsed(find("customer_retention_rate"), ["grain"])


def test_every_setting_of_every_metric_can_be_written() -> None:
    from dangol.core.metrics import catalogue

    for metric in catalogue().values():
        for parameter in metric.parameters.values():
            assert "<" not in written(parameter.annotation)


def test_mapping_and_days() -> None:
    assert pairs(["amount=Total", "person_id = Who "], "--map", "COLUMN=HEADING") == {
        "amount": "Total",
        "person_id": "Who",
    }
    assert day(None) is None
    for wrong in ("amount", "=Total", "amount="):
        with pytest.raises(RequestError, match="COLUMN=HEADING"):
            pairs([wrong], "--map", "COLUMN=HEADING")
    with pytest.raises(RequestError, match="2025-03-01"):
        day("March")

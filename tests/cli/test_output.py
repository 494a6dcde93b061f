"""Is an answer written so that people and programs can read it?"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from dangol.cli.output import as_csv, as_json, as_table

COLUMNS = ("name", "amount", "rate", "reason")
RECORDS = [
    {"name": "단골", "amount": Decimal("1234.5000"), "rate": 0.5, "reason": None},
    {"name": "Ann", "amount": Decimal("7.0000"), "rate": None, "reason": "unfinished"},
]


def test_table_lines_up_whatever_the_letters() -> None:
    head, rule, korean, ann = as_table(COLUMNS, RECORDS, "en").splitlines()
    assert head.split() == ["name", "amount", "rate", "reason"]
    assert set(rule) == {"-", " "}
    assert korean == "단골  1,234.50  0.5000  -"
    assert ann == "Ann       7.00       -  the period is not over yet"


def test_table_says_reasons_in_korean() -> None:
    assert "기간이 아직 끝나지 않았습니다" in as_table(COLUMNS, RECORDS, "ko")


def test_csv_leaves_the_unknown_empty() -> None:
    assert as_csv(COLUMNS, RECORDS) == (
        "name,amount,rate,reason\n단골,1234.5000,0.5,\nAnn,7.0000,,unfinished"
    )


def test_json_keeps_null_and_every_digit() -> None:
    value = {
        "rows": RECORDS,
        "on": date(2025, 1, 31),
        "at": datetime(2025, 1, 31, 9),
        "took": timedelta(minutes=1),
    }
    read = json.loads(as_json(value))
    assert read["rows"][0]["amount"] == "1234.5000"
    assert read["rows"][1]["rate"] is None
    assert (read["on"], read["at"], read["took"]) == ("2025-01-31", "2025-01-31T09:00:00", 60.0)
    with pytest.raises(TypeError):
        as_json({"what": object()})

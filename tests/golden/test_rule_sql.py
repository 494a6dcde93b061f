"""Which SQL does a rule become? The files beside this one, for both dialects; DANGOL_GOLDEN=write renews them."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from dangol.core.engine.engine import compiled
from dangol.core.rules import Moment, members, members_only
from dangol.core.schema import NOUNS

FOLDER = Path(__file__).parent / "rules"
AT = Moment(datetime(2025, 3, 10))
TABLES = {name: noun.table() for name, noun in NOUNS.items()}

# Name: the rule, whether flips are wanted, and what the SQL is to show.
CASES: dict[str, tuple[str, bool, str]] = {
    "behaviour": (
        'did "Report Viewed" at least 3 times within the last 30 days and did not "Ticket Opened" within the last '
        "7 days and plan is pro",
        False,
        "Two leaves over two sources: each read once, only its days; people join those who did, not everyone.",
    ),
    "one_pass": (
        'did X at least 3 times within the last 30 days and did not Y within the last 7 days',
        False,
        "Two leaves over the same events: one pass, the days first, one conditional aggregate.",
    ),
    "flips": (
        'did X within the last 30 days and not joined_on within the last 7 days',
        True,
        "Everyone, with the moment when time alone changes the answer: last event plus window, composed by least "
        "and greatest.",
    ),
    "total": (
        'did "Order Completed" total amount over 100 within the last 30 days',
        True,
        "A total turns at one of the departures of its rows: sums of what is left, by a window over moments.",
    ),
    "sequence": (
        'did "Signed Up" then not "Order Completed" within 7 days',
        True,
        "The next second event by one ordered pass over the union; no self-join.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("dialect", ["duckdb", "databricks"])
@pytest.mark.parametrize("name", CASES)
def test_the_sql_is_the_known_one(name: str, dialect: str) -> None:
    text, wants_flip, intent = CASES[name]
    build = members if wants_flip else members_only
    sql = f"-- {name}: {intent}\n-- {text}\n{compiled(build(text, TABLES, AT), dialect)}\n"
    path = FOLDER / f"{name}.{dialect}.sql"
    if os.environ.get("DANGOL_GOLDEN") == "write":
        path.write_text(sql, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == sql

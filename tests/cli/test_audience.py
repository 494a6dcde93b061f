"""Does a rule count and list its people, and say itself in the reader's language?"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests_support.terminal import Run

TWICE = 'did "Order Completed" at least 2 times'


def test_a_rule_says_itself_and_counts(dangol: Run, orders: Path) -> None:
    ended = dangol("audience", "count", TWICE, orders)
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "People who did 'Order Completed' at least 2 times.",
        "3 of 4 people (75.0%)",
    ]
    korean = dangol("audience", "count", TWICE, orders, "--lang", "ko").out
    assert "고객입니다." in korean
    assert "4명 가운데 3명" in korean


def test_the_count_for_programs(dangol: Run, orders: Path) -> None:
    facts = json.loads(dangol("audience", "count", TWICE, orders, "--json").out)
    assert (facts["count"], facts["people"], facts["share"]) == (3, 4, 0.75)
    assert facts["rule"] == TWICE


def test_a_rule_and_its_opposite_divide_everyone(dangol: Run, orders: Path) -> None:
    counts = [
        json.loads(dangol("audience", "count", rule, orders, "--json").out)["count"]
        for rule in (TWICE, f"not {TWICE}")
    ]
    assert sum(counts) == 4


def test_the_same_rule_from_yaml_and_json(dangol: Run, orders: Path, tmp_path: Path) -> None:
    (tmp_path / "twice.yaml").write_text("did: Order Completed\nat least: 2\n", encoding="utf-8")
    (tmp_path / "twice.json").write_text('{"did": "Order Completed", "at least": 2}', encoding="utf-8")
    answers = [
        dangol("audience", "count", rule, orders, "--json").out
        for rule in (TWICE, "twice.yaml", "twice.json")
    ]
    assert answers[0] == answers[1] == answers[2]


def test_members_are_listed_by_their_own_ids(dangol: Run, orders: Path) -> None:
    rule = 'did "Order Completed" within the last 90 days'
    listed = json.loads(dangol("audience", "members", rule, orders, "--json").out)["members"]
    assert [each["external_id"] for each in listed] == ["ann", "cat", "dan"]
    assert listed[0]["next_flip_at"].startswith("2025-06-01")
    table = dangol("audience", "members", rule, orders)
    assert [line.split()[0] for line in table.out.splitlines()[2:]] == ["ann", "cat", "dan"]
    assert "in the last 90 days" in table.err
    rows = list(csv.DictReader(dangol("audience", "members", rule, orders, "--csv").out.splitlines()))
    assert [row["external_id"] for row in rows] == ["ann", "cat", "dan"]


def test_audiences_speak_of_others(dangol: Run, orders: Path) -> None:
    ended = dangol(
        "audience", "count", "not audience regulars", orders, "--named", f"regulars={TWICE}", "--json"
    )
    assert json.loads(ended.out)["count"] == 1


@pytest.mark.parametrize(
    ("rule", "code", "says"),
    [
        ('did "Order Complete"', 2, "Nearest: Order Completed"),
        ("plam is pro", 2, "plan"),
        ("audience nobody", 2, "nobody"),
        ("did", 2, "did"),
        ("nowhere.yaml", 3, "nowhere.yaml"),
    ],
)
def test_a_wrong_rule_names_the_nearest(dangol: Run, orders: Path, rule: str, code: int, says: str) -> None:
    ended = dangol("audience", "count", rule, orders)
    assert ended.code == code
    assert says in ended.err
    assert "Traceback" not in ended.err

"""Is every requirement of the security standard answered, and does every test that is named exist?"""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from pathlib import Path

from tests_support.sources import ROOT

LIST = ROOT / "docs" / "security" / "asvs.csv"
NAMED = re.compile(r"tests/[\w/]+\.py(?:::\w+)?")
FILES = re.compile(r"\b(?:docs|src)/[\w/.-]+\w")
OF_LEVEL = {"1": 70, "2": 183}
"""How many requirements of level 1 and 2 OWASP ASVS 5.0.0 has."""


def _rows() -> list[dict[str, str]]:
    with LIST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_requirement_is_answered() -> None:
    rows = _rows()
    assert Counter(row["level"] for row in rows) == OF_LEVEL
    assert len({row["id"] for row in rows}) == len(rows)
    assert {row["status"] for row in rows} <= {"met", "not applicable", "not met"}
    assert all(row["requirement"].strip() and row["proof"].strip() for row in rows)
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", row["id"]) for row in rows)


def test_requirements_stand_in_their_order() -> None:
    ids = [tuple(map(int, row["id"].split("."))) for row in _rows()]
    assert ids == sorted(ids)


def test_every_test_and_file_that_is_named_exists() -> None:
    missing = []
    for row in _rows():
        for named in NAMED.findall(row["proof"]):
            path, _, name = named.partition("::")
            if not (ROOT / path).is_file() or (name and name not in _functions(ROOT / path)):
                missing.append((row["id"], named))
        missing += [(row["id"], each) for each in FILES.findall(row["proof"]) if not (ROOT / each).exists()]
    assert not missing


def _functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}

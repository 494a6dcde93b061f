"""Does the code of each guide run as it stands, from top to bottom, in both languages alike?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests_support.guide import GUIDE, shown

PRINTS = {
    "early-warnings": (
        "customers have a rhythm", "Payment failed", "associated with", "of its inputs are known",
    ),
    "known-on-a-day": (
        "2 customers at risk", "days since the last purchase: [1.0, 18.0]", "purchases after the first: [2.0, 0.0]",
        "left within 60 days: [False, True]", "card, days left: [39.0, nan]\ncard, days left: [1123.0, nan]",
    ),
    "what-customers-are-worth": (
        "The values are used.", "between", "[ 40.  90. 120.] [2 1 0]", "[16. 36. 48.]",
    ),
    "who-will-leave": (
        "In use: ", "associated with leaving", "('plan', 'tickets') 76 of 400", "Ranking (AUC)", "were expected to leave",
        "score",
    ),
}  # fmt: skip
"""What each of them has to say on the way."""


@pytest.mark.parametrize("name", PRINTS)
def test_the_code_runs_from_top_to_bottom(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = GUIDE.with_name(f"{name}.md")
    blocks = [code for kind, code in shown(page) if kind == "python"]
    assert blocks == [code for kind, code in shown(page.with_suffix(".ko.md")) if kind == "python"]
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for code in blocks:
        exec(compile(code, page.name, "exec"), names)
    printed = capsys.readouterr().out
    assert [part for part in PRINTS[name] if part not in printed] == []

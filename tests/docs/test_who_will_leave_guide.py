"""Does the code of the guide to churn models run as it stands, in both languages alike?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests_support.guide import GUIDE, shown

PAGE = GUIDE.with_name("who-will-leave.md")


def test_the_code_runs_from_top_to_bottom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = [code for kind, code in shown(PAGE) if kind == "python"]
    assert blocks == [code for kind, code in shown(PAGE.with_suffix(".ko.md")) if kind == "python"]
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for code in blocks:
        exec(compile(code, PAGE.name, "exec"), names)
    printed = capsys.readouterr().out
    assert "In use: " in printed
    assert "associated with leaving" in printed
    assert "('plan', 'tickets') 76 of 400" in printed
    assert "Ranking (AUC)" in printed
    assert "were expected to leave" in printed
    assert "score" in printed

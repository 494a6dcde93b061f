"""Does the code of the guide to the value of customers run as it stands, in both languages alike?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests_support.guide import GUIDE, shown

PAGE = GUIDE.with_name("what-customers-are-worth.md")


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
    assert "The values are used." in printed
    assert "between" in printed
    assert "[ 40.  90. 120.] [2 1 0]" in printed
    assert "[16. 36. 48.]" in printed

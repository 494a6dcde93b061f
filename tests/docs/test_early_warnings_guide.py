"""Does the code of the guide to early warnings run as it stands, in both languages alike?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests_support.guide import GUIDE, shown

PAGE = GUIDE.with_name("early-warnings.md")


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
    assert "customers have a rhythm" in printed
    assert "Payment failed" in printed
    assert "associated with" in printed
    assert "of its inputs are known" in printed

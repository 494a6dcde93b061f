"""Does the code of the guide to what is known on a day run as it stands, in both languages alike?"""

from __future__ import annotations

from typing import Any

import pytest

from tests_support.guide import GUIDE, shown

PAGE = GUIDE.with_name("known-on-a-day.md")


def test_the_code_runs_from_top_to_bottom(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = [code for kind, code in shown(PAGE) if kind == "python"]
    assert blocks == [code for kind, code in shown(PAGE.with_suffix(".ko.md")) if kind == "python"]
    names: dict[str, Any] = {}
    for code in blocks:
        exec(compile(code, PAGE.name, "exec"), names)
    printed = capsys.readouterr().out
    assert "2 customers at risk" in printed
    assert "days since the last purchase: [1.0, 18.0]" in printed
    assert "purchases after the first: [2.0, 0.0]" in printed
    assert "left within 60 days: [False, True]" in printed
    assert "card, days left: [39.0, nan]\ncard, days left: [1123.0, nan]" in printed

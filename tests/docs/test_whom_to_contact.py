"""Do the examples of the guide on choosing customers run as they stand, one after the other, alike in both languages?"""

from __future__ import annotations

from typing import Any

import pytest

from tests_support.guide import shown
from tests_support.sources import ROOT

PAGE = ROOT / "docs" / "guide" / "whom-to-contact.md"


def test_both_languages_show_the_same_examples() -> None:
    assert shown(PAGE) == shown(PAGE.with_suffix(".ko.md"))


def test_the_guide_runs(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    for _, typed in shown(PAGE):
        exec(compile(typed, str(PAGE), "exec"), names)
    assert "Choose by effect" in capsys.readouterr().out
    assert names["model"].advice == "ranked"
    counts = names["who"].counts()
    assert counts["persuadable"] == pytest.approx(2_000, abs=250)
    assert counts["sleeping_dog"] == pytest.approx(1_200, abs=250)
    assert 0 < names["week"].contact_count <= 800
    assert names["week"].lowest_profit > 0
    judged = [
        names["inverse_propensity"](names["log"], names[way]).per_customer
        for way in ("by_effect", "everyone")
    ]
    assert judged[0].value > judged[1].value

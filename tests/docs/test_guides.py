"""Do the English and the Korean guides show the same commands? That they run is a walk, tests/walks/test_guide.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests_support.guide import GUIDE, shown
from tests_support.sources import ROOT

TWINS = [(ROOT / "README.md", ROOT / "README.ko.md"), (GUIDE, GUIDE.with_suffix(".ko.md"))]


@pytest.mark.parametrize("pair", TWINS, ids=lambda pair: pair[0].stem)
def test_both_languages_show_the_same_commands(pair: tuple[Path, Path]) -> None:
    english, korean = map(shown, pair)
    assert english == korean
    assert english

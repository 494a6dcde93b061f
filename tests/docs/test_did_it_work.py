"""Do the commands of the guide on experiments run as they stand, alike in both languages?"""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from dangol.cli import main
from tests_support.guide import shown
from tests_support.sources import ROOT

PAGE = ROOT / "docs" / "guide" / "did-it-work.md"


def test_both_languages_show_the_same_commands() -> None:
    assert shown(PAGE) == shown(PAGE.with_suffix(".ko.md"))


def test_the_guide_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In this process: starting Python for every line would take most of the time."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for kind, typed in shown(PAGE):
        if kind == "python":
            exec(compile(typed, str(PAGE), "exec"), {})
            continue
        program, *arguments = shlex.split(typed)
        assert program == "dangol"
        assert main(arguments) == 0, typed
    told = capsys.readouterr().out
    assert "About 9 weeks; or test an effect twice as large in 3." in told
    assert "“offer” works. retained:" in told
    assert "Weaker than an experiment" in told
    assert (tmp_path / "experiment.ko.html").stat().st_size > 10_000
    readout = json.loads((tmp_path / "readout.json").read_text(encoding="utf-8"))
    assert readout["effects"][0]["outcome"]["kind"] == "ratio"

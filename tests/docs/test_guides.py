"""Do the commands of the guides run as they stand, and is the Korean text of the same commands?"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests_support.sources import ROOT

GUIDE = ROOT / "docs" / "guide" / "ten-minutes.md"
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
TWINS = [(ROOT / "README.md", ROOT / "README.ko.md"), (GUIDE, GUIDE.with_suffix(".ko.md"))]


def _blocks(path: Path) -> list[tuple[str, str]]:
    return BLOCK.findall(path.read_text(encoding="utf-8"))


def _commands(block: str) -> list[str]:
    """The lines after a `$`, with the lines that continue them; what else stands there is what they answer."""
    commands: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            commands.append(line[2:])
        elif line.startswith("> "):
            commands[-1] += "\n" + line[2:]
    return commands


@pytest.mark.parametrize("pair", TWINS, ids=lambda pair: pair[0].stem)
def test_both_languages_show_the_same_commands(pair: tuple[Path, Path]) -> None:
    one, other = ([_commands(text) or text for _, text in _blocks(path)] for path in pair)
    assert one == other
    assert one


def test_the_guide_runs(tmp_path: Path) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "LC_ALL": "C.UTF-8", "COLUMNS": "120"}
    for kind, block in _blocks(GUIDE):
        for command in [block] if kind == "python" else _commands(block):
            if command.startswith(("make", "git", "cd")):
                continue
            run = [sys.executable, "-c", command] if kind == "python" else ["sh", "-c", command]
            done = subprocess.run(
                run, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{command}\n{done.stderr}"
    assert (tmp_path / "report.html").stat().st_size > 10_000

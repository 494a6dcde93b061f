"""Which commands does a guide show?"""

from __future__ import annotations

import re
from pathlib import Path

from tests_support.sources import ROOT

GUIDE = ROOT / "docs" / "guide" / "ten-minutes.md"
_BLOCK = re.compile(r"^```(console|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def shown(path: Path) -> list[tuple[str, str]]:
    """What a reader would type, in order: `sh` for a command of the shell, `python` for a whole block."""
    return [
        (kind, typed)
        for kind, block in _BLOCK.findall(path.read_text(encoding="utf-8"))
        for typed in ([block] if kind == "python" else _commands(block))
    ]


def _commands(block: str) -> list[str]:
    """The lines after a `$`, with the lines that continue them; what else stands there is what they answer."""
    commands: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            commands.append(line[2:])
        elif line.startswith("> "):
            commands[-1] += "\n" + line[2:]
    return commands

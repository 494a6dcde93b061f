"""Does any file name a package registry, or a place on somebody's machine?"""

from __future__ import annotations

import re
from pathlib import Path

from tests_support.sources import name_of, tracked

REGISTRIES = re.compile(
    "|".join(
        re.escape(host)
        for host in ("pypi" + ".org", "files.python" + "hosted.org", "registry.npm" + "js.org", "conda" + ".anaconda.org")
    )
    + r"|--(extra-)?index-" + r"url|index-" + r"url\s*=|simple" + r"/\s*$"
)  # fmt: skip
# The console's own pages of Home stand under /home/ too, one step deep.
MACHINE = re.compile(r"(?<![\w.])/((root|Users|work|mnt)/\w+|home/\w+/\w+)")
BINARY = {".png", ".woff", ".woff2", ".otf", ".ttf", ".parquet", ".xlsx", ".ico"}

TEXTS = [path for path in tracked() if path.suffix not in BINARY]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def test_no_registry_is_named() -> None:
    assert not [name_of(path) for path in TEXTS if REGISTRIES.search(_text(path))]


def test_no_lock_of_another_kind() -> None:
    assert not [
        name_of(path) for path in tracked() if path.name in {"uv.lock", "poetry.lock", "Pipfile.lock"}
    ]


def test_no_place_on_a_machine() -> None:
    texts = [path for path in TEXTS if path.suffix != ".lock"]
    assert not [name_of(path) for path in texts if MACHINE.search(_text(path))]

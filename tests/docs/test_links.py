"""Does every link in the documents lead somewhere?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_support.sources import ROOT, name_of, tracked

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<img[^>]+src=\"([^\"]+)\"")
FENCE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
PAGES = [path for path in tracked() if path.suffix == ".md"]


def _links(path: Path) -> Iterator[str]:
    for found in LINK.finditer(FENCE.sub("", path.read_text(encoding="utf-8"))):
        target = found.group(1) or found.group(2)
        if not target.startswith(("http://", "https://", "mailto:")):
            yield target


def _anchors(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w가-힣 -]", "", title.lower()).replace(" ", "-") for title in titles}
    return slugs | set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    dead = []
    for link in _links(path):
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            dead.append(link)
    assert not dead


def test_some_links_are_read() -> None:
    assert sum(len(list(_links(path))) for path in PAGES) > 10


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in folder.glob("0*.md") if f"({path.name})" not in listed] == []

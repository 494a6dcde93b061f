"""Where can somebody go from here? What the command palette offers, within the viewer's rights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from dangol.core.language import Language, Said
from dangol.core.metrics.metric import catalogue
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.web.pages.registry import GROUPS, PAGES

MOST: Final = 6
"""Links of one group."""


@dataclass(frozen=True, slots=True)
class Link:
    """One place to go to."""

    title: Said
    under: Said | None
    href: str

    def said_in(self, language: Language) -> dict[str, Any]:
        """As the browser reads it."""
        under = self.under.in_(language) if self.under else ""
        return {"title": self.title.in_(language), "under": under, "href": self.href}


@dataclass(frozen=True, slots=True)
class Group:
    """Links of one kind."""

    title: Said
    links: list[Link]


def found(viewer: Viewer, words: str) -> list[Group]:
    """The groups that have a link for these words."""
    groups = [Group(Said("Pages", "페이지"), list(_pages(viewer, words)))]
    if words:
        groups.append(Group(Said("Metrics", "지표"), list(_metrics(viewer, words))))
    return [Group(each.title, each.links[:MOST] if words else each.links) for each in groups if each.links]


def _pages(viewer: Viewer, words: str) -> Iterator[Link]:
    for each in sorted(PAGES.values(), key=lambda p: (list(GROUPS).index(p.group or "home"), p.order)):
        if each.title and each.group and viewer.may(each.right) and _says(each.title, words):
            yield Link(each.title, GROUPS[each.group], f"/{each.route}")


def _metrics(viewer: Viewer, words: str) -> Iterator[Link]:
    if "metric" not in PAGES or not viewer.may(PAGES["metric"].right):
        return
    for metric in catalogue().values():
        if _says(metric.title, words) or words.casefold() in metric.name:
            yield Link(metric.title, metric.says, f"/metrics/{metric.name}")


def _says(text: Said, words: str) -> bool:
    return any(words.casefold() in text.in_(language).casefold() for language in ("en", "ko"))

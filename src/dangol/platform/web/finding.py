"""Where can somebody go from here? What the command palette offers, within the viewer's rights."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from dangol.core.language import Language, Said
from dangol.core.metrics import catalogue
from dangol.platform.audiences import queries as audiences
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people import queries as people
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
    """The groups that have a link for these words; without words, the pages."""
    groups = [Group(Said("Pages", "페이지"), list(_pages(viewer, words)))]
    if words:
        groups += [
            Group(Said("Customers", "고객"), list(_customers(viewer, words))),
            Group(Said("Metrics", "지표"), list(_metrics(viewer, words))),
            Group(Said("Audiences", "고객 그룹"), list(_audiences(viewer, words))),
        ]
    return [Group(each.title, each.links[:MOST] if words else each.links) for each in groups if each.links]


def address_of(viewer: Viewer, page: str, argument: object) -> str | None:
    """Where a page with one argument is; None where it is not built or not for this viewer."""
    there = PAGES.get(page)
    if there is None or not viewer.may(there.right):
        return None
    return "/" + re.sub(r"<[^>]*>", str(argument), there.route, count=1)


def _pages(viewer: Viewer, words: str) -> Iterator[Link]:
    order = list(GROUPS)
    for each in sorted(PAGES.values(), key=lambda p: (order.index(p.group or "home"), p.order)):
        if each.title and each.group and viewer.may(each.right) and _says(each.title, words):
            yield Link(each.title, GROUPS[each.group], f"/{each.route}")


def _customers(viewer: Viewer, words: str) -> Iterator[Link]:
    if address_of(viewer, "customer", 0) is None:
        return
    for line in people.page_of(viewer, search=words, limit=MOST).lines:
        under = Said(line.email, line.email) if line.email and line.email != line.title else None
        yield Link(Said(line.title, line.title), under, address_of(viewer, "customer", line.id) or "/")


def _metrics(viewer: Viewer, words: str) -> Iterator[Link]:
    for metric in catalogue().values():
        href = address_of(viewer, "metric", metric.name)
        if href and (_says(metric.title, words) or words.casefold() in metric.name.replace("_", " ")):
            yield Link(metric.title, None, href)


def _audiences(viewer: Viewer, words: str) -> Iterator[Link]:
    if address_of(viewer, "audience", 0) is None:
        return
    for each in audiences.saved(viewer):
        if words.casefold() in each.name.casefold():
            size = None if each.count is None else Said(f"{each.count:,}", f"{each.count:,}명")
            yield Link(Said(each.name, each.name), size, address_of(viewer, "audience", each.id) or "/")


def _says(text: Said, words: str) -> bool:
    return any(words.casefold() in text.in_(language).casefold() for language in ("en", "ko"))

"""How does text become HTML without becoming code? Everything is escaped unless it was built here."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Final

VOID: Final = frozenset({"meta", "col", "br", "hr"})


class Html(str):
    """Text that is HTML already; made only by this module and by the renderer of charts."""

    __slots__ = ()


Child = str | Html | Iterable["Child"] | None


def tag(name: str, /, *children: Child, **attributes: str | bool | None) -> Html:
    """An element; `class_` is class, `data_x` is data-x, True stands alone, None is left out.

    >>> str(tag("p", "a < b", class_="note"))
    '<p class="note">a &lt; b</p>'
    """
    words = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Html(f"<{name}{words}>")
    return Html(f"<{name}{words}>{join(children)}</{name}>")


def join(children: Child) -> Html:
    """Children one after another, escaped where they are plain text."""
    if children is None:
        return Html("")
    if isinstance(children, Html):
        return children
    if isinstance(children, str):
        return Html(html.escape(children))
    return Html("".join(join(child) for child in children))


def _attribute(key: str, value: str | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{html.escape(value)}"'

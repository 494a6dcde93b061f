"""Which pages are there, where do they stand in the rail, and who may open them?

A page exists by `@page(...)` on its view: that makes its address, its place in the rail, its
permission check, and its place in the tests that open every page in both languages.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path

from dangol.core.language import Said
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.web import pages as package
from dangol.platform.web.viewing import viewer_of

View = Callable[..., HttpResponseBase]

GROUPS: Final = {
    "home": Said("Home", "홈"),
    "listen": Said("Listen", "듣기"),
    "understand": Said("Understand", "이해하기"),
    "foresee": Said("Foresee", "내다보기"),
    "act": Said("Act", "행동하기"),
    "prove": Said("Prove", "증명하기"),
    "data": Said("Data", "데이터"),
    "settings": Said("Settings", "설정"),
}
"""The rail, in the order of the loop."""


@dataclass(frozen=True, slots=True)
class Page:
    """One address of the console."""

    route: str
    name: str
    right: str
    view: View
    group: str | None
    """Its place in the rail; None for pages that are reached from others."""
    title: Said | None
    order: int


PAGES: Final[dict[str, Page]] = {}


def page(
    route: str, *, name: str, right: str, rail: tuple[str, Said] | None = None, order: int = 100
) -> Callable[[View], View]:
    """Register a view: `route` as in Django's path, `right` as in kernel.access.viewer.RIGHTS.

    Without a session the reader signs in first; without the right the page does not exist (404).
    """

    def registered(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
            viewer = viewer_of(request)
            if viewer is None:
                return redirect_to_login(request.get_full_path())
            if not viewer.may(right):
                raise Http404
            return view(request, *args, **values)

        if name in PAGES:
            raise ValueError(f"Two pages are called {name!r}.")
        group, title = rail or (None, None)
        PAGES[name] = Page(route, name, right, guarded, group, title, order)
        return guarded

    return registered


def addresses() -> list[URLPattern]:
    """The URL patterns of every page; importing the modules of this package registers them."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    return [path(each.route, each.view, name=each.name) for each in PAGES.values()]


def rail_for(viewer: Viewer, at: str) -> Iterable[dict[str, Any]]:
    """The groups of the rail with the pages that this viewer may open; `at` is the present path."""
    shown = sorted((p for p in PAGES.values() if p.group and viewer.may(p.right)), key=lambda p: p.order)
    for key, title in GROUPS.items():
        own = [p for p in shown if p.group == key]
        if own:
            yield {"key": key, "title": title, "pages": [_door(p, at) for p in own]}


def _door(each: Page, at: str) -> dict[str, Any]:
    route = f"/{each.route}"
    is_here = at == route or (route != "/" and at.startswith(route))
    return {"name": each.name, "title": each.title, "route": route, "is_here": is_here}

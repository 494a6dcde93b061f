"""What does every page know? The rail, the reader, the language and colours, the style sheets and scripts."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest

from dangol.platform.insight.noticing import unread_count
from dangol.platform.kernel.queries import business
from dangol.platform.web.pages.registry import rail_for
from dangol.platform.web.viewing import language_of, viewer_of

SHEETS: Final = tuple(
    f"console/{name}.css"
    for name in ("letters", "tokens", "frame", "controls", "tables", "pieces", "numbers")
)
SCRIPTS: Final = (
    "console/vendor/htmx-2.0.11.min.js",
    *(f"console/{name}.js" for name in ("pages", "keyboard", "palette")),
)
THEMES: Final = ("auto", "light", "dark")
THEME_COOKIE: Final = "dangol_theme"


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page reads."""
    viewer = viewer_of(request) if hasattr(request, "user") else None
    told = business() if viewer else None
    theme = theme_of(request)
    return {
        "viewer": viewer,
        "rail": list(rail_for(viewer, request.path)) if viewer else (),
        "house": told.name if told else "",
        "is_simulated": bool(told and told.is_demo),
        "notice_count": unread_count(viewer) if viewer else 0,
        "language": language_of(request),
        "theme": theme,
        "next_theme": THEMES[(THEMES.index(theme) + 1) % len(THEMES)],
        "sheets": SHEETS,
        "scripts": SCRIPTS,
    }


def theme_of(request: HttpRequest) -> str:
    """Light, dark, or as the device says."""
    chosen = request.COOKIES.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"

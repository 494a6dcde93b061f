"""Who is looking at this page, in which language, and may they?"""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import get_language

from dangol.core.language import Language, Said
from dangol.platform.kernel.access.queries import viewer_of_user
from dangol.platform.kernel.access.viewer import Viewer


def viewer_of(request: HttpRequest) -> Viewer | None:
    """The viewer behind a request (a signed-in user, or a key's bearer), or None."""
    found = getattr(request, "viewer", None)
    if found is None and request.user.is_authenticated:
        found = viewer_of_user(request.user.pk)
        request.viewer = found  # type: ignore[attr-defined]
    return found


def language_of(request: HttpRequest) -> Language:
    """The language that the page speaks."""
    return "ko" if (get_language() or "en").startswith("ko") else "en"


def spoken(text: Said) -> str:
    """A text in the language of the reader of this request."""
    return text.in_("ko" if (get_language() or "en").startswith("ko") else "en")


def present_viewer(request: HttpRequest) -> Viewer:
    """The viewer on a page whose guard let nobody else in."""
    viewer = viewer_of(request)
    if viewer is None:
        raise PermissionError("This page is only for those who are signed in.")
    return viewer

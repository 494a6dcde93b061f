"""Who is behind a request that Django has not seen? The viewer of its session cookie, asked as Django asks."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.http.cookie import parse_cookie

from dangol.platform.kernel.access.queries import lacks_second_factor
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.web.bodies import Scope
from dangol.platform.web.entrance.lasting import is_over
from dangol.platform.web.viewing import viewer_of


def viewer_of_scope(scope: Scope) -> Viewer | None:
    """The viewer of an ASGI request by its session cookie, or None. Asks the database: call it in a thread."""
    cookies = parse_cookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request: Any = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    request.user = get_user(request)
    found = viewer_of(request)
    return None if found is None or is_over(request.session) or lacks_second_factor(found) else found


def may_upload(scope: Scope) -> bool:
    """Whether somebody who may bring data is behind a long request."""
    viewer = viewer_of_scope(scope)
    return viewer is not None and viewer.may("bring_data")

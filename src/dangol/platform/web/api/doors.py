"""Who calls the API? A key in the Authorization header, or a signed-in browser with its CSRF token."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer
from ninja.security.session import SessionAuth

from dangol.platform.kernel.access.queries import viewer_of_key
from dangol.platform.kernel.access.refusals import check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.web.viewing import viewer_of

Operation = Callable[..., Any]


class Key(HttpBearer):
    """`Authorization: Bearer dk_...`: an API key made under Settings, Keys."""

    def __call__(self, request: HttpRequest) -> Viewer | None:
        """The key's viewer; a header that names no valid key never falls back to the session."""
        if not request.headers.get(self.header):
            return None
        found: Viewer | None = super().__call__(request)
        if found is None:
            raise AuthenticationError
        return found

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        """The key's viewer, for the rest of the request."""
        found = viewer_of_key(token)
        request.viewer = found  # type: ignore[attr-defined]
        return found


class Session(SessionAuth):
    """The session of the console; requests that change something need the header X-CSRFToken."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Viewer | None:
        """The signed-in user's viewer."""
        return viewer_of(request)


def needs(right: str) -> Callable[[Operation], Operation]:
    """The operation answers 403 to whoever lacks the right. Put it between the router's decorator and the function."""

    def guarded(operation: Operation) -> Operation:
        @wraps(operation)
        def checked(request: HttpRequest, *args: Any, **values: Any) -> Any:
            check_may(caller(request), right)
            return operation(request, *args, **values)

        # The types of the parameters are names in the operation's module, not in this one.
        checked.__signature__ = inspect.signature(operation, eval_str=True)  # type: ignore[attr-defined]
        return checked

    return guarded


def caller(request: HttpRequest) -> Viewer:
    """The viewer behind an authenticated call."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer

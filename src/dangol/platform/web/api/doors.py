"""Who calls the API? A key in the Authorization header, or a signed-in browser with its CSRF token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer
from ninja.security.session import SessionAuth
from ninja.utils import contribute_operation_callback

from dangol.platform.kernel.access.queries import viewer_of_key
from dangol.platform.kernel.access.refusals import check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.web.viewing import viewer_of

Operation = TypeVar("Operation", bound=Callable[..., Any])


class Key(HttpBearer):
    """`Authorization: Bearer dk_...`: an API key made under Settings, API keys."""

    def __init__(self, right: str | None = None) -> None:
        super().__init__()
        self.right = right

    def __call__(self, request: HttpRequest) -> Viewer | None:
        """The key's viewer; a header that names no valid key never falls back to the session."""
        if not request.headers.get(self.header):
            return None
        found: Viewer | None = super().__call__(request)
        if found is None:
            raise AuthenticationError
        return _checked(found, self.right)

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        """The key's viewer, for the rest of the request."""
        found = viewer_of_key(token)
        request.viewer = found  # type: ignore[attr-defined]
        return found


class Session(SessionAuth):
    """The session of the console; requests that change something need the header X-CSRFToken."""

    def __init__(self, right: str | None = None) -> None:
        super().__init__()
        self.right = right

    def __call__(self, request: HttpRequest) -> Viewer | None:
        """The viewer of the session; without one there is nobody whose form could be forged."""
        if not request.user.is_authenticated:
            return None
        found: Viewer | None = super().__call__(request)
        return found and _checked(found, self.right)

    def authenticate(self, request: HttpRequest, key: str | None) -> Viewer | None:
        """The signed-in user's viewer."""
        return viewer_of(request)


def needs(right: str) -> Callable[[Operation], Operation]:
    """The operation answers 403 to whoever lacks the right, before anything of the request is read.

    Put it between the router's decorator and the function.
    """

    def guarded(operation: Operation) -> Operation:
        contribute_operation_callback(operation, lambda made: _guard(made, right))
        return operation

    return guarded


def caller(request: HttpRequest) -> Viewer:
    """The viewer behind an authenticated call."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def _guard(made: Any, right: str) -> None:
    """Both ways in check the right; the description names it, for readers and for the tests of every role."""
    made.auth_param = made.auth_callbacks = [Key(right), Session(right)]
    made.openapi_extra = {**(made.openapi_extra or {}), "x-right": right}


def _checked(viewer: Viewer, right: str | None) -> Viewer:
    if right is not None:
        check_may(viewer, right)
    return viewer

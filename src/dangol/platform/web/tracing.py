"""Which request was it? Every one has an id, in its log lines and in its answer, and one line says how it went."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from typing import Final

import structlog
from django.http import HttpRequest, HttpResponse

from dangol.platform.kernel import audit

_GIVEN: Final = re.compile(r"[\w.-]{8,64}")
_log = structlog.get_logger(__name__)


class Tracing:
    """Middleware: an id for the request, its address for the audit trail, one line in the log.

    The line has the route, not the path: paths and queries may hold names of people.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and note it."""
        given = request.headers.get("X-Request-Id", "")
        request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
        began = time.perf_counter()
        token = audit.address.set(request.META.get("REMOTE_ADDR", "")[:64])
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                response = self._answer(request)
            finally:
                audit.address.reset(token)
            route = request.resolver_match.route if request.resolver_match else "-"
            took = round((time.perf_counter() - began) * 1_000)
            log = _log.warning if response.status_code >= 500 else _log.info
            if not request.path.startswith("/static/"):
                log("request", method=request.method, route=route, status=response.status_code, ms=took)
        response.headers["X-Request-Id"] = request_id
        return response

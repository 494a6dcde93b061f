"""What may a page of ours do in a browser? Only what this policy says, which every answer carries."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

POLICY: Final = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:"),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "manifest-src": ("'self'",),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
    "base-uri": ("'none'",),
}
"""No inline script or style without the nonce of this answer, no other host, no frame around us."""
WITH_NONCE: Final = ("script-src", "style-src")
PERMISSIONS: Final = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"


class SecurityPolicy:
    """Middleware: `request.csp_nonce` for templates, and the headers of the policy on every answer.

    A view that must send a form on to another origin (single sign-on) adds it: `request.csp["form-action"]`.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the policy."""
        told: Any = request
        told.csp_nonce = secrets.token_urlsafe(16)
        told.csp = {name: list(sources) for name, sources in POLICY.items()}
        response = self._answer(request)
        response.headers.setdefault("Content-Security-Policy", policy_text(told.csp, told.csp_nonce))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if getattr(told, "user", None) is not None and not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def policy_text(policy: dict[str, list[str]], nonce: str) -> str:
    """The policy as its header says it."""
    parts = []
    for name, sources in policy.items():
        own = [*sources, f"'nonce-{nonce}'"] if name in WITH_NONCE else sources
        parts.append(f"{name} {' '.join(own)}")
    return "; ".join(parts)

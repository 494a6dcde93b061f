"""What does every page know? The rail, the reader, the business."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from dangol.platform.web.pages.registry import rail_for
from dangol.platform.web.viewing import viewer_of


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """What the base template reads."""
    viewer = viewer_of(request) if hasattr(request, "user") else None
    return {"viewer": viewer, "rail": rail_for(viewer, request.path) if viewer else ()}

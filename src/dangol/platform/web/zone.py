"""In which time zone does this reader read times? Their own, or that of the business."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from dangol.core.calendar import time_zone
from dangol.core.errors import RequestError
from dangol.platform.kernel.access.queries import user_of
from dangol.platform.kernel.queries import business
from dangol.platform.web.viewing import viewer_of


class ReadersZone:
    """Middleware: every time on a page of this reader is said in their zone."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the reader's zone."""
        viewer = viewer_of(request)
        if viewer is None:
            return self._answer(request)
        user = user_of(viewer.user_id) if viewer.user_id else None
        with timezone.override(_zone(user.time_zone if user else "")):
            return self._answer(request)


def _zone(own: str) -> str:
    try:
        return time_zone(own).key if own else business().time_zone
    except RequestError:
        return business().time_zone
